"""The purposes that a position may serve, as the room above names them."""

from collections.abc import Iterable, Sequence

from brandvoice.models import Position
from brandvoice.signals import NamedPurpose, purposes_asked


def purposes_of(organization_id: int) -> tuple[NamedPurpose, ...]:
    """Return the organization's purposes in their order, those that can't be chosen any more among them."""
    answers: Sequence[tuple[object, object]] = purposes_asked.send(Position, organization_id=organization_id)
    return tuple(purpose for _listener, told in answers if isinstance(told, tuple) for purpose in told)


def names_of(keys: Iterable[str], purposes: Iterable[NamedPurpose]) -> tuple[str, ...]:
    """Return what the purposes with these keys are called, in their order; a key that nobody knows stays a key."""
    names, wanted = {purpose.key: purpose.name for purpose in purposes}, list(keys)
    known = [name for key, name in names.items() if key in wanted]
    return (*known, *(key for key in wanted if key not in names))
