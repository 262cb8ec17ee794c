"""Asks the desk, and tells every ticket that waits once somebody has answered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice.actions import positions as voice
from brandvoice.actions.examples import add_examples
from brandvoice.models import Position, PositionVersion
from inbox import events, outbox
from inbox.models import Question, QuestionState, Status, Ticket, WaitingTicket
from inbox.queries.questions import owner_for
from inbox.queries.voice import unanswered_texts

# A customer in public gives a brand about an hour; the desk has most of a working day at the outside.
DUE_AFTER = timedelta(hours=4)
LONGEST = 300
MOST_EXAMPLES = 20


class NothingAsked(Exception):
    """The question has no words."""


class AlreadySettled(Exception):
    """Somebody has answered or declined the question."""

    def __str__(self) -> str:
        return _("Somebody has settled this question meanwhile.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says: the question in its words, the wording, and its language."""

    question: str
    text: str
    language: str


@transaction.atomic(durable=True)
def ask_desk(ticket: Ticket, text: str, *, by: User, like: Question | None = None) -> Question:
    """Ask whoever owns the topic, or wait with those who have asked the same (`like`); raises NothingAsked."""
    by.require("question.ask")
    ticket = Ticket.objects.lock(ticket.pk)
    question = _open_again(like, by) if like else None
    if question is None:
        question = _create(ticket, _words(text), by)
    _wait(ticket, question, by)
    return question


def ask_together(tickets: Iterable[Ticket], text: str, *, by: User) -> Question | None:
    """Ask whoever owns the topic of the first ticket, on behalf of all; None for no tickets. Part of an action.

    Where they wait for an answer to the same words already, nothing is asked anew. Raises NothingAsked.
    """
    by.require("question.ask")
    ids, words = [ticket.pk for ticket in tickets], _words(text)
    locked = Ticket.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    found = {ticket.pk: ticket for ticket in locked}
    # Pressed twice at once, the second waits for the tickets and finds what the first has asked.
    open_ = Question.objects.visible_to(by).unanswered()
    question = open_.filter(text=words, waiting__ticket__in=ids).order_by("pk").first()
    for pk in ids:
        question = question or _create(found[pk], words, by)
        _wait(found[pk], question, by)
    return question


def _words(text: str) -> str:
    words = " ".join(text.split())[:LONGEST]
    if not words:
        raise NothingAsked
    return words


def _wait(ticket: Ticket, question: Question, by: User) -> None:
    """Let a ticket wait for the answer to a question."""
    texts = "\n".join(unanswered_texts(ticket.pk))
    _waiting, new = WaitingTicket.objects.get_or_create(
        question=question,
        ticket=ticket,
        defaults={"organization_id": ticket.organization_id, "asked_by": by, "customer_text": texts},
    )
    if new:
        events.record(ticket, "question.asked", by=by, facts={"question": question.pk, "owner": question.owner_id})


def answer_question(question: Question, answer: Answer, *, by: User) -> PositionVersion:
    """Make the answer a position; signed at once where the person may, else it waits for a signature.

    Raises AlreadySettled and what the position's own rules refuse; each step is a transaction, and
    the question stays open until a signature closes it.
    """
    by.require("question.answer")
    position = _position_for(question, answer, by)
    content = voice.VersionContent((voice.NewWording(answer.text, answer.language),))
    version = voice.submit_version(voice.draft_version(position, content, by=by), by=by)
    _note_written(question, by)
    return voice.sign_version(version, by=by) if by.may("position.sign") else version


def point_to_position(question: Question, position: Position, *, by: User) -> None:
    """Say that a signed position answers the question already, and teach it the customers' words."""
    by.require("question.answer")
    _teach(_settle_with(question, position, by), by)


@transaction.atomic(durable=True)
def decline_question(question: Question, reason: str, *, by: User) -> None:
    """Say that nothing will be said, and why; the agents who wait read it. Raises AlreadySettled."""
    by.require("question.answer")
    question = _lock_unanswered(question)
    question.reason = reason[:500]
    _settle([question], QuestionState.DECLINED, by)


