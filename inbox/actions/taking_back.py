"""Takes a reply that has not gone out back into the composer, signed words and all."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox.actions import delivery_steps as steps
from inbox.actions.uploads import move_files
from inbox.models import Approval, ApprovalState, Delivery, DeliveryState, Draft, DraftKind, Message, Span

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A reply that is a draft again, without those of its files that are gone."""

    message: Message
    gone: list[str]


class TakeBackNotAllowed(Exception):
    """The reply has gone out, or may have."""


@transaction.atomic(durable=True)
def take_back_reply(delivery: Delivery, *, by: User) -> TakenBack:
    """Cancel a reply that is queued, held or failed; its words go before what the person was writing.

    Raises TakeBackNotAllowed.
    """
    message = _cancel(delivery, by)
    return TakenBack(message, write_into_draft(message, by))


@transaction.atomic(durable=True)
def cancel_reply(delivery: Delivery, *, by: ApiKey) -> Message:
    """Cancel a reply that has not gone out, for a program; its words stay in the conversation.

    Raises TakeBackNotAllowed.
    """
    return _cancel(delivery, by)


def _cancel(delivery: Delivery, by: User | ApiKey) -> Message:
    locked = Delivery.objects.lock(delivery.pk)
    if any(locked.posted):
        raise TakeBackNotAllowed(_("A part of this reply is out already; it can't be taken back any more."))
    if not steps.move(locked, DeliveryState.CANCELLED, "delivery.cancelled", by=by):
        raise TakeBackNotAllowed(_("This reply is on its way; it can't be taken back any more."))
    person = by if isinstance(by, User) else None
    taken = {"state": ApprovalState.TAKEN_BACK, "settled_by": person, "settled_at": timezone.now()}
    Approval.objects.filter(message=locked.message_id, state=ApprovalState.WAITING).update(**taken)
    return locked.reply


def write_into_draft(message: Message | Draft, by: User) -> list[str]:
    """Put the words of a message or a draft, spans, files and all, before what the person writes there.

    Part of an action. Return the names of files that are gone. A template is chosen anew.
    """
    if isinstance(message, Message) and message.template:
        return []
    draft, _made = Draft.objects.select_for_update(no_key=True).get_or_create(
        ticket_id=message.ticket_id,
        user=by,
        kind=DraftKind.REPLY,
        defaults={"organization_id": message.organization_id, "updated_at": timezone.now()},
    )
    shift = len(message.text) + len(GAP)
    kept = list(draft.spans.all())
    for span in kept:
        span.start, span.end = span.start + shift, span.end + shift
    Span.objects.bulk_update(kept, ["start", "end"])
    spans = list(message.spans.all())
    for span in spans:
        span.pk, span.message, span.draft = None, None, draft
    Span.objects.bulk_create(spans)
    gone = move_files(message, draft)
    draft.text = message.text + GAP + draft.text if draft.text else message.text
    draft.visibility, draft.purpose = message.visibility, message.purpose
    draft.updated_at, draft.version = timezone.now(), draft.version + 1
    draft.save(update_fields=["text", "visibility", "purpose", "updated_at", "version"])
    return gone
