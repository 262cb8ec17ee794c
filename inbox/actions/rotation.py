"""Brings what is encrypted at rest under the newest key, batch by batch; what is under it already stays as it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Value

from accounts.secrets import MFA, renew
from inbox.connectors.sandbox.models import PURPOSE as SANDBOX
from inbox.connectors.sandbox.models import Account
from inbox.models.secrets import PURPOSE, EncryptedTextField

# So many rows are locked at a time: nobody waits long for one of them.
BATCH = 200

# A column as it is stored, not as its field reads it.
Column: TypeAlias = "models.TextField[str, str] | models.JSONField[Any, Any]"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column that holds what is encrypted, and what makes of its value one under the newest key.

    `renew` returns an equal value where nothing is to be done, and raises InvalidToken for what no key reads.
    """

    model: type[models.Model]
    name: str
    stored: Column
    renew: Callable[[Any], Any]

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


@dataclass(slots=True)
class Tally:
    """How many rows were renewed, how many needed it not, and the ids of those that no key reads."""

    renewed: int = 0
    kept: int = 0
    lost: list[int] = field(default_factory=list)


def sealed_columns() -> list[Sealed]:
    """Return every column that holds what is encrypted."""
    text = models.TextField[str, str]()
    found = [
        Sealed(model, column.name, text, partial(_renew_text, PURPOSE))
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, EncryptedTextField)
    ]
    return [
        *found,
        Sealed(Account, "sealed_secret", text, partial(_renew_text, SANDBOX)),
        Sealed(Authenticator, "data", models.JSONField[Any, Any](), _renew_second_factor),
    ]


def rotate(sealed: Sealed) -> Tally:
    """Bring a column under the newest key. It can be interrupted and begun again at any time."""
    tally, last = Tally(), 0
    while (following := rotate_batch(sealed, last, tally)) is not None:
        last = following
    return tally


@transaction.atomic(durable=True)
def rotate_batch(sealed: Sealed, last: int, tally: Tally) -> int | None:
    """Renew the next rows behind `last` and return where they end; None where there were none.

    They are locked: what a network renews in the meantime is neither lost nor overwritten.
    """
    rows = sealed.model._base_manager.filter(pk__gt=last).order_by("pk").select_for_update(no_key=True)
    stored = ExpressionWrapper(F(sealed.name), output_field=sealed.stored)
    found = list(rows.annotate(stored=stored).values_list("pk", "stored")[:BATCH])
    for pk, value in found:
        try:
            new = sealed.renew(value)
        except InvalidToken:
            tally.lost.append(pk)
            continue
        if new == value:
            tally.kept += 1
        else:
            changed = {sealed.name: Value(new, output_field=sealed.stored)}
            tally.renewed += sealed.model._base_manager.filter(pk=pk).update(**changed)
    return found[-1][0] if found else None


def _renew_text(purpose: str, token: str) -> str:
    return renew(purpose, token) if token else token


def _renew_second_factor(data: dict[str, Any]) -> dict[str, Any]:
    """Renew what allauth has us encrypt: the secret of an app, the seed of recovery codes, older codes themselves."""
    changed: dict[str, Any] = {name: renew(MFA, data[name]) for name in ("secret", "seed") if name in data}
    if "migrated_codes" in data:
        changed["migrated_codes"] = [renew(MFA, code) for code in data["migrated_codes"]]
    return {**data, **changed}
