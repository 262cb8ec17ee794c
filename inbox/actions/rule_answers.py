"""Lets a rule answer: signed words only, by the one guard and the one way out; what is not fine waits for a person."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from brandvoice.models import GuardDecision, Wording
from brandvoice.spans import Span
from inbox import batches, events, outbox
from inbox.actions import replies
from inbox.actions import reply_contexts as contexts
from inbox.actions import reply_rows as rows
from inbox.actions.approvals import ask_for_approval
from inbox.actions.incident_effects import call_approvers
from inbox.actions.provenance import write_spans
from inbox.models import (
    DeliveryState,
    Direction,
    Draft,
    DraftKind,
    Message,
    MovedMessage,
    RegroupingKind,
    RuleRun,
    Ticket,
)
from inbox.queries.voice import query_of, wording_of

# Two programs that answer one another stop here.
MOST_ANSWERS_A_DAY = 3


class NotAnswered(Exception):
    """The rule has nothing that it may say here, and says why."""


def answer(ticket: Ticket, position_id: int, *, author: User) -> int | None:
    """Send the signed words of a position as a locked ticket's next reply, and return the message; part of an action.

    A person has the channel's time to undo it. Where the guard warns, it waits for approval instead; where the guard
    stops it, it becomes a draft, and None is returned. Raises NotAnswered.
    """
    _refuse_echoes(ticket)
    wording = wording_of(position_id, query_of(ticket, (), None))
    if wording is None:
        raise NotAnswered(_("The position has no signed wording that may be used here now."))
    newest = ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    reply = replies.NewReply(wording.text, "", seen=newest, spans=(Span(wording.pk, 0, len(wording.text)),))
    place = rows.lock(ticket.organization_id, [replies.question_of(ticket.number, reply)], user=None, channels=None)
    if refusal := replies.refusal_of(place[ticket.number], reply, author):
        raise NotAnswered(str(refusal))
    return _send(ticket, place[ticket.number], contexts.with_purpose(reply, place[ticket.number]), author)


def leave_draft(ticket: Ticket, text: str, wordings: list[tuple[Wording, int]], *, author: User) -> bool:
    """Leave a text for colleagues as the author's draft; part of an action.

    Where the author has one there already, that stays, the ticket says so, and False is returned.
    """
    place = {"ticket": ticket, "user": author, "kind": DraftKind.REPLY}
    fields = {"organization_id": ticket.organization_id, "visibility": ticket.visibility}
    draft, made = Draft.objects.get_or_create(
        **place, defaults=fields | {"text": text, "shared": True, "updated_at": timezone.now()}
    )
    if made:
        write_spans([(draft, [Span(wording.pk, at, at + len(wording.text)) for wording, at in wordings])])
        events.record(ticket, "draft.shared")
    else:
        events.record(ticket, "rule.not_drafted", facts={"name": author.name})
    return made


def _refuse_echoes(ticket: Ticket) -> None:
    """Refuse a second answer to the same message, and the fourth of a day."""
    answers = RuleRun.objects.filter(ticket=ticket, message__isnull=False)
    heard = ticket.messages.filter(direction=Direction.INBOUND).order_by("-pk").values_list("pk", flat=True).first()
    split = {"regrouping__kind": RegroupingKind.SPLIT, "regrouping__target": ticket}
    if MovedMessage.objects.filter(message=heard, **split).exists():
        raise NotAnswered(_("The customer wrote before this was split off, and is answered by a person."))
    if answers.filter(message__gt=heard or 0).exists():
        raise NotAnswered(_("A rule has answered since the customer wrote last."))
    if answers.filter(ran_at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_ANSWERS_A_DAY:
        raise NotAnswered(_("Rules have answered here often enough today."))


def _send(ticket: Ticket, place: rows.Place, reply: replies.NewReply, author: User) -> int | None:
    context = contexts.context_at(place, reply, None, contexts.situation_at([place]))
    verdict = guard.check(reply.text, context)
    judged = guard.Judged(place.organization_id, reply.text, verdict)
    (decision,) = guard.record_decisions([judged], guard.Door.RULE)
    if verdict.outcome == guard.Outcome.OK:
        return _queue(place, reply, decision).pk
    why = "; ".join(dict.fromkeys(finding.reason for finding in verdict.findings))[:400]
    if verdict.outcome == guard.Outcome.BLOCK:
        wording = Wording.objects.get(pk=reply.spans[0].wording_id)
        if leave_draft(ticket, reply.text, [(wording, 0)], author=author):
            events.record(ticket, "rule.answer_drafted", facts={"why": why})
        return None
    message = _let_wait(place, reply, decision, author)
    call_approvers(message, context.freezes, by=author)
    events.record(ticket, "rule.answer_waits", facts={"why": why})
    return message.pk


def _queue(place: rows.Place, reply: replies.NewReply, decision: GuardDecision) -> Message:
    message = replies.message_of(place, reply, decision, None)
    message.delivery.due_at += timedelta(seconds=place.undo_seconds)
    with batches.one_round_trip():
        rows.write([(message, ())], None)
        events.record_many([replies.queued_event(place, None)])
    write_spans([(message, reply.spans)])
    if not place.external:
        outbox.nudge(outbox.DELIVER, after=place.undo_seconds)
    return message


def _let_wait(place: rows.Place, reply: replies.NewReply, decision: GuardDecision, author: User) -> Message:
    message = replies.message_of(place, reply, decision, None)
    message.delivery.state = DeliveryState.WAITING
    rows.write([(message, ())], None)
    write_spans([(message, reply.spans)])
    ask_for_approval(message, decision, seen=reply.seen, by=author)
    state = place.state(place.assignee_id)
    people = (place.assignee_id,) if place.assignee_id else ()
    where = (place.organization_id, place.team_id, place.pk, message.pk)
    events.record_many(
        [events.NewEvent("reply.handed_over", *where, facts={"was": state, "now": state}, people=people)]
    )
    return message
