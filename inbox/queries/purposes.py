"""Which purposes a message may have, and which one is proposed."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from inbox.models import Purpose, StandardPurpose


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
        return self.name or str(StandardPurpose(self.key).label)

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
