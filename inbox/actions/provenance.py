"""Writes down which stretches of a text are signed words, and how far they have been edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from brandvoice.models import Wording
from brandvoice.spans import edit_distance
from inbox.models import Draft, Message, Span


@dataclass(frozen=True, slots=True)
class HeldWords:
    """A stretch of a text, in characters from its start, that came from a wording."""

    wording_id: int
    start: int
    end: int


def write_spans(
    words: Sequence[HeldWords],
    *,
    organization_id: int,
    text: str,
    draft: Draft | None = None,
    message: Message | None = None,
) -> list[Span]:
    """Write the spans of a draft or a message; stretches outside the text or of unknown wordings are left out."""
    if not words:
        return []
    wordings = Wording.objects.filter(organization=organization_id).in_bulk([held.wording_id for held in words])
    return Span.objects.bulk_create(
        Span(
            organization_id=organization_id,
            draft=draft,
            message=message,
            wording_id=held.wording_id,
            version_id=wordings[held.wording_id].version_id,
            start=held.start,
            end=held.end,
            distance=edit_distance(wordings[held.wording_id].text, text[held.start : held.end]),
        )
        for held in words
        if held.wording_id in wordings and 0 <= held.start < held.end <= len(text)
    )
