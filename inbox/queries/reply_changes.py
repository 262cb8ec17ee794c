"""What approvers have changed in replies while these waited, and who that was."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from brandvoice.diff import Part, diff_words
from inbox.models import Message


@dataclass(frozen=True, slots=True)
class Changed:
    """A reply whose words were changed: how often, by whom, and what became of those of its writer."""

    version: int
    by: str
    parts: tuple[Part, ...]


def load_changes(messages: Iterable[Message]) -> None:
    """Load what was changed in messages loaded with their approvals; a query or two where anything was, else none."""
    if changed := [message for message in messages if _version(message)]:
        prefetch_related_objects(changed, "changes__by")


def changed_of(message: Message) -> Changed | None:
    """Return what was changed in a message that went through `load_changes`, or None."""
    if not _version(message):
        return None
    changes = sorted(message.changes.all(), key=lambda one: one.version)
    if not changes:
        # Erased with what the customer wrote.
        return None
    names = dict.fromkeys(one.by.name if one.by else _("somebody who has left") for one in changes)
    return Changed(changes[-1].version, ", ".join(names), tuple(diff_words(changes[0].was, message.text)))


def _version(message: Message) -> int:
    approval = getattr(message, "approval", None)
    return approval.version if approval else 0
