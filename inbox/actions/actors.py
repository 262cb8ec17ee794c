"""Who does something: a person, or a program with its key."""

from typing import TypeAlias

from accounts.models import ApiKey, User

By: TypeAlias = User | ApiKey


def require(by: By, permission: str) -> None:
    """Raise PermissionDenied for a person whose role does not hold it; for a key's scopes its door has asked."""
    if isinstance(by, User):
        by.require(permission)


def person(by: By | None) -> User | None:
    """Return who does it, if that is a person."""
    return by if isinstance(by, User) else None


def program(by: By | None) -> ApiKey | None:
    """Return who does it, if that is a program."""
    return by if isinstance(by, ApiKey) else None
