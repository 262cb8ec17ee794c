"""Reads questions to the desk: who should answer, what waits, what has been asked before, what was answered."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from accounts.models import User
from brandvoice.models import Position, PositionVersion
from inbox.models import Question, QuestionState, Ticket, WaitingTicket

PAGE = 50
MOST_LIKE = 3
MOST_NEAR = 8
# Questions that share fewer letters than this are about something else.
LIKE_ENOUGH = 0.3
MOST_VOICES = 3


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """One question of the desk's list, with how many tickets wait and what their customers wrote."""

    question: Question
    waiting: int
    voices: tuple[str, ...]
    overdue: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class TicketQuestion:
    """What the voice column says about a ticket's question."""

    text: str
    state: str
    owner: str
    due_at: datetime
    overdue: bool
    reason: str
    waiting: int


def owner_for(ticket: Ticket) -> User | None:
    """Return who owns most positions of the ticket's brand among those who may sign; None where nobody may.

    Positions of all brands count after the brand's own.
    """
    signers = User.objects.filter(organization=ticket.organization_id, is_active=True)
    own = Count("positions", filter=Q(positions__brand=ticket.brand_id), distinct=True)
    shared = Count("positions", filter=Q(positions__brand=None), distinct=True)
    ranked = signers.annotate(own=own, shared=shared).order_by("-own", "-shared", "pk")
    return next((person for person in ranked if person.may("position.sign")), None)


def questions_of(user: User) -> tuple[WaitingQuestion, ...]:
    """Return what waits for an answer in the user's organization, the soonest due first."""
    some = WaitingTicket.objects.exclude(customer_text="").order_by("pk")[:MOST_VOICES]
    related = Question.objects.visible_to(user).unanswered().select_related("brand", "asked_by", "owner", "position")
    loaded = related.prefetch_related(Prefetch("waiting", some, to_attr="voices"))
    questions = list(loaded.order_by("due_at", "pk")[:PAGE])
    waiting = WaitingTicket.objects.filter(question__in=questions).values_list("question").order_by()
    counts = dict(waiting.annotate(number=Count("pk")))
    now = timezone.now()
    return tuple(_row(question, counts.get(question.pk, 0), user, now) for question in questions)


def count_for(user: User) -> int:
    """Return how many questions wait for this person."""
    return Question.objects.visible_to(user).unanswered().filter(owner=user).count()


def like_questions(ticket: Ticket, text: str) -> tuple[Question, ...]:
    """Return unanswered questions that sound like this one, to wait with instead of asking again."""
    unanswered = Question.objects.filter(organization=ticket.organization_id, brand=ticket.brand_id).unanswered()
    near = unanswered.annotate(near=TrigramWordSimilarity(text, "text")).filter(near__gte=LIKE_ENOUGH)
    return tuple(near.order_by("-near", "pk")[:MOST_LIKE])


def question_on(ticket: Ticket) -> TicketQuestion | None:
    """Return the newest question that this ticket waits for, or has waited for."""
    waiting = WaitingTicket.objects.filter(ticket=ticket).select_related("question__owner").order_by("-pk").first()
    if waiting is None:
        return None
    question = waiting.question
    return TicketQuestion(
        text=question.text,
        state=question.state,
        owner=question.owner.name,
        due_at=question.due_at,
        overdue=question.settled_at is None and question.due_at <= timezone.now(),
        reason=question.reason,
        waiting=question.waiting.count(),
    )


def answered_position(ticket: Ticket) -> int | None:
    """Return the position with which the desk has answered this ticket's newest question."""
    answered = WaitingTicket.objects.filter(ticket=ticket, question__state=QuestionState.ANSWERED)
    return answered.order_by("-pk").values_list("question__position", flat=True).first()


def signed_near(user: User, text: str) -> tuple[Position, ...]:
    """Return positions whose signed words may be used today and may answer already, nearest by their words."""
    positions = Position.objects.visible_to(user).filter(versions__in=PositionVersion.objects.live(timezone.now()))
    near = positions.annotate(near=TrigramWordSimilarity(text, "question")).filter(near__gte=LIKE_ENOUGH)
    return tuple(near.order_by("-near", "pk")[:MOST_NEAR])


def _row(question: Question, waiting: int, user: User, now: datetime) -> WaitingQuestion:
    voices: list[WaitingTicket] = question.voices  # type: ignore[attr-defined]  # prefetched
    return WaitingQuestion(
        question=question,
        waiting=waiting,
        voices=tuple(row.customer_text for row in voices),
        overdue=question.due_at <= now,
        mine=question.owner_id == user.pk,
    )
