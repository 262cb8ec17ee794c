"""Keeps what an agent is writing, with the signed words in it, on the server."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from brandvoice.spans import Span
from inbox.actions.provenance import write_spans
from inbox.models import Draft, DraftKind, Ticket


@transaction.atomic(durable=True)
def save_draft(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    visibility: str,
    kind: str = DraftKind.REPLY,
    spans: Sequence[Span] = (),
) -> Draft:
    """Store the person's unsent text on this ticket, one version further, with the spans that it holds."""
    draft, made = Draft.objects.select_for_update(no_key=True).get_or_create(
        ticket=ticket,
        user=by,
        kind=kind,
        defaults={
            "organization_id": ticket.organization_id,
            "text": text,
            "visibility": visibility,
            "updated_at": timezone.now(),
        },
    )
    if not made:
        draft.text, draft.visibility, draft.updated_at = text, visibility, timezone.now()
        draft.version += 1
        draft.save(update_fields=["text", "visibility", "updated_at", "version"])
        draft.spans.all().delete()
    write_spans(spans, organization_id=ticket.organization_id, text=text, draft=draft)
    return draft


@transaction.atomic(durable=True)
def discard_draft(ticket: Ticket, *, by: User, kind: str = DraftKind.REPLY) -> None:
    """Throw the person's unsent text away."""
    Draft.objects.filter(ticket=ticket, user=by, kind=kind).delete()
