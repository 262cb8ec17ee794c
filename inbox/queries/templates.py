"""The templates that a network still takes, as the composer shows them: to choose from, and being filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from inbox.connectors.registry import window_ends
from inbox.models import MessageTemplate, Ticket

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in; `field` is what the form calls it."""

    name: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Filling:
    """A chosen template, with what stands in its blanks so far and what the customer would read."""

    pk: int
    language: str
    blanks: tuple[Blank, ...]
    text: str
    buttons: tuple[str, ...]
    # What the guard says of the whole, and why it could not be sent.
    verdict: object = None
    problem: str = ""


def templates_for(address: Ticket) -> tuple[MessageTemplate, ...]:
    """Return what may be sent into this ticket's thread when its network takes no free answer any more; else nothing.

    No query while there is time, which is nearly always.
    """
    ends = window_ends(address.channel.network, address.visibility, address.last_inbound_at)
    if ends is None or ends > timezone.now():
        return ()
    usable = MessageTemplate.objects.usable().filter(channel=address.channel_id)
    return tuple(usable.order_by("name", "language", "pk")[:MOST_SHOWN])


def filling_of(
    template: MessageTemplate, values: Mapping[str, str], *, verdict: object = None, problem: str = ""
) -> Filling:
    """Return a template as it is being filled in."""
    blanks = tuple(Blank(name, f"blank-{name}", values.get(name, "")) for name in template.blanks)
    said = template.said(values)
    language = template.language.replace("_", "-")
    return Filling(template.pk, language, blanks, said, tuple(template.buttons), verdict, problem)
