"""A column whose text is encrypted at rest."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import BaseExpression


class EncryptedTextField(models.TextField[str, str]):
    """Text stored as a Fernet token under SECRET_KEY; older keys in SECRET_KEY_FALLBACKS still read."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Return the token to store."""
        if not value:
            return value
        return _cipher().encrypt(value.encode()).decode()

    def from_db_value(
        self, value: str | None, expression: BaseExpression, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Return the plain text; a token of an unknown key is a configuration error."""
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            message = "A stored secret can't be read: SECRET_KEY has changed. Put the old key in SECRET_KEY_FALLBACKS."
            raise ImproperlyConfigured(message) from error


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"onevoice.secrets:" + str(key).encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
