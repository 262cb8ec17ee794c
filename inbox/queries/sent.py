"""What was sent, for whoever wants to judge it again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brandvoice.signals import SentText
from brandvoice.spans import Span
from inbox.models import Direction, Message, Status

BATCH = 500
# So far back, and so many, posts in the same words are counted.
SAME_WORDS_DAYS, SAME_WORDS_MOST = 30, 100
_VIEWS: dict[str, str] = {Status.SNOOZED: "snoozed", Status.RESOLVED: "resolved"}


def sent_texts(organization_id: int, brand_id: int | None, since: datetime) -> Iterator[SentText]:
    """Yield the replies sent since then, newest first, read in batches as they are asked for."""
    # From the newest id down: the ticket's own indexes would have to be walked one by one.
    sent = Message.objects.filter(organization=organization_id, direction=Direction.OUTBOUND, created_at__gte=since)
    if brand_id is not None:
        sent = sent.filter(channel__brand=brand_id)
    rows = sent.select_related("ticket").prefetch_related("spans").order_by("-pk")
    before: int | None = None
    while batch := list((rows.filter(pk__lt=before) if before else rows)[:BATCH]):
        for message in batch:
            yield _sent_text(message)
        before = batch[-1].pk


def _sent_text(message: Message) -> SentText:
    number = message.ticket.number
    return SentText(
        text=message.text,
        language=message.language,
        visibility=message.visibility,
        purpose=message.purpose,
        spans=tuple(Span(span.wording_id, span.start, span.end) for span in message.spans.all()),
        address=reverse("inbox:page", kwargs={"view": _VIEWS.get(message.ticket.status, "open"), "number": number}),
        name=_("Ticket #%d") % number,
    )


def posted_before(channel_id: int, fingerprint: int | None) -> int:
    """Return how often the same words were posted on the channel in the last month, as far as that is counted."""
    if fingerprint is None:
        return 0
    since = timezone.now() - timedelta(days=SAME_WORDS_DAYS)
    same = Message.objects.filter(channel=channel_id, fingerprint=fingerprint, created_at__gt=since)
    return same.values("pk")[:SAME_WORDS_MOST].count()
