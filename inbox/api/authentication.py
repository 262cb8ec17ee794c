"""Who stands at the REST door: a key in the Authorization header, and what it may be used for."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.queries.keys import find_key, touch_key
from inbox.api.problems import Problem

CHALLENGE = 'Bearer realm="Onevoice"'


def secret_in(header: str) -> str:
    """Return the key's secret from an Authorization header; raises a 401 problem without one."""
    scheme, _, secret = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem(
            401,
            "Send a key in the header “Authorization: Bearer ov_…”. Managers hand out keys in the console.",
            kind="key-missing",
            headers={"WWW-Authenticate": CHALLENGE},
        )
    return secret.strip()


def unknown_key() -> Problem:
    """Return the answer to a key that opens nothing (any more)."""
    return Problem(
        401,
        "This key is unknown or has been revoked.",
        kind="key-unknown",
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
    )


def require_key(header: str) -> ApiKey:
    """Return the live key in an Authorization header; raises a 401 problem."""
    key = find_key(secret_in(header))
    if key is None:
        raise unknown_key()
    return key


def require_scope(key: ApiKey, scope: str) -> None:
    """Raise a 403 problem that names the scope unless the key has it."""
    if not key.allows(scope):
        raise Problem(403, f"This key lacks the scope “{scope}”.", kind="scope-missing", scope=scope)


def held_key(request: Request) -> ApiKey:
    """Return the key that the request was authenticated with; raises a 401 problem."""
    if not isinstance(request.auth, ApiKey):
        raise unknown_key()
    return request.auth


class KeyAuthentication(BaseAuthentication):
    """Puts the ApiKey into `request.auth`; there is no person behind a key."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        """Return nobody and the key; raises a 401 problem."""
        key = require_key(request.META.get("HTTP_AUTHORIZATION", ""))
        touch_key(key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge for 401 answers."""
        return CHALLENGE
