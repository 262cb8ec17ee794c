"""The steps that every action on a delivery is made of: each runs inside the caller's transaction, on a locked row."""

import logging
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import ApiKey, User
from brandvoice import guard
from brandvoice.models import GuardDecision
from brandvoice.threads import posts_of
from inbox import events, outbox
from inbox.actions import post_steps
from inbox.actions.post_spans import cited
from inbox.actions.schedule_steps import show_schedule
from inbox.actions.sending_files import problem_with_descriptions
from inbox.actions.ticket_steps import may_be_open
from inbox.connectors.registry import window_ends
from inbox.models import (
    DELIVERY_MOVES,
    Approval,
    ApprovalState,
    Attachment,
    Attempt,
    Delivery,
    DeliveryState,
    Direction,
    PostFile,
    Status,
    Ticket,
)
from inbox.models.deliveries import CAME_TO_NOTHING, IN_FLIGHT, YET_TO_GO, DeliveryQuerySet
from inbox.queries.incidents import Situation, Spot

# So many tries in a row; then a person is asked, whose retry allows as many again.
MOST_ATTEMPTS = 8
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 600.0
# A network that asks for more patience than this is asked again all the same.
LONGEST_RETRY_AFTER = 86_400.0
# So much longer a worker may take for each file.
FOR_EACH_FILE = timedelta(seconds=30)
# What is looked at before a delivery is let out.
BESIDE = ("message__spans", "message__attachments", "variant__post__files", "variant__post__spans")

logger = logging.getLogger(__name__)


def move(
    delivery: Delivery, to: DeliveryState, kind: str, *, words: str = "", by: User | ApiKey | None = None, **facts: int
) -> bool:
    """Walk the table and record it; return False, with nothing changed, where the table forbids the move."""
    if to not in DELIVERY_MOVES[delivery.state]:
        return False
    carry(delivery, to, kind, words=words, by=by, **facts)
    return True


def carry(
    delivery: Delivery, to: DeliveryState, kind: str, *, words: str = "", by: User | ApiKey | None = None, **facts: int
) -> None:
    """Move a delivery and record it, whatever the table says; for what only a part of a reply has come to."""
    was = delivery.state
    delivery.state = to
    delivery.error = words
    delivery.settled_at = None if to in (*IN_FLIGHT, *YET_TO_GO) else timezone.now()
    delivery.save(update_fields=["state", "error", "settled_at", "due_at", "claimed_at", "decision"])
    record(delivery, kind, by=by, words=words, **facts)
    if delivery.variant:
        post_steps.follow(delivery.variant, by=by)
        return
    if DeliveryState.SCHEDULED in (was, to):
        show_schedule({delivery.reply.ticket_id, delivery.thread.pk})
    if (was in CAME_TO_NOTHING) != (to in CAME_TO_NOTHING):
        _note_whether_answered(delivery, by)
    if was in IN_FLIGHT and to not in IN_FLIGHT:
        _release_next(delivery)


def record(delivery: Delivery, kind: str, *, by: User | ApiKey | None = None, **facts: str | int) -> None:
    """Write an event about a delivery into its ticket; one about a planned post stands in none."""
    events.record_many([event_of(delivery, kind, facts)], by=by)


def take(due: DeliveryQuerySet, limit: int, *, until: datetime, now: datetime) -> list[Delivery]:
    """Take up to `limit` deliveries; those that the guard holds back make room for the next."""
    with guard.judging_together():
        while queued := list(due.locked().select_related("ticket__contact")[:limit]):
            if started := start(queued, until=until, now=now):
                return started
    return []


def is_current(locked: Delivery, claimed: Delivery) -> bool:
    """Return whether the attempt that `claimed` stands for is still the current one; a straggler decides nothing."""
    return locked.state == DeliveryState.SENDING and locked.attempt_count == claimed.attempt_count


