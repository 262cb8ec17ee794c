"""Replies that somebody else has to let out: handed over, approved, sent back, or overtaken meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from brandvoice.models import GuardDecision
from inbox import batches, events, outbox
from inbox.actions import approval_steps, replies
from inbox.actions import delivery_steps as steps
from inbox.actions import reply_contexts as contexts
from inbox.actions import reply_rows as rows
from inbox.actions.approval_changes import change_words
from inbox.actions.approval_news import tell_changed, tell_outcome
from inbox.actions.incident_effects import call_approvers
from inbox.actions.leaving import count_as_said
from inbox.actions.provenance import write_spans
from inbox.actions.sending_files import attach_files
from inbox.actions.taking_back import write_into_draft
from inbox.actions.templates import with_templates
from inbox.actions.uploads import words_about_gone
from inbox.models import (
    Approval,
    ApprovalPolicy,
    ApprovalState,
    Delivery,
    DeliveryState,
    Direction,
    DraftKind,
    Message,
    Ticket,
    Upload,
)
from inbox.models.deliveries import CAME_TO_NOTHING
from inbox.queries.approval_policies import REPLIES, Risk, policy_for, risk_at


class ApprovalNotNeeded(Exception):
    """The reply may go out as it is."""


class AlreadySettled(Exception):
    """Somebody has decided, or the writer has taken it back."""

    def __str__(self) -> str:
        return _("This reply no longer waits for approval.")


class WordsMoved(Exception):
    """Somebody has changed the reply since the person looked at it."""

    def __str__(self) -> str:
        return _("Somebody has changed this reply meanwhile. Look at it as it is now.")


class OwnReply(Exception):
    """Nobody approves their own reply."""

    def __str__(self) -> str:
        return _("Somebody else has to look at your reply.")


@transaction.atomic(durable=True)
def hand_over_reply(ticket: Ticket, reply: replies.NewReply, *, by: User) -> Message:
    """Store a reply that needs approval, with a delivery that waits; its draft is gone.

    Raises what `send_reply` raises, and ApprovalNotNeeded where nothing stops it.
    """
    by.require("reply.send")
    question = replies.question_of(ticket.number, reply)
    place = rows.lock(ticket.organization_id, [question], user=by, channels=None).get(ticket.number)
    if place is None:
        raise Ticket.DoesNotExist
    if place.earlier is not None:
        return Message.objects.get(pk=place.earlier)
    if refusal := replies.refusal_of(place, reply, by):
        raise refusal
    reply, files, context = _as_it_would_go(place, reply, by)
    verdict = guard.check(reply.text, context)
    if verdict.outcome == guard.Outcome.BLOCK:
        raise replies.ReplyStopped(verdict)
    if not verdict.stops:
        raise ApprovalNotNeeded
    message = _write_waiting(place, reply, verdict, files, by)
    call_approvers(message, context.freezes, by=by)
    return message


@transaction.atomic(durable=True)
def approve_reply(
    message: Message, *, by: User, seen: int = 0, text: str | None = None, reject_others: bool = False
) -> Approval:
    """Approve a reply that waits, in the words of the version that was `seen`, or in other ones, which are the `text`.

    With the last step of the policy that holds it goes out. Where that has changed it begins again with the first
    step, and waits, with a note, where that is not theirs; other words begin there, too, and wait for somebody else
    where nobody may let out their own. Where the conversation or the rules have moved on it goes back to its writer,
    and the approval is stale. `reject_others` sends back what else waits in its ticket.

    Raises AlreadySettled, OwnReply, WordsMoved, NotYours, OwnWords; of other words NothingToSay, WordsFixed,
    ReplyStopped, after which it waits as it was.
    """
    by.require("reply.approve")
    if reject_others:
        _lock_all_that_wait(message)
    delivery, approval = _lock_to_decide(message, seen, by)
    policy = policy_for(_risk_of(delivery.reply, approval.asked_by))
    changed = text is not None and change_words(delivery, approval_steps.as_asked_now(approval, policy), text, by=by)
    verdict, pictures = _judge_anew(delivery, by, changed=changed)
    if changed:
        _ask_in_other_words(delivery, approval, policy, by)
    if _has_moved_on(approval) or pictures or not steps.covers(approval.decision, verdict):
        words = pictures or _("The conversation has moved on.")
        _give_back(delivery, approval, ApprovalState.STALE, "reply.overtaken", by, words)
        return approval
    renewed = approval_steps.renew(approval, policy, by=by)
    if renewed:
        steps.record(delivery, "reply.asked_anew", by=by)
    if _sign_off(delivery, approval, may_wait=changed or renewed, is_stopped=verdict.stops, by=by):
        _let_out(delivery, approval, by)
        if reject_others:
            _send_back_others(delivery, by)
    return approval


@transaction.atomic(durable=True)
def send_back_reply(message: Message, note: str, *, by: User) -> Approval:
    """Give a reply that waits back to its writer, with a note; raises AlreadySettled."""
    by.require("reply.approve")
    delivery, approval = _lock_waiting(message)
    _give_back(delivery, approval, ApprovalState.SENT_BACK, "reply.sent_back", by, note.strip()[:500])
    return approval


@transaction.atomic(durable=True)
def expire_reply(message: Message, *, now: datetime) -> bool:
    """Give a reply back to its writer that nobody has decided in time; return whether it was. Raises AlreadySettled."""
    delivery, approval = _lock_waiting(message)
    if approval.due_at is None or approval.due_at > now:
        return False
    words = _("Nobody has decided in time.")
    _give_back(delivery, approval, ApprovalState.EXPIRED, "reply.expired", None, words)
    return True


def _as_it_would_go(
    place: rows.Place, reply: replies.NewReply, by: User
) -> tuple[replies.NewReply, Sequence[Upload], guard.GuardContext]:
    """Return a reply with its template filled in, its files, and where it would go; raises what `send_reply` raises."""
    number, there = place.number, {place.number: place}
    filled, unfit = with_templates({number: contexts.with_purpose(reply, place)}, there)
    if number in unfit:
        raise unfit[number]
    picked, untaken = replies.picked_files(filled, there, by)
    reply, files = filled[number], picked.get(number, [])
    context = contexts.context_at(place, reply, by, contexts.situation_at([place]), files)
    if refusal := untaken.get(number) or replies.refusal_at(place, reply, files, context):
        raise refusal
    return reply, files, context


def _write_waiting(
    place: rows.Place, reply: replies.NewReply, verdict: guard.Verdict, files: Sequence[Upload], by: User
) -> Message:
    judged = guard.Judged(place.organization_id, reply.text, verdict, by)
    (decision,) = guard.record_decisions([judged], guard.Door.APPROVAL)
    message = replies.message_of(place, reply, decision, by)
    # Approved, it goes out at once, or at the time that was chosen.
    message.delivery.state, message.delivery.due_at = DeliveryState.WAITING, reply.send_at or message.created_at
    with batches.one_round_trip():
        rows.write([(message, files)], by)
        if not message.template:
            rows.forget_drafts([message.ticket_id], by, DraftKind.REPLY)
        events.record_many([_handed_over(place, by)], by=by)
    attach_files([(message, files)])
    write_spans([(message, reply.spans)])
    ask_for_approval(message, decision, seen=max([reply.seen, *place.newer]), by=by)
    return message


def ask_for_approval(message: Message, decision: GuardDecision, *, seen: int, by: User) -> None:
    """Ask, in this person's name, for the approval of a stored message whose delivery waits; part of an action."""
    approval = Approval.objects.create(
        organization_id=message.organization_id,
        message=message,
        seen=seen,
        decision=decision,
        asked_by=by,
        asked_at=message.created_at,
    )
    approval_steps.begin(approval, policy_for(_risk_of(message, by)))


