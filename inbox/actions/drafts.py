"""Keeps what an agent is writing, with the signed words in it, on the server."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from brandvoice.queries.successors import over_by_now
from brandvoice.spans import Span
from inbox.actions.offers import mark_inserted
from inbox.actions.provenance import write_spans
from inbox.actions.sharing import keep_version
from inbox.actions.ticket_steps import TicketMerged
from inbox.models import Draft, DraftKind, Message, Ticket

# A draft that goes on is kept as it was so often.
KEEP_EVERY = timedelta(minutes=2)


@transaction.atomic(durable=True)
def save_draft(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    visibility: str,
    purpose: str = "",
    kind: str = DraftKind.REPLY,
    spans: Sequence[Span] = (),
    client_uuid: UUID | None = None,
) -> Draft | None:
    """Store the person's unsent text on this ticket, one version further, with the spans that it holds.

    Return None, with nothing stored, where it has been sent meanwhile: a message has its `client_uuid`. Whoever
    sends holds the same lock. Raises TicketMerged for a reply in a ticket that takes none.
    """
    if Ticket.objects.lock(ticket.pk).merged_into_id is not None and kind == DraftKind.REPLY:
        raise TicketMerged
    if client_uuid and Message.objects.filter(ticket=ticket, user=by, client_uuid=client_uuid).exists():
        return None
    overtaken_at = _overtaken_at(ticket.organization_id, spans)
    draft, made = Draft.objects.select_for_update(no_key=True).get_or_create(
        ticket=ticket,
        user=by,
        kind=kind,
        defaults={
            "organization_id": ticket.organization_id,
            "text": text,
            "visibility": visibility,
            "purpose": purpose,
            "updated_at": timezone.now(),
            "overtaken_at": overtaken_at,
        },
    )
    if not made:
        if _is_worth_keeping(draft, text):
            keep_version(draft)
        draft.text, draft.visibility, draft.purpose, draft.updated_at = text, visibility, purpose, timezone.now()
        draft.version += 1
        draft.overtaken_at = overtaken_at and (draft.overtaken_at or overtaken_at)
        draft.save(update_fields=["text", "visibility", "purpose", "updated_at", "version", "overtaken_at"])
        draft.spans.all().delete()
    held = {span.wording_id for span in write_spans([(draft, spans)])}
    if held and kind == DraftKind.REPLY:
        mark_inserted(ticket.pk, held, by=by)
    return draft


@transaction.atomic(durable=True)
def discard_draft(ticket: Ticket, *, by: User, kind: str = DraftKind.REPLY) -> None:
    """Throw the person's unsent text away."""
    Draft.objects.filter(ticket=ticket, user=by, kind=kind).delete()


def _is_worth_keeping(draft: Draft, text: str) -> bool:
    """Return whether most of what the draft says is about to go, or nothing of it was kept for a while."""
    if len(text) < len(draft.text) / 2:
        return True
    newest = draft.versions.order_by("-pk").values_list("written_at", flat=True).first()
    return newest is not None and timezone.now() - newest > KEEP_EVERY and text != draft.text


def _overtaken_at(organization_id: int, spans: Sequence[Span]) -> datetime | None:
    """Return now when the text holds signed words that may no longer be used, else None.

    The versions are held first: a withdrawal that runs at the same time either sees this draft's
    spans and marks it, or is seen here.
    """
    if not spans:
        return None
    wordings = [span.wording_id for span in spans]
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_VERSIONS, [organization_id, wordings])
    now = timezone.now()
    return now if over_by_now(organization_id, Q(pk__in=wordings), now=now) else None


_HOLD_VERSIONS = """
SELECT 1 FROM brandvoice_positionversion
WHERE id IN (SELECT version_id FROM brandvoice_wording WHERE organization_id = %s AND id = ANY(%s))
ORDER BY id FOR SHARE
"""
