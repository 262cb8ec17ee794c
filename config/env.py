"""Reads settings from the environment: declared once, documented by the declaration, loud when wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "ONEVOICE_"
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Setting:
    """One documented setting: a row of the settings table."""

    name: str
    kind: str
    default: str
    help: str


class Environment:
    """The settings of one process; each reader declares the setting that it reads."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.settings: dict[str, Setting] = {}

    def text(self, name: str, *, default: str = "", shown: str = "", help: str) -> str:
        """Return a text; `shown` describes a default that is worked out."""
        self._declare(name, "text", shown or default, help)
        return self._raw(name) or default

    def secret(self, name: str, *, shown: str, help: str) -> str:
        """Return a secret, or an empty text."""
        self._declare(name, "secret", shown, help)
        value = self._raw(name)
        self._refuse_short(name, value)
        return value

    def secrets(self, name: str, *, help: str) -> list[str]:
        """Return secrets written with commas."""
        self._declare(name, "secrets, with commas", "", help)
        values = [value.strip() for value in self._raw(name).split(",") if value.strip()]
        for value in values:
            self._refuse_short(name, value)
        return values

    def flag(self, name: str, *, default: bool, shown: str = "", help: str) -> bool:
        """Return a yes or a no."""
        self._declare(name, "yes or no", shown or ("yes" if default else "no"), help)
        value = self._raw(name).lower()
        if value not in ("", *TRUE, *FALSE):
            self._refuse(name, repr(value), f"one of {', '.join(TRUE + FALSE)}")
        return value in TRUE if value else default

    def number(self, name: str, *, default: int, least: int, most: int, help: str) -> int:
        """Return a whole number between `least` and `most`."""
        self._declare(name, f"{least} to {most}", str(default), help)
        value = self._raw(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            self._refuse(name, repr(value), f"a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, *, default: str, allowed: tuple[str, ...], help: str) -> str:
        """Return one of the allowed words."""
        self._declare(name, " | ".join(allowed), default, help)
        value = self._raw(name) or default
        if value not in allowed:
            self._refuse(name, repr(value), f"one of {', '.join(allowed)}")
        return value

    def words(self, name: str, *, default: str, shown: str = "", help: str) -> list[str]:
        """Return a list written with commas."""
        self._declare(name, "words, with commas", shown or default, help)
        return [word.strip() for word in (self._raw(name) or default).split(",") if word.strip()]

    def url(self, name: str, *, default: str = "", shown: str = "", schemes: tuple[str, ...], help: str) -> str:
        """Return a URL with one of `schemes`, or the default."""
        self._declare(name, " or ".join(f"{scheme}://…" for scheme in schemes), shown or default, help)
        value = self._raw(name)
        if value and not _is_url(value, schemes):
            # The value may hold a password: it is never repeated.
            self._refuse(name, "a URL of another kind", f"a URL that starts with {' or '.join(schemes)}://")
        return value or default

    def is_set(self, name: str) -> bool:
        """Return whether the environment says anything about `name`."""
        return bool(self._raw(name))

    def refuse_unknown(self) -> None:
        """Refuse to start on an ONEVOICE_ name that nobody declared: it is a typing mistake."""
        for variable in self.variables:
            name = variable.removeprefix(PREFIX)
            if variable.startswith(PREFIX) and name not in self.settings:
                near = get_close_matches(name, self.settings, n=1)
                hint = f"Did you mean {PREFIX}{near[0]}?" if near else "docs/operator/settings.md lists what there is."
                raise ImproperlyConfigured(f"{variable} is not a setting of Onevoice. {hint}")

    def _declare(self, name: str, kind: str, default: str, help: str) -> None:
        self.settings[name] = Setting(name, kind, default, help)

    def _raw(self, name: str) -> str:
        """Return the value of ONEVOICE_<name>, or of the bare name, or an empty text."""
        return (self.variables.get(PREFIX + name) or self.variables.get(name) or "").strip()

    def _refuse_short(self, name: str, value: str) -> None:
        if value and len(value) < 32:
            self._refuse(name, "too short", "at least 32 characters")

    def _refuse(self, name: str, found: str, allowed: str) -> None:
        raise ImproperlyConfigured(f"{name} is {found}; allowed is {allowed}.")


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/"))
