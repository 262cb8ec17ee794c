"""A column whose text is encrypted at rest."""

from cryptography.fernet import InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import BaseExpression

from accounts.secrets import cipher

# Of what such a column holds.
PURPOSE = "secrets"


class EncryptedTextField(models.TextField[str, str]):
    """Text stored as a Fernet token under SECRET_KEY; older keys in SECRET_KEY_FALLBACKS still read."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Return the token to store."""
        if not value:
            return value
        return cipher(PURPOSE).encrypt(value.encode()).decode()

    def from_db_value(
        self, value: str | None, expression: BaseExpression, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Return the plain text; a token of an unknown key is a configuration error."""
        if not value:
            return value
        try:
            return cipher(PURPOSE).decrypt(value.encode()).decode()
        except InvalidToken as error:
            message = "A stored secret can't be read: SECRET_KEY has changed. Put the old key in SECRET_KEY_FALLBACKS."
            raise ImproperlyConfigured(message) from error
