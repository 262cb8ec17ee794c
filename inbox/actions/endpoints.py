"""Looks after the programs that are told of events: who they are, what they are told, and what became of it."""

import base64
import json
import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from inbox import events, outbox, outside
from inbox.models import Call, CallState, Endpoint, Event, LogReader, Shape
from inbox.queries.calls import bodies_of
from inbox.queries.chatwoot_calls import call_about

READER = "endpoints"
BATCH = 500
CLAIM = timedelta(minutes=1)
# For so long after a secret was renewed the old one signs, too.
OVERLAP = timedelta(days=1)
# The pauses before each further try; together a little over three days, as the specification advises.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))


@transaction.atomic(durable=True)
def create_endpoint(endpoint: Endpoint, *, by: User) -> str:
    """Store a new endpoint and return its secret, which is shown once; raises outside.Forbidden."""
    by.require("key.manage")
    outside.resolve(endpoint.url)
    endpoint.secret, endpoint.created_by = new_secret(), by
    endpoint.save(force_insert=True)
    open_reader()
    facts = {"endpoint": endpoint.pk}
    events.record_about_organization(endpoint.organization_id, "endpoint.created", by=by, facts=facts)
    return endpoint.secret


@transaction.atomic(durable=True)
def change_endpoint(endpoint: Endpoint, *, by: User) -> None:
    """Store what was changed about an endpoint; one that is switched on again starts with a clean slate."""
    by.require("key.manage")
    outside.resolve(endpoint.url)
    if endpoint.active:
        endpoint.trouble, endpoint.alerted_at = "", None
    endpoint.save(update_fields=["name", "url", "channel", "shape", "kinds", "active", "trouble", "alerted_at"])
    facts = {"endpoint": endpoint.pk, "active": endpoint.active}
    events.record_about_organization(endpoint.organization_id, "endpoint.changed", by=by, facts=facts)


@transaction.atomic(durable=True)
def renew_secret(endpoint: Endpoint, *, by: User) -> str:
    """Give an endpoint a new secret and return it; the old one signs beside it for a day."""
    by.require("key.manage")
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    locked.old_secret, locked.old_until = locked.secret, timezone.now() + OVERLAP
    locked.secret = new_secret()
    locked.save(update_fields=["secret", "old_secret", "old_until"])
    facts = {"endpoint": locked.pk}
    events.record_about_organization(locked.organization_id, "endpoint.secret_renewed", by=by, facts=facts)
    return locked.secret


@transaction.atomic(durable=True)
def tell_endpoints() -> int:
    """Write a call for each event and each endpoint that wants it, in commit order; return how many events were read.

    An event is read once its transaction, and every one that began before it, has ended: none is missed.
    """
    reader = LogReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()
    if reader is None:
        return 0
    wanting: dict[int, list[Endpoint]] = {}
    for endpoint in Endpoint.objects.filter(active=True).defer("secret", "old_secret"):
        wanting.setdefault(endpoint.organization_id, []).append(endpoint)
    rows = _next_events(reader, list(wanting))
    if not rows:
        return 0
    *_, (transaction_id, last, _organization) = rows
    _write_calls([pk for _xid, pk, organization in rows if organization is not None], wanting)
    LogReader.objects.filter(pk=READER).update(transaction=transaction_id, event=last)
    outbox.nudge(outbox.CALL_ENDPOINTS)
    return len(rows)


@transaction.atomic(durable=True)
def try_endpoint(endpoint: Endpoint, *, by: User) -> Call:
    """Queue a call that says nothing, so that whoever listens can try."""
    by.require("key.manage")
    now = timezone.now()
    body = {"type": "endpoint.tested", "timestamp": now.isoformat(), "data": {"by": by.name}}
    call = Call(organization_id=endpoint.organization_id, endpoint=endpoint, kind="endpoint.tested", due_at=now)
    call.body = json.dumps(body)
    call.save(force_insert=True)
    outbox.nudge(outbox.CALL_ENDPOINTS)
    return call


@transaction.atomic(durable=True)
def call_again(calls: Sequence[Call], *, by: User) -> int:
    """Queue calls once more, whatever became of them, with the same id and body; return how many.

    Not those that post a reply: who hears of one twice posts it twice. It is sent again from its conversation.
    """
    by.require("key.manage")
    chosen = Call.objects.filter(pk__in=[call.pk for call in calls], delivery=None)
    done = chosen.update(state=CallState.WAITING, attempt_count=0, due_at=timezone.now())
    outbox.nudge(outbox.CALL_ENDPOINTS)
    return done


