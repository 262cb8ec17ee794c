"""Writes down which stretches of a text are signed words, and how far they have been edited."""

from collections.abc import Sequence

from brandvoice import spans as signed
from brandvoice.models import Wording
from inbox.models import Draft, Message, Span


def write_spans(
    spans: Sequence[signed.Span],
    *,
    organization_id: int,
    text: str,
    draft: Draft | None = None,
    message: Message | None = None,
) -> list[Span]:
    """Write the spans of a draft or a message; stretches outside the text or of unknown wordings are left out."""
    if not spans:
        return []
    wordings = Wording.objects.filter(organization=organization_id).in_bulk([span.wording_id for span in spans])
    return Span.objects.bulk_create(
        Span(
            organization_id=organization_id,
            draft=draft,
            message=message,
            wording_id=span.wording_id,
            version_id=wordings[span.wording_id].version_id,
            start=span.start,
            end=span.end,
            distance=signed.edit_distance(wordings[span.wording_id].text, span.cut(text)),
        )
        for span in spans
        if span.wording_id in wordings and 0 <= span.start < span.end <= len(text)
    )
