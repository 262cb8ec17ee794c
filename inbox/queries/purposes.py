"""Which purposes a message may have, which one is proposed, and which one is in force."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from accounts.models import User
from brandvoice.signals import NamedPurpose
from inbox.models import Correction, Draft, DraftKind, Purpose, StandardPurpose, Ticket, purpose_name


class Choosable(NamedTuple):
    """A purpose that can be chosen. It is proposed for these topics and feelings; empty is all."""

    key: str
    name: str
    topics: Collection[str]
    sentiments: Collection[int]
    tone: str

    @property
    def shown_name(self) -> str:
        """Return the name; of a standard one in the reader's language, unless the organization has its own."""
        return purpose_name(self.key, self.name)

    def fits(self, topic: str, sentiment: int | None) -> bool:
        """Return whether it is proposed for a message about this topic in which the customer feels like this."""
        if self.topics and topic.casefold() not in map(str.casefold, self.topics):
            return False
        return not self.sentiments or sentiment in self.sentiments


def purposes_of(organization_id: int) -> list[Choosable]:
    """Return what can be chosen, in the order in which it is proposed."""
    rows = Purpose.objects.filter(organization=organization_id).in_use()
    return [Choosable(*row) for row in rows.values_list(*Choosable._fields)]


def proposed(purposes: Iterable[Choosable], topic: str, sentiment: int | None) -> str:
    """Return the key of the first purpose that fits; "" where none does."""
    return next((one.key for one in purposes if one.fits(topic, sentiment)), "")


def purpose_in_force(purposes: Sequence[Choosable], draft: Draft | None, ticket: Ticket) -> str:
    """Return what the draft is for; where nobody has said it, what is proposed."""
    keys = {one.key for one in purposes}
    if draft and draft.purpose in keys:
        return draft.purpose
    if StandardPurpose.CORRECT in keys and Correction.objects.filter(ticket=ticket).open().exists():
        return StandardPurpose.CORRECT
    return proposed(purposes, ticket.topic, ticket.sentiment)


def purpose_of(ticket: Ticket, user: User, chosen: str = "") -> Choosable | None:
    """Return what this person writes for here: what their page has chosen, else their draft's or what is proposed."""
    purposes = purposes_of(ticket.organization_id)
    known = {one.key: one for one in purposes}
    if chosen in known:
        return known[chosen]
    draft = Draft.objects.filter(ticket=ticket, user=user, kind=DraftKind.REPLY).first()
    return known.get(purpose_in_force(purposes, draft, ticket))


def named_purposes(organization_id: int) -> tuple[NamedPurpose, ...]:
    """Return all purposes by their names, those that can't be chosen any more among them."""
    rows = Purpose.objects.filter(organization=organization_id).order_by("position", "pk")
    return tuple(
        NamedPurpose(key, purpose_name(key, name), active)
        for key, name, active in rows.values_list("key", "name", "active")
    )