def _risk_of(message: Message, by: User) -> Risk:
    """Return what approval policies go by; the reply is stored with its ticket."""
    return risk_at(Ticket.objects.select_related("identity", "channel").get(pk=message.ticket_id), by)


def _handed_over(place: rows.Place, by: User) -> events.NewEvent:
    state = place.state(place.assignee_id)
    return events.NewEvent(
        "reply.handed_over",
        place.organization_id,
        place.team_id,
        place.pk,
        place.message_id,
        facts={"was": state, "now": state},
        people=tuple({by.pk, place.assignee_id or by.pk}),
    )


def _lock_waiting(message: Message) -> tuple[Delivery, Approval]:
    delivery = Delivery.objects.lock(message.delivery.pk)
    approval = Approval.objects.filter(message=delivery.message_id).first()
    if delivery.state != DeliveryState.WAITING or approval is None:
        raise AlreadySettled
    return delivery, approval


def _lock_all_that_wait(message: Message) -> None:
    """Lock all answers that wait in a ticket, in the order of their ids: two who choose would wait for each other."""
    waiting = Delivery.objects.filter(message__ticket=message.ticket_id, state=DeliveryState.WAITING).order_by("pk")
    list(waiting.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def _lock_to_decide(message: Message, seen: int, by: User) -> tuple[Delivery, Approval]:
    delivery, approval = _lock_waiting(message)
    if approval.asked_by_id == by.pk:
        raise OwnReply
    if approval.version != seen:
        raise WordsMoved
    return delivery, approval


def _judge_anew(delivery: Delivery, by: User, *, changed: bool) -> tuple[guard.Verdict, str]:
    """Return what stands against a reply by now, and against its pictures; raises ReplyStopped where it was changed."""
    verdict, pictures = steps.look_at(delivery, steps.situation_of([delivery]))
    if changed and verdict.outcome == guard.Outcome.BLOCK:
        raise replies.ReplyStopped(verdict)
    judged = guard.Judged(delivery.organization_id, delivery.reply.text, verdict, by)
    (delivery.decision,) = guard.record_decisions([judged], guard.Door.APPROVAL)
    return verdict, pictures


def _ask_in_other_words(delivery: Delivery, approval: Approval, policy: ApprovalPolicy | None, by: User) -> None:
    """Begin again with the first step, and bind the approval to what the guard says of the words as they are now."""
    approval.decision = delivery.decision
    approval.save(update_fields=["decision"])
    approval_steps.begin_again(approval, policy, version=approval.version + 1, by=by)
    steps.record(delivery, "reply.changed", by=by, version=approval.version)
    tell_changed(approval, by)


def _sign_off(delivery: Delivery, approval: Approval, *, may_wait: bool, is_stopped: bool, by: User) -> bool:
    """Approve the current step; return whether it was the last. What has just begun again may wait for others."""
    try:
        is_last = approval_steps.sign_off(approval, REPLIES, by=by, is_stopped=is_stopped)
    except approval_steps.NotYours:
        if may_wait:
            return False
        raise
    if not is_last:
        steps.record(delivery, "reply.signed_off", by=by)
    return is_last


def _let_out(delivery: Delivery, approval: Approval, by: User) -> None:
    _settle(approval, ApprovalState.APPROVED, by)
    if delivery.due_at > timezone.now():
        steps.move(delivery, DeliveryState.SCHEDULED, "reply.approved_for_later", by=by)
        return
    delivery.due_at = timezone.now()
    steps.move(delivery, DeliveryState.QUEUED, "reply.approved", by=by)
    count_as_said(delivery)
    if not delivery.channel.external:
        outbox.nudge(outbox.DELIVER)


def _has_moved_on(approval: Approval) -> bool:
    """Return whether anything but notes was said in the ticket that the writer had not seen."""
    said = Message.objects.filter(ticket=approval.reply.ticket_id, pk__gt=approval.seen)
    said = said.exclude(pk=approval.reply.pk).exclude(direction=Direction.NOTE).without_surveys()
    # What colleagues have handed over, too, nobody has said yet.
    return said.exclude(delivery__state__in=CAME_TO_NOTHING).exists()


def _give_back(
    delivery: Delivery, approval: Approval, state: ApprovalState, kind: str, by: User | None, words: str
) -> None:
    gone = write_into_draft(delivery.reply, approval.asked_by)
    approval.note = f"{words} {words_about_gone(gone)}".strip()[:500]
    _settle(approval, state, by)
    steps.move(delivery, DeliveryState.CANCELLED, kind, words=approval.note, by=by)


def _settle(approval: Approval, state: ApprovalState, by: User | None) -> None:
    approval.state, approval.settled_by, approval.settled_at = state, by, timezone.now()
    approval.save(update_fields=["state", "settled_by", "settled_at", "note"])
    tell_outcome(approval, by)


def _send_back_others(delivery: Delivery, by: User) -> None:
    """Give what else waits in the ticket back to its writers: another answer was chosen."""
    waiting = Approval.objects.filter(state=ApprovalState.WAITING, message__ticket=delivery.reply.ticket_id)
    for other in waiting.exclude(message=delivery.message_id).order_by("pk"):
        theirs, approval = _lock_waiting(other.reply)
        words = _("Another answer was chosen.")
        _give_back(theirs, approval, ApprovalState.SENT_BACK, "reply.sent_back", by, words)
