"""Answers in private, and says so in public: two replies that go out together or not at all."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.actions.replies import NewReply, NothingToSay, Refusal, ReplyStopped, put_out
from inbox.actions.schedule_steps import TimeNotPossible
from inbox.models import Message, StandardPurpose, Ticket, Visibility
from inbox.queries.purposes import purposes_of

# From which the second reply of a press of Send has its name.
_PUBLIC = UUID("6f0f1f0e-6d0b-4a4e-9a53-3b1f0a7d2c51")


@dataclass(frozen=True, slots=True)
class Both:
    """The two replies, in the order in which they go out."""

    private: Message
    public: Message


class PublicStopped(ReplyStopped):
    """The guard does not let the public one of two replies out; neither goes."""


@transaction.atomic(durable=True)
def send_both(ticket: Ticket, private: NewReply, public_text: str, *, by: User) -> Both:
    """Send the reply privately and, behind it, these words where the customer wrote, to say so.

    Each is judged as what it is. Raises what `send_reply` raises, and PublicStopped; then neither is stored. Both go
    now: of two that wait, one could be held back, and the other would speak of it.
    """
    if private.send_at:
        raise TimeNotPossible(_("A time can be chosen for one reply only, not for both."))
    if not public_text.strip():
        raise NothingToSay
    private = replace(private, visibility=Visibility.DIRECT)
    first = _put(ticket, private, by)
    try:
        return Both(first, _put(ticket, _public(ticket, private, first, public_text), by))
    except ReplyStopped as refusal:
        raise PublicStopped(refusal.verdict) from refusal


def _put(ticket: Ticket, reply: NewReply, by: User) -> Message:
    outcome: Message | Refusal = put_out({ticket.number: reply}, by=by)[ticket.number]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _public(ticket: Ticket, private: NewReply, first: Message, text: str) -> NewReply:
    """Return the reply that says in public that there is a private one; its purpose is to move the talk there."""
    in_use = {purpose.key for purpose in purposes_of(ticket.organization_id)}
    moving = StandardPurpose.MOVE_TO_PRIVATE
    return NewReply(
        text=text,
        visibility="",
        # What was new to its writer has been asked about before the first was stored.
        seen=first.pk,
        purpose=moving if moving in in_use else private.purpose,
        client_uuid=uuid5(_PUBLIC, str(private.client_uuid)) if private.client_uuid else None,
        confirm_stale=private.confirm_stale,
    )
