"""Writes down which stretches of a text are signed words, and how far they have been edited."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from brandvoice import spans as signed
from brandvoice.models import Wording
from inbox.models import Draft, Message, Span


def write_spans(texts: Sequence[tuple[Draft | Message, Sequence[signed.Span]]]) -> list[Span]:
    """Write the spans of texts of one organization; stretches outside a text or of unknown wordings are left out."""
    cited = {span.wording_id for _text, spans in texts for span in spans}
    if not cited:
        return []
    wordings = Wording.objects.filter(organization=texts[0][0].organization_id).in_bulk(cited)
    return Span.objects.bulk_create(row for text, spans in texts for row in _rows(text, spans, wordings))


def placed(
    text: str, spans: Iterable[signed.Span], wordings: Mapping[int, Wording]
) -> Iterator[tuple[signed.Span, Wording, int]]:
    """Yield the stretches that are in a text and of a known wording, with it and how far they have strayed from it."""
    for span in spans:
        wording = wordings.get(span.wording_id)
        if wording and 0 <= span.start < span.end <= len(text):
            yield span, wording, signed.edit_distance(wording.text, span.cut(text))


def _rows(text: Draft | Message, spans: Sequence[signed.Span], wordings: Mapping[int, Wording]) -> Iterator[Span]:
    for span, wording, distance in placed(text.text, spans, wordings):
        yield Span(
            organization_id=text.organization_id,
            draft=text if isinstance(text, Draft) else None,
            message=text if isinstance(text, Message) else None,
            wording=wording,
            version_id=wording.version_id,
            start=span.start,
            end=span.end,
            distance=distance,
        )