def start(deliveries: list[Delivery], *, until: datetime, now: datetime) -> list[Delivery]:
    """Take queued deliveries, until then, for one attempt each; return those that the guard lets out."""
    going = let_out(deliveries, now=now)
    for delivery in going:
        # Files are handed to the network one by one, each with a time of its own.
        longer = FOR_EACH_FILE * (len(files_beside(delivery)) + _posts_after_the_first(delivery))
        delivery.state, delivery.claimed_at, delivery.due_at = DeliveryState.SENDING, now, until + longer
        delivery.attempt_count += 1
    if going:
        Delivery.objects.bulk_update(going, ["state", "claimed_at", "due_at", "attempt_count", "decision"])
        Attempt.objects.bulk_create(
            Attempt(delivery=delivery, number=delivery.attempt_count, started_at=now) for delivery in going
        )
        events.record_many([_started(delivery) for delivery in going])
        for variant in (delivery.variant for delivery in going if delivery.variant):
            post_steps.follow(variant)
    return going


def _posts_after_the_first(delivery: Delivery) -> int:
    message = delivery.message
    return len(posts_of(message.text, delivery.channel.network, message.visibility)) - 1 if message else 0


def requeue(
    delivery: Delivery,
    words: str,
    *,
    retry_after: float | None = None,
    at_last: DeliveryState = DeliveryState.FAILED,
) -> None:
    """Put a delivery back into the queue after a pause; when it has been tried often enough, it ends as `at_last`."""
    tries = (delivery.attempt_count - 1) % MOST_ATTEMPTS + 1
    if tries == MOST_ATTEMPTS:
        finish_attempt(delivery, at_last, words)
        move(delivery, at_last, f"delivery.{at_last}", words=words)
        return
    finish_attempt(delivery, DeliveryState.QUEUED, words)
    delivery.claimed_at = None
    delivery.due_at = timezone.now() + _pause(tries, retry_after)
    move(delivery, DeliveryState.QUEUED, "delivery.postponed", words=words)


def doubt(delivery: Delivery, words: str) -> None:
    """Ask a person about a delivery that may have been posted."""
    finish_attempt(delivery, DeliveryState.UNCERTAIN, words)
    move(delivery, DeliveryState.UNCERTAIN, "delivery.uncertain", words=words)


def untake(delivery: Delivery, until: datetime) -> None:
    """Undo the taking of a delivery, and let whatever its channel has queued wait until then."""
    Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count, finished_at=None).delete()
    delivery.state, delivery.claimed_at, delivery.due_at = DeliveryState.QUEUED, None, until
    delivery.attempt_count -= 1
    delivery.save(update_fields=["state", "claimed_at", "due_at", "attempt_count"])
    record(delivery, "delivery.postponed")
    queued = Delivery.objects.filter(channel=delivery.channel_id, state=DeliveryState.QUEUED, due_at__lt=until)
    waiting = queued.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)
    Delivery.objects.filter(pk__in=list(waiting)).update(due_at=until)


def finish_attempt(delivery: Delivery, outcome: DeliveryState, words: str) -> None:
    """Note what came of the delivery's current attempt, unless that is known."""
    Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count, finished_at=None).update(
        outcome=outcome, words=words, finished_at=timezone.now()
    )


def event_of(delivery: Delivery, kind: str, facts: events.Facts) -> events.NewEvent:
    """Return what is logged of a delivery, with where it stands."""
    if delivery.variant:
        return post_steps.event_of(delivery, delivery.variant, kind, facts)
    ticket = delivery.reply.ticket
    return events.NewEvent(
        kind,
        delivery.organization_id,
        ticket.team_id,
        ticket.pk,
        delivery.message_id,
        facts={"delivery": delivery.pk, "state": str(delivery.state), **facts},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )


def files_beside(delivery: Delivery) -> list[Attachment] | list[PostFile]:
    """Return the files that go along, for a delivery loaded with what is looked at before it is let out."""
    if delivery.variant:
        return list(delivery.variant.post.files.all())
    return list(delivery.reply.attachments.all())


def _started(delivery: Delivery) -> events.NewEvent:
    return event_of(delivery, "delivery.started", {"attempt": delivery.attempt_count})


def let_out(deliveries: Sequence[Delivery], *, now: datetime | None = None) -> list[Delivery]:
    """Hold deliveries, queued or scheduled, whose words may no longer go out, for whatever has changed.

    Return the others.
    """
    prefetch_related_objects(deliveries, *BESIDE)
    situation = situation_of(deliveries)
    with guard.judging_together():
        looked = [look_at(delivery, situation) for delivery in deliveries]
    verdicts = [verdict for verdict, _pictures in looked]
    judged = [
        guard.Judged(delivery.organization_id, delivery.words, verdict)
        for delivery, verdict in zip(deliveries, verdicts, strict=True)
    ]
    decisions = guard.record_decisions(judged, guard.Door.DISPATCH)
    agreed = _agreed(delivery for delivery, verdict in zip(deliveries, verdicts, strict=True) if verdict.stops)
    going = []
    for delivery, (verdict, pictures), decision in zip(deliveries, looked, decisions, strict=True):
        delivery.decision = decision
        covered = covers(agreed.get(delivery.pk), verdict)
        late = post_steps.why_too_late(delivery.variant, now or timezone.now()) if delivery.variant else ""
        if covered and not pictures and not late:
            going.append(delivery)
        else:
            why = filter(None, ("" if covered else _reasons(verdict.findings), pictures, late))
            move(delivery, held_from(delivery), "delivery.held", words=" ".join(why))
    return going


def held_from(delivery: Delivery) -> DeliveryState:
    """Return what becomes of a queued or scheduled delivery that may not go out: later replies wait for the first."""
    return DeliveryState.HELD_BACK if delivery.state == DeliveryState.SCHEDULED else DeliveryState.HELD


def look_at(delivery: Delivery, situation: Situation) -> tuple[guard.Verdict, str]:
    """Return what the guard says of what goes out, and what it has against the words on its pictures, if anything.

    Nobody can let out the latter: who hands a reply over is told of them first.
    """
    context = context_of(delivery, situation)
    return guard.check(delivery.words, context), problem_with_descriptions(files_beside(delivery), context)


def situation_of(deliveries: Sequence[Delivery]) -> Situation:
    """Return the incidents that are going on where these deliveries are."""
    organizations = {delivery.organization_id for delivery in deliveries}
    replies = [delivery for delivery in deliveries if not delivery.variant_id]
    tickets = [pk for delivery in replies for pk in (delivery.thread.pk, delivery.reply.ticket_id)]
    return Situation.load(organizations, tickets)


def freezes_of(delivery: Delivery, situation: Situation) -> tuple[guard.Freeze, ...]:
    """Return the incidents that touch what a delivery would put out: its words, and what is said of its pictures."""
    alts = [file.alt for file in files_beside(delivery) if file.alt]
    if delivery.variant:
        return situation.freezes(post_steps.spot_of(delivery.variant, alts, delivery.variant.post.author_id))
    message = delivery.reply
    said = "\n".join([message.text, *alts])
    spot = Spot.at(delivery.thread, message.ticket, delivery.channel.network, said, message.user_id)
    return situation.freezes(spot)


def context_of(delivery: Delivery, situation: Situation) -> guard.GuardContext:
    """Return what the guard needs to know of where a delivery goes, for one with its ticket and channel."""
    if delivery.variant:
        alts = [file.alt for file in files_beside(delivery)]
        spans = () if delivery.variant.text else cited(delivery.variant.post.spans.all())
        return post_steps.context_at(delivery.variant, alts, spans, situation)
    message, ticket = delivery.reply, delivery.thread
    return guard.GuardContext(
        organization_id=delivery.organization_id,
        brand_id=ticket.brand_id,
        network=delivery.channel.network,
        language=ticket.language,
        visibility=message.visibility,
        spans=tuple(guard.Span(span.wording_id, span.start, span.end) for span in message.spans.all()),
        person_id=message.user_id,
        **ticket.scope,
        purpose=message.purpose,
        freezes=freezes_of(delivery, situation),
        window_ends=_window_ends(delivery),
        threads=not delivery.channel.external,
    )


def _window_ends(delivery: Delivery) -> datetime | None:
    """Return until when the network takes it; a template goes at any time."""
    message = delivery.reply
    if message.template:
        return None
    return window_ends(delivery.channel.network, message.visibility, delivery.thread.last_inbound_at)


def covers(decision: GuardDecision | None, verdict: guard.Verdict) -> bool:
    """Return whether what the guard stops is what it said when somebody agreed to it, or was asked: that, and no more.

    `decision` is what it said then; None where nobody was asked.
    """
    if not verdict.stops:
        return True
    if decision is None or verdict.outcome == guard.Outcome.BLOCK:
        return False
    known = {(one["rule"], one["start"], one["end"]) for one in decision.findings}
    stops = [finding for finding in verdict.findings if finding.outcome in guard.STOPPING]
    return all((finding.rule, finding.start, finding.end) in known for finding in stops)


def _agreed(stopped: Iterable[Delivery]) -> dict[int, GuardDecision | None]:
    """Return what the guard said of these when somebody let them out, in a query for each kind that there is."""
    stopped = list(stopped)
    replies = [delivery.message_id for delivery in stopped if delivery.message_id]
    posts = [delivery for delivery in stopped if delivery.variant]
    found: dict[int, GuardDecision | None] = {}
    if replies:
        approved = Approval.objects.filter(message__in=replies, state=ApprovalState.APPROVED).select_related("decision")
        said = {approval.message_id: approval.decision for approval in approved}
        found |= {delivery.pk: said.get(delivery.message_id) for delivery in stopped if delivery.message_id}
    if posts:
        found |= post_steps.agreed_to(posts)
    return found


def _reasons(findings: Iterable[guard.Finding]) -> str:
    return " ".join(dict.fromkeys(finding.reason for finding in findings if finding.outcome in guard.STOPPING))


def _pause(tries: int, retry_after: float | None) -> timedelta:
    """Return the network's own pause, or one that doubles; spread, so that not all come back at once."""
    pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    if retry_after is not None:
        pause = min(max(retry_after, 1.0), LONGEST_RETRY_AFTER)
    return timedelta(seconds=pause * random.uniform(1.0, 1.25))  # noqa: S311 - spreads load, keeps no secret


def _note_whether_answered(delivery: Delivery, by: User | ApiKey | None) -> None:
    """Let the ticket await a reply again when its last one came to nothing; no longer when that goes out after all.

    Whether a survey goes out changes nothing.
    """
    ticket = _lock_place(delivery)
    said = (
        ticket.messages.exclude(direction=Direction.NOTE).exclude(delivery__state__in=CAME_TO_NOTHING).without_surveys()
    )
    newest = said.order_by("-sent_at", "-pk").values_list("direction", flat=True).first()
    awaiting = newest == Direction.INBOUND
    if awaiting == ticket.awaiting_reply:
        return
    was = events.state_of(ticket)
    ticket.awaiting_reply = awaiting
    if awaiting and may_be_open(ticket):
        ticket.named_status = ticket.named_status if ticket.status == Status.OPEN else None
        ticket.status, ticket.snoozed_until, ticket.resolved_at = Status.OPEN, None, None
    ticket.save(update_fields=["awaiting_reply", "status", "named_status", "snoozed_until", "resolved_at"])
    if awaiting:
        facts = {"was": was, "now": events.state_of(ticket)}
        events.record(ticket, "ticket.unanswered", by=by, message=delivery.message, facts=facts)


def _lock_place(delivery: Delivery) -> Ticket:
    """Lock the ticket in which the reply is read; it may have been merged while this transaction waited."""
    message = delivery.reply
    while True:
        ticket = Ticket.objects.lock(message.ticket_id)
        message.refresh_from_db(fields=["ticket"])
        if message.ticket_id == ticket.pk:
            return ticket


def _release_next(delivery: Delivery) -> None:
    """Let the replies behind this one go now; the time that they waited in line is not held against them."""
    behind = Delivery.objects.filter(ticket=delivery.ticket_id, pk__gt=delivery.pk, state=DeliveryState.QUEUED)
    now = timezone.now()
    if behind.filter(due_at__lt=now).update(due_at=now) and not delivery.channel.external:
        outbox.nudge(outbox.DELIVER)
