"""What a connector says of many deliveries at once, written in statements whose number does not grow with them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiKey
from inbox import batches, events, outbox
from inbox.actions import delivery_steps as steps
from inbox.actions.receipts import forget_post, keep_receipt
from inbox.actions.reply_parts import note_parts
from inbox.connectors.base import StatusReported
from inbox.models import DELIVERY_MOVES, Channel, Delivery, DeliveryState, Message
from inbox.models.deliveries import CAME_TO_NOTHING, IN_FLIGHT, MOVED_WITH, DeliveryQuerySet

# What a connector may report, and how the log calls it.
REPORTS = {
    DeliveryState.SENT: "delivery.sent",
    DeliveryState.DELIVERED: "delivery.delivered",
    DeliveryState.READ: "delivery.read",
    DeliveryState.FAILED: "delivery.failed",
}
_RECEIPTS = """
UPDATE inbox_message SET external_id = new.external_id
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(id bigint, external_id text) WHERE inbox_message.id = new.id
"""
_ATTEMPTS = """
UPDATE inbox_attempt SET outcome = new.outcome, words = new.words, finished_at = now()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(delivery bigint, number int, outcome text, words text)
WHERE delivery_id = new.delivery AND inbox_attempt.number = new.number AND finished_at IS NULL
"""
_STATES = """
UPDATE inbox_delivery SET state = new.state, error = new.error, url = new.url, settled_at = new.settled_at
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS new(id bigint, state text, error text, url text, settled_at timestamptz)
WHERE inbox_delivery.id = new.id
"""
# The replies behind these may go now; the time that they waited in line is not held against them.
_RELEASE = """
UPDATE inbox_delivery SET due_at = now()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS done(id bigint, ticket bigint)
WHERE ticket_id = done.ticket AND inbox_delivery.id > done.id AND state = 'queued' AND due_at < now()
RETURNING inbox_delivery.id
"""


class UnknownReport(Exception):
    """The status is none that a network reports."""


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """A network's word about a delivery; `words` are its own about a failure."""

    delivery: int
    status: str
    external_id: str = ""
    url: str = ""
    words: str = ""


Told: TypeAlias = tuple[Delivery, Sequence[NetworkReport]]


@transaction.atomic(durable=True)
def report_statuses(
    channel: Channel, reports: Sequence[NetworkReport], *, by: ApiKey | None = None
) -> list[Delivery | None]:
    """Note reports on a channel's deliveries; return where each stands, or None where the channel has no such delivery.

    Statuses only move forward: one that comes late is logged and changes nothing, and the same again is
    nothing. Raises UnknownReport. A failure, and a receipt for a post that is stored already, take
    statements of their own; all others together take as many as one.
    """
    for report in reports:
        known_status(report.status)
    found = _lock(channel, {report.delivery for report in reports})
    told: dict[int, list[NetworkReport]] = defaultdict(list)
    for report in reports:
        if report.delivery in found:
            told[report.delivery].append(report)
    _keep_receipts(channel, [(found[pk], said) for pk, said in told.items()])
    plain = [(found[pk], said) for pk, said in told.items() if _is_plain(found[pk], said)]
    rest = [(found[pk], said) for pk, said in told.items() if not _is_plain(found[pk], said)]
    _note_together(channel, plain, by)
    for delivery, report in ((delivery, report) for delivery, said in rest for report in said):
        note(delivery, report, by=by)
    return [found.get(report.delivery) for report in reports]


def report_from_network(channel: Channel, said: Sequence[StatusReported]) -> list[StatusReported]:
    """Note what a network says became of our posts; return what names none that we know, or know yet."""
    note_parts(channel, [one for one in said if one.part])
    whole = [one for one in said if not one.part]
    named = _named(channel, whole)
    report_statuses(channel, [report for reports in named.values() for report in reports])
    return [one for number, one in enumerate(whole) if number not in named]


def _named(channel: Channel, said: Sequence[StatusReported]) -> dict[int, list[NetworkReport]]:
    """Return the deliveries that each word is about, by its place."""
    mine = Delivery.objects.filter(channel=channel.pk)
    ids = [one.external_id for one in said if one.external_id]
    by_id = dict(mine.filter(message__external_id__in=ids).values_list("message__external_id", "pk")) if ids else {}
    keys = [one.key for one in said if one.key]
    by_key = dict(mine.filter(idempotency_key__in=keys).values_list("idempotency_key", "pk")) if keys else {}
    named: dict[int, list[NetworkReport]] = {}
    for number, one in enumerate(said):
        one_of_ours = by_id.get(one.external_id) or (by_key.get(one.key) if one.key else None)
        found = _until(mine, one) if one.until else [one_of_ours]
        reports = [NetworkReport(pk, one.status, one.external_id, words=one.words) for pk in found if pk]
        if reports or one.until:
            named[number] = reports
    return named