@transaction.atomic(durable=True)
def claim_due_calls(*, limit: int, now: datetime | None = None) -> list[Call]:
    """Take calls that are due, those longest due first; who takes one has a minute for it."""
    now = now or timezone.now()
    waiting = Call.objects.filter(state=CallState.WAITING, delivery=None, endpoint__active=True)
    due = waiting.filter(due_at__lte=now).order_by("due_at")
    calls = list(due.select_related("endpoint").select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit])
    for call in calls:
        call.due_at, call.attempt_count = now + CLAIM, call.attempt_count + 1
    Call.objects.bulk_update(calls, ["due_at", "attempt_count"])
    return calls


@transaction.atomic(durable=True)
def record_call(call: Call, *, status: int | None, words: str, milliseconds: int) -> None:
    """Note what became of a try: taken, to be tried again, or given up, with the endpoint switched off."""
    now = timezone.now()
    taken = status is not None and 200 <= status < 300
    pause = PAUSES[call.attempt_count - 1] if call.attempt_count <= len(PAUSES) else None
    gone = status == 410
    log_attempt(call, status, words, milliseconds)
    if taken:
        call.state = CallState.TAKEN
    elif gone or pause is None:
        call.state = CallState.FAILED
        switch_off(call.endpoint_id, "410 Gone" if gone else f"{words[:500]} ({status})" if status else words[:500])
    else:
        call.due_at = now + pause * random.uniform(1.0, 1.2)  # noqa: S311 - spreads load, keeps no secret
    call.save(update_fields=["state", "due_at", "attempts"])


def log_attempt(call: Call, status: int | None, words: str, milliseconds: int) -> None:
    """Note what came of a try in the call's own log; part of an action."""
    call.attempts = [*call.attempts[-19:], [timezone.now().isoformat(), status, words[:500], milliseconds]]


def switch_off(endpoint_id: int, words: str) -> None:
    """Stop telling an endpoint that has not listened for three days, or says that it is gone; part of an action."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    if endpoint.active:
        endpoint.active, endpoint.trouble = False, words
        endpoint.save(update_fields=["active", "trouble"])
        facts: events.Facts = {"endpoint": endpoint.pk, "words": words}
        events.record_about_organization(endpoint.organization_id, "endpoint.switched_off", facts=facts)
        outbox.nudge(outbox.TELL_MANAGERS)


def open_reader() -> None:
    """Begin to read the log here, unless somebody reads it already; part of an action."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_logreader (name, transaction, event)"
            " VALUES (%s, pg_snapshot_xmin(pg_current_snapshot()), 0) ON CONFLICT DO NOTHING",
            [READER],
        )


def _next_events(reader: LogReader, organizations: list[int]) -> list[tuple[str, int, int | None]]:
    """Return the next events of these organizations, and where the log ends for now if that is further on."""
    beyond = "(transaction, id) > (%s::xid8, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())"
    place: tuple[str | int | list[int], ...] = (reader.transaction, reader.event)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT transaction::text, id, organization_id FROM inbox_event WHERE {beyond}"  # noqa: S608 - ours
            " AND organization_id = ANY(%s) ORDER BY transaction, id LIMIT %s",
            (*place, organizations, BATCH),
        )
        rows: list[tuple[str, int, int | None]] = cursor.fetchall()
        if len(rows) < BATCH:
            cursor.execute(
                f"SELECT transaction::text, id, NULL FROM inbox_event WHERE {beyond}"  # noqa: S608 - ours
                " ORDER BY transaction DESC, id DESC LIMIT 1",
                place,
            )
            rows += cursor.fetchall()
    return rows


def _write_calls(event_ids: list[int], wanting: dict[int, list[Endpoint]]) -> None:
    now, calls = timezone.now(), []
    told = bodies_of(event_ids)
    pairs = [
        (told[pk], endpoint)
        for pk in event_ids
        if pk in told
        for endpoint in wanting[told[pk][0].organization_id]
        if wants(endpoint, told[pk][0])
    ]
    _load_files([event for (event, _body), endpoint in pairs if endpoint.shape == Shape.CHATWOOT])
    for (event, standard), endpoint in pairs:
        body = standard if endpoint.shape == Shape.STANDARD else call_about(event)
        if body is not None:
            call = Call(organization_id=event.organization_id, endpoint=endpoint, event=event, kind=event.kind)
            call.due_at, call.body = now, json.dumps(body)
            calls.append(call)
    Call.objects.bulk_create(calls, ignore_conflicts=True)


def _load_files(events_told: Sequence[Event]) -> None:
    """Load the files of messages that programs are shown with them."""
    prefetch_related_objects([event.message for event in events_told if event.message], "attachments")


def wants(endpoint: Endpoint, event: Event) -> bool:
    """Return whether an endpoint hears of the event's channel and asked for its kind."""
    if endpoint.channel_id and (event.ticket is None or event.ticket.channel_id != endpoint.channel_id):
        return False
    kinds = endpoint.kinds
    return not kinds or event.kind in kinds or f"{event.kind.partition('.')[0]}.*" in kinds


def new_secret() -> str:
    """Return a secret to sign calls with."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