def close_answered(version: PositionVersion, by: User | None) -> None:
    """A position's words are in use: every ticket that waits for them is told. Runs inside that transaction."""
    waiting = Question.objects.unanswered().filter(position=version.position_id)
    _settle(list(waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")), QuestionState.ANSWERED, by)


def _open_again(like: Question, by: User) -> Question | None:
    return Question.objects.visible_to(by).unanswered().filter(pk=like.pk).first()


def _create(ticket: Ticket, words: str, by: User) -> Question:
    question = Question.objects.create(
        organization_id=ticket.organization_id,
        brand_id=ticket.brand_id,
        text=words,
        language=ticket.language,
        asked_by=by,
        owner=owner_for(ticket) or by,
        due_at=timezone.now() + DUE_AFTER,
    )
    outbox.nudge(outbox.TELL_DESK)
    return question


def _lock_unanswered(question: Question) -> Question:
    locked = Question.objects.lock(question.pk)
    if locked.settled_at is not None:
        raise AlreadySettled
    return locked


def _position_for(question: Question, answer: Answer, by: User) -> Position:
    """Return the position that answers, made now unless an earlier try has made it."""
    fresh = Question.objects.get(pk=question.pk)
    if fresh.settled_at is not None:
        raise AlreadySettled
    if fresh.position is not None:
        return fresh.position
    position = voice.create_position(
        answer.question, by=by, brand=fresh.brand, owner=fresh.owner, language=answer.language
    )
    fresh.position = position
    fresh.save(update_fields=["position"])
    _teach(fresh, by)
    return position


def _teach(question: Question, by: User) -> None:
    """Teach the position what the customers who wait have written."""
    if question.position is not None:
        texts = question.waiting.exclude(customer_text="").values_list("customer_text", flat=True)[:MOST_EXAMPLES]
        add_examples(question.position, texts, language=question.language or question.brand.language, by=by)


@transaction.atomic(durable=True)
def _settle_with(question: Question, position: Position, by: User) -> Question:
    question = _lock_unanswered(question)
    question.position = Position.objects.visible_to(by).get(pk=position.pk)
    _settle([question], QuestionState.ANSWERED, by)
    return question


@transaction.atomic(durable=True)
def _note_written(question: Question, by: User) -> None:
    _lock_unanswered(question)
    Question.objects.filter(pk=question.pk).update(state=QuestionState.WRITTEN)


def _settle(questions: Collection[Question], state: QuestionState, by: User | None) -> None:
    """Close questions and tell their tickets, in a fixed number of statements."""
    if not questions:
        return
    now = timezone.now()
    for question in questions:
        question.state, question.settled_by, question.settled_at = state, by, now
    Question.objects.bulk_update(questions, ["state", "settled_by", "settled_at", "position", "reason"])
    waiting = WaitingTicket.objects.filter(question__in=questions).order_by("ticket_id", "pk")
    rows = list(waiting.values_list("question", "ticket"))
    tickets = _wake({ticket_id for _, ticket_id in rows})
    events.record_many([_told(tickets[ticket_id], pk, state) for pk, ticket_id in rows], by=by)


def _wake(ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """Return the tickets, locked; those that were put off until the answer came are open again."""
    locked = Ticket.objects.filter(pk__in=ticket_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    tickets = {ticket.pk: ticket for ticket in locked}
    asleep = [ticket for ticket in tickets.values() if ticket.status == Status.SNOOZED]
    for ticket in asleep:
        ticket.status, ticket.named_status, ticket.snoozed_until = Status.OPEN, None, None
    Ticket.objects.bulk_update(asleep, ["status", "named_status", "snoozed_until"])
    return tickets


def _told(ticket: Ticket, question_id: int, state: QuestionState) -> events.NewEvent:
    now = events.state_of(ticket)
    return events.NewEvent(
        f"question.{state}",
        ticket.organization_id,
        ticket.team_id,
        ticket.pk,
        facts={"question": question_id, "now": now},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )
