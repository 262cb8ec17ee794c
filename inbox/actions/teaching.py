"""Tells the voice which customers' words a signed wording has answered, once the network has the reply."""

from collections.abc import Iterable
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from brandvoice.actions.learning import Answered, learn_from
from inbox.models import Direction, Message, Span
from inbox.models.deliveries import THERE

BATCH = 200
# What was said since our last answer; a longer silence doesn't need more.
MOST_TEXTS = 5


def teach_from_replies() -> int:
    """Look at replies that nobody has looked at yet; return how many examples came of them."""
    learned = 0
    while spans := _claim_spans():
        for organization_id, group in groupby(spans, key=lambda span: span.organization_id):
            learned += learn_from(list(_answers(group)), organization_id=organization_id)
    return learned


@transaction.atomic(durable=True)
def _claim_spans() -> list[Span]:
    """Take the spans of delivered replies, each once: should the worker die now, an example is lost and no reply."""
    waiting = Span.objects.filter(taught_at=None, message__delivery__state__in=THERE).order_by("pk")
    spans = list(waiting.select_for_update(no_key=True, skip_locked=True, of=("self",))[:BATCH])
    Span.objects.filter(pk__in=[span.pk for span in spans]).update(taught_at=timezone.now())
    loaded = Span.objects.filter(pk__in=[span.pk for span in spans]).select_related("message", "version", "wording")
    return list(loaded.order_by("organization_id", "message_id", "pk"))


def _answers(spans: Iterable[Span]) -> Iterable[Answered]:
    """Yield what each reply answered; one that rests on several positions doesn't say which words asked for which."""
    for _, group in groupby(spans, key=lambda span: span.message_id):
        cited = list(group)
        reply = cited[0].message
        if reply is None or len({span.version.position_id for span in cited}) > 1:
            continue
        asked = _asked_before(reply)
        edited = sum(span.distance for span in cited) / max(1, sum(len(span.wording.text) for span in cited))
        yield Answered(
            position_id=cited[0].version.position_id,
            text="\n".join(message.text for message in asked),
            language=next((message.language for message in asked if message.language), cited[0].wording.language),
            kept=max(0.0, 1 - edited),
            person_id=reply.user_id,
            origin=f"message {reply.pk}",
        )


def _asked_before(reply: Message) -> list[Message]:
    """Return what the customer had said since our answer before this one, oldest first."""
    said = Message.objects.filter(ticket=reply.ticket_id, sent_at__lte=reply.sent_at).exclude(pk=reply.pk)
    asked: list[Message] = []
    said = said.exclude(direction=Direction.NOTE).without_surveys()
    for message in said.order_by("-sent_at", "-pk")[: MOST_TEXTS * 2]:
        if message.direction == Direction.OUTBOUND:
            break
        asked.append(message)
    return asked[:MOST_TEXTS][::-1]
