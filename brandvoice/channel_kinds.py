"""The kinds of channel that a wording can be written for, and how a text fits them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandvoice.limits import Count, count

CHANNEL_KINDS: dict[str, str | Promise] = {
    "bluesky": "Bluesky",
    "email": _("E-mail"),
    "facebook": "Facebook",
    "instagram": "Instagram",
    "line": "LINE",
    "mastodon": "Mastodon",
    "matrix": "Matrix",
    "sandbox": _("Sandbox"),
    "sms": "SMS",
    "telegram": "Telegram",
    "webchat": _("Website chat"),
    "whatsapp": "WhatsApp",
    "x": "X",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text fits one kind of channel."""

    kind: str
    count: Count

    @property
    def label(self) -> str | Promise:
        """Return the name for people."""
        return CHANNEL_KINDS.get(self.kind, self.kind)

    @property
    def share(self) -> float:
        """Return how much of the room is taken; 0 where there is no limit."""
        return self.count.used / self.count.limit if self.count.limit else 0.0


def tightest_fit(text: str, kinds: Iterable[str]) -> Fit:
    """Return the kind of channel on which `text` has the least room left."""
    return max((Fit(kind, count(text, kind)) for kind in kinds or CHANNEL_KINDS), key=lambda fit: fit.share)
