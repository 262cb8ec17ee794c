"""What is done about a spike beside an incident: the desk is asked, or a position is opened and taught its words."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Brand, User
from brandvoice.actions import positions as voice
from brandvoice.actions.examples import add_examples
from brandvoice.models import Position
from inbox import events
from inbox.actions.questions import ask_desk
from inbox.models import Question, Spike, Ticket
from inbox.queries.spikes import MOST_SHOWN, behind


def ask_about_spike(spike: Spike, *, by: User) -> Question | None:
    """Ask the desk on behalf of the newest customers of a spike; None where there are none."""
    by.require("question.ask")
    if spike.question_id:
        return spike.question
    tickets = Ticket.objects.filter(pk__in=behind(spike, by).values("ticket")).order_by("-pk")
    question: Question | None = None
    for ticket in tickets[:MOST_SHOWN]:
        question = ask_desk(ticket, spike.question_text, by=by, like=question)
    if question is not None:
        _note(spike, "question", question.pk, by)
    return question


def open_position(
    spike: Spike,
    question: str,
    *,
    by: User,
    texts: Iterable[str] = (),
    brand: Brand | None = None,
    topic: str = "",
    owner: User | None = None,
) -> Position:
    """Open the position that would answer a spike, and teach it what its customers write."""
    language = spike.brand.language
    position = voice.create_position(question, by=by, brand=brand, topic=topic, owner=owner, language=language)
    add_examples(position, texts, language=language or "en", by=by)
    _note(spike, "position", position.pk, by)
    return position


@transaction.atomic(durable=True)
def _note(spike: Spike, what: str, pk: int, by: User) -> None:
    """Note what was done about a spike; before and after are compared from the first of it."""
    answered = Coalesce("answered_at", Value(timezone.now()))
    Spike.objects.filter(pk=spike.pk).update(**{f"{what}_id": pk}, answered_at=answered)
    events.record_about_organization(
        spike.organization_id, "spike.answered", by=by, facts={"spike": spike.pk, what: pk}
    )
