"""Puts right what was read off a message; the next ones learn from it, and it can be taken back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from brandvoice.embedding import current_embedder
from brandvoice.queries.reader import About
from inbox import events
from inbox.actions.reading_rows import show_on_tickets
from inbox.models import Direction, Lesson, Message, Sentiment, Ticket, Urgency
from inbox.queries.lessons import languages_of, topics_of


class NotALabel(Exception):
    """That can't be said of a message."""


@transaction.atomic(durable=True)
def correct_reading(message: Message, about: str, right: str, *, by: User) -> Message:
    """Say what a customer's message really is, "" for none; saying what was read first takes the lesson back.

    Raises NotALabel, also where nothing of that kind is read.
    """
    if about not in set(About):
        raise NotALabel(_("That can't be said of this message."))
    return _correct(message, About(about), right, by)


def _correct(message: Message, about: About, right: str, by: User) -> Message:
    message = Message.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
    if message.direction != Direction.INBOUND or right not in _labels(message, about):
        raise NotALabel(_("That can't be said of this message."))
    was = label_of(message, about)
    if right == was:
        return message
    confidence = _teach(message, about, was, right, by)
    _set(message, about, right, confidence)
    show_on_tickets([message.ticket_id])
    ticket = Ticket.objects.get(pk=message.ticket_id)
    facts = {"about": about.value, "said": was, "right": right}
    events.record(ticket, "reading.corrected", by=by, message=message, facts=facts)
    return message


def label_of(message: Message, about: About) -> str:
    """Return what stands on a message as a word; "" is nothing."""
    value = getattr(message, about.value)
    return "" if value is None else str(value)


def _labels(message: Message, about: About) -> frozenset[str]:
    """Return what can be said of a message."""
    match about:
        case About.SENTIMENT:
            found = {str(value) for value in Sentiment.values}
        case About.URGENCY:
            found = {str(value) for value in Urgency.values}
        case About.LANGUAGE:
            found = set(languages_of(message.organization_id))
        case About.TOPIC:
            found = set(topics_of(message.organization_id))
    return frozenset(found | {""})


def _teach(message: Message, about: About, was: str, right: str, by: User) -> float | None:
    """Remember, change or forget the lesson; return how sure the label is: as before when a lesson is forgotten."""
    known = Lesson.objects.filter(message=message, about=about).first()
    if known is None:
        Lesson.objects.create(
            organization_id=message.organization_id,
            message=message,
            about=about,
            said=was,
            right=right,
            said_confidence=getattr(message, f"{about.value}_confidence"),
            embedder=current_embedder().id,
            vector=current_embedder().encode([message.text])[0],
            user=by,
        )
    elif known.said == right:
        known.delete()
        return known.said_confidence
    else:
        known.right, known.user = right, by
        known.save(update_fields=["right", "user"])
    return None


def _set(message: Message, about: About, label: str, confidence: float | None) -> None:
    number = about in (About.SENTIMENT, About.URGENCY)
    value = (int(label) if label else None) if number else label
    setattr(message, about.value, value)
    setattr(message, f"{about.value}_confidence", confidence)
    message.save(update_fields=[about.value, f"{about.value}_confidence"])
