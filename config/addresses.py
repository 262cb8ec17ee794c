"""Turns the addresses that people write into what Django and Celery want to hear."""

from typing import TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit


class EmailSettings(TypedDict):
    """Django's e-mail settings, from one URL."""

    EMAIL_BACKEND: str
    EMAIL_HOST: str
    EMAIL_PORT: int
    EMAIL_HOST_USER: str
    EMAIL_HOST_PASSWORD: str
    EMAIL_USE_TLS: bool
    EMAIL_USE_SSL: bool
    EMAIL_TIMEOUT: int


BACKENDS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtps": "django.core.mail.backends.smtp.EmailBackend",
}


def database_from(url: str, *, pool: int = 0) -> dict[str, object]:
    """Return Django's description of a PostgreSQL database; `pool` keeps that many connections."""
    parts = urlsplit(url)
    # Unset, Django prepares nothing at all; so high, only what asks for it is prepared (inbox/batches.py).
    options: dict[str, object] = {"prepare_threshold": 2**31, **dict(parse_qsl(parts.query))}
    host = str(options.pop("host", "")) or unquote(parts.hostname or "")
    if pool:
        options["pool"] = {"min_size": 2, "max_size": pool, "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # Under ASGI a kept connection outlives the thread that could close it; the pool keeps them instead.
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


def broker_from(url: str) -> str:
    """Return Celery's spelling of a Valkey address: it names a socket differently."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={number}"


def email_from(url: str) -> EmailSettings:
    """Return Django's e-mail settings for smtp://user:password@host:port, smtps://… or console://."""
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": BACKENDS[parts.scheme],
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        # A password never travels in the clear.
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        # In seconds. A server that takes the call and says nothing would hold its worker until that is killed.
        "EMAIL_TIMEOUT": 10,
    }
