"""What is done about a spike beside an incident: the desk is asked, or a position is opened and taught its words."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from brandvoice.models import Position
from inbox import events
from inbox.actions.questions import ask_together
from inbox.actions.taught_positions import NewPosition, open_position
from inbox.models import Question, Spike, Ticket
from inbox.queries.spikes import MOST_SHOWN, behind


@transaction.atomic(durable=True)
def ask_about_spike(spike: Spike, *, by: User) -> Question | None:
    """Ask the desk once, on behalf of the newest customers of a spike; None where there are none."""
    spike = Spike.objects.visible_to(by).lock(spike.pk)
    if spike.question is not None:
        return spike.question
    tickets = Ticket.objects.filter(pk__in=behind(spike, by).values("ticket")).order_by("-pk")
    question = ask_together(tickets[:MOST_SHOWN], spike.question_text, by=by)
    if question is not None:
        spike.question = question
        _note(spike, "question", question.pk, by)
    return question


@transaction.atomic(durable=True)
def write_spike_position(spike: Spike, new: NewPosition, *, by: User) -> Position:
    """Open the position that would answer a spike, and teach it its customers' words; or return the one it has."""
    spike = Spike.objects.visible_to(by).lock(spike.pk)
    if spike.position is None:
        spike.position = open_position(new, spike.brand.language, by=by)
        _note(spike, "position", spike.position.pk, by)
    return spike.position


def _note(spike: Spike, what: str, pk: int, by: User) -> None:
    """Note what was done about a locked spike; before and after are compared from the first of it."""
    spike.answered_at = spike.answered_at or timezone.now()
    spike.save(update_fields=[what, "answered_at"])
    events.record_about_organization(
        spike.organization_id, "spike.answered", by=by, facts={"spike": spike.pk, what: pk}
    )
