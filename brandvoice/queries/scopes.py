"""Which customers an organization's signed words are limited to: what can usefully be said of a customer."""

from collections.abc import Iterable
from dataclasses import dataclass

from brandvoice.models import PositionVersion

NOBODY: list[str] = []


@dataclass(frozen=True, slots=True)
class ScopesInUse:
    """The regions, audiences and products that signed versions name, each in order."""

    regions: tuple[str, ...]
    audiences: tuple[str, ...]
    products: tuple[str, ...]


def scopes_in_use(organization_id: int) -> ScopesInUse:
    """Return what the signed versions of an organization are limited to."""
    signed = PositionVersion.objects.filter(organization=organization_id).signed()
    limited = signed.exclude(regions=NOBODY, audiences=NOBODY, products=NOBODY)
    rows = list(limited.values_list("regions", "audiences", "products").distinct())
    return ScopesInUse(*(_words(row[place] for row in rows) for place in range(3)))


def _words(lists: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(sorted({word for words in lists for word in words}))
