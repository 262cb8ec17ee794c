"""Where signed words stand in planned posts: written down with their versions, cited to the guard, shown as signed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from brandvoice.models import Wording
from brandvoice.spans import Span
from inbox.actions.provenance import placed
from inbox.models import Post, PostSpan


def write_spans(post: Post, spans: Sequence[Span]) -> None:
    """Put these stretches in place of those that a stored post had; such as are unknown or outside are left out."""
    post.spans.all().delete()
    PostSpan.objects.bulk_create(rows_of(post, spans, cited_in(post.organization_id, spans)))


def cited_in(organization_id: int, spans: Iterable[Span]) -> Mapping[int, Wording]:
    """Return the wordings of the organization that these stretches name, by their ids; in no query where none does."""
    named = {span.wording_id for span in spans}
    ours = Wording.objects.filter(organization=organization_id).select_related(
        "version__signed_by", "version__position"
    )
    return ours.in_bulk(named) if named else {}


def rows_of(post: Post, spans: Iterable[Span], wordings: Mapping[int, Wording]) -> list[PostSpan]:
    """Return the stretches as rows that need not be stored, left to right, each with its version."""
    return [
        PostSpan(
            organization_id=post.organization_id,
            post=post if post.pk else None,
            wording=wording,
            version=wording.version,
            start=span.start,
            end=span.end,
            distance=distance,
        )
        for span, wording, distance in placed(post.text, sorted(spans, key=lambda span: span.start), wordings)
    ]


def cited(rows: Collection[PostSpan]) -> tuple[Span, ...]:
    """Return stored stretches as the guard reads them."""
    return tuple(Span(row.wording_id, row.start, row.end) for row in sorted(rows, key=lambda row: row.start))