def _until(mine: DeliveryQuerySet, said: StatusReported) -> list[int]:
    """Return the posts of a thread that were there by then and have not come further."""
    before = (
        [DeliveryState.SENT]
        if said.status == DeliveryState.DELIVERED
        else [DeliveryState.SENT, DeliveryState.DELIVERED]
    )
    there = mine.filter(ticket__thread_key=said.thread_key, state__in=before, settled_at__lte=said.until)
    return list(there.order_by("pk").values_list("pk", flat=True))


def known_status(status: str) -> str:
    """Return a status that a network reports; raises UnknownReport for any other."""
    if status not in REPORTS:
        raise UnknownReport(", ".join(REPORTS))
    return status


def note(delivery: Delivery, report: NetworkReport, *, by: ApiKey | None = None) -> None:
    """Note a network's word about one locked delivery, inside the caller's transaction."""
    to = DeliveryState(report.status)
    facts = keep_receipt(delivery, report.external_id, report.url)
    steps.finish_attempt(delivery, to, report.words)
    known = delivery.state == to and not facts
    if to == DeliveryState.FAILED:
        forget_post(delivery, report.external_id)
    elif delivery.lacks_part:
        # What is said of the last part is not true of the whole.
        steps.record(delivery, "delivery.reported", by=by, reported=str(to), words=report.words, **facts)
        return
    if not known and not steps.move(delivery, to, REPORTS[to], words=report.words, by=by, **facts):
        steps.record(delivery, "delivery.reported", by=by, reported=str(to), words=report.words, **facts)


def _lock(channel: Channel, ids: Collection[int]) -> dict[int, Delivery]:
    """Return these deliveries of the channel with what moving them needs, locked in the order of their ids."""
    mine = Delivery.objects.filter(channel=channel.pk, pk__in=ids).select_for_update(no_key=True, of=("self",))
    return {delivery.pk: delivery for delivery in mine.select_related(*MOVED_WITH).order_by("pk")}


def _keep_receipts(channel: Channel, told: Iterable[Told]) -> None:
    """Store the networks' ids of posts, except where another message has the same: those are looked at one by one."""
    replies = [(delivery.message, said) for delivery, said in told if delivery.message]
    named = {message: _receipt_in(said) for message, said in replies if not message.external_id}
    often = Counter(name for name in named.values() if name)
    stored = Message.objects.filter(channel=channel.pk, external_id__in=often).values_list("external_id", flat=True)
    contested = {"", *stored, *(name for name, times in often.items() if times > 1)} if often else {""}
    free = {message: name for message, name in named.items() if name not in contested}
    if not free:
        return
    try:
        # Intake may store an echo in this very moment.
        with transaction.atomic():
            batches.start(_RECEIPTS, [{"id": message.pk, "external_id": name} for message, name in free.items()])
    except IntegrityError:
        return
    for message, name in free.items():
        message.external_id = name


def _receipt_in(said: Iterable[NetworkReport]) -> str:
    return next((report.external_id for report in said if report.external_id), "")


def _is_plain(delivery: Delivery, said: Iterable[NetworkReport]) -> bool:
    """Return whether this is good news, of a reply without a bad past, with its receipt stored."""
    if delivery.variant_id:
        return False
    good = all(report.status != DeliveryState.FAILED for report in said) and delivery.state not in CAME_TO_NOTHING
    good = good and not delivery.lacks_part
    return good and (bool(delivery.reply.external_id) or not _receipt_in(said))


def _note_together(channel: Channel, told: Sequence[Told], by: ApiKey | None) -> None:
    """Write plain reports: the attempts that they end, the states, the events, and who may go next."""
    if not told:
        return
    now = timezone.now()
    batches.start(_ATTEMPTS, [_attempt(delivery, said[0]) for delivery, said in told])
    leaving = [{"id": each.pk, "ticket": each.ticket_id} for each, _ in told if each.state in IN_FLIGHT]
    news = [new for delivery, said in told for report in said for new in _walk(delivery, report, now)]
    batches.start(_STATES, [_state(delivery) for delivery, _ in told])
    if news:
        events.record_many(news, by=by)
    if leaving and batches.run(_RELEASE, leaving) and not channel.external:
        outbox.nudge(outbox.DELIVER)


def _walk(delivery: Delivery, report: NetworkReport, now: datetime) -> Iterator[events.NewEvent]:
    """Move a delivery as the table allows; yield what there is to log."""
    to = DeliveryState(report.status)
    if report.url.startswith(("https://", "http://")) and not delivery.url:
        delivery.url = report.url
    if delivery.state == to:
        return
    if to in DELIVERY_MOVES[delivery.state]:
        delivery.state, delivery.error, delivery.settled_at = to, report.words, now
        yield steps.event_of(delivery, REPORTS[to], {"words": report.words})
    else:
        yield steps.event_of(delivery, "delivery.reported", {"reported": str(to), "words": report.words})


def _attempt(delivery: Delivery, report: NetworkReport) -> dict[str, object]:
    return {
        "delivery": delivery.pk,
        "number": delivery.attempt_count,
        "outcome": report.status,
        "words": report.words,
    }


def _state(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.pk,
        "state": delivery.state,
        "error": delivery.error,
        "url": delivery.url,
        "settled_at": delivery.settled_at,
    }
