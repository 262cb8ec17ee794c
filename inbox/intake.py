"""Turns what networks push, and what they tell when asked, into rows; no transaction is open while one is spoken to."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import budgets, outbox
from inbox.actions.changes import continue_messages, edit_messages, remove_messages
from inbox.actions.channels import record_health
from inbox.actions.cursors import claim_cursor, claim_due_cursors, move_cursor, postpone_cursor
from inbox.actions.messages import receive_messages
from inbox.actions.payloads import claim_due_payloads, close_payload, keep_payload_error, reopen_payload
from inbox.actions.reply_parts import without_own_parts
from inbox.actions.reports import report_from_network
from inbox.connectors.base import (
    AccessDenied,
    AccessRevoked,
    HearsWebhooks,
    IncomingMessage,
    MessageContinued,
    MessageEdited,
    MessageRemoved,
    News,
    Polls,
    RateLimited,
    Rejected,
    StatusReported,
    Subscribes,
    Unavailable,
    Uncertain,
)
from inbox.connectors.registry import NoConnector, connector_for
from inbox.models import Channel, Cursor, Health, Payload

BATCH = 20
# Well under the time limit of a task.
WORK_SECONDS = 120.0
# How often a payload is read again for the sake of a message that it is about and that has not come yet.
PATIENCE = 5
# A channel that somebody listens to is asked all the same, now and then.
BACKFILL = timedelta(minutes=1)
# So many times in a row; then the channel is shown to be in trouble.
TROUBLE_AFTER = 2
# A network that always has more does not keep the others waiting.
MOST_PAGES = 50

logger = logging.getLogger(__name__)


def process_payloads() -> int:
    """Read every payload that waits, oldest first; return how many were tried."""
    outbox.take_nudge(outbox.PROCESS_PAYLOADS)
    stop_at = time.monotonic() + WORK_SECONDS
    tried = 0
    while payloads := claim_due_payloads(limit=BATCH):
        for payload in payloads:
            read_payload(payload)
        tried += len(payloads)
        if time.monotonic() > stop_at:
            outbox.nudge(outbox.PROCESS_PAYLOADS)
            break
    return tried


def replay_payload(payload: Payload, *, by: User | None = None) -> Payload:
    """Read a payload once more and return it as it then is; messages that are there already stay as they are."""
    reopened = reopen_payload(payload, by=by)
    read_payload(reopened)
    reopened.refresh_from_db(fields=["processed_at", "error"])
    return reopened


def read_payload(payload: Payload) -> None:
    """Read one claimed payload; what can't be read keeps its error, where a person finds it."""
    try:
        news = _hearing(payload.channel).read_webhook(bytes(payload.body))
        early = take_news(payload.channel, news)
    except Exception as error:
        # Whatever a network sends, and however our reading of it fails: the next payload must not wait for it.
        logger.exception("Payload %s could not be read", payload.pk)
        keep_payload_error(payload, f"{type(error).__name__}: {error}")
        return
    if early and payload.attempt_count < PATIENCE:
        keep_payload_error(payload, _("It is about a message that has not come yet."))
        return
    close_payload(payload, remark=_remark(news, early))


def take_news(channel: Channel, news: Sequence[News]) -> list[News]:
    """Store what a network tells, in an order that makes sense of it; return what is about messages not here (yet)."""
    messages = [one for one in news if isinstance(one, IncomingMessage)]
    pieces = [one for one in news if isinstance(one, MessageContinued)]
    edits = [one for one in news if isinstance(one, MessageEdited)]
    removals = [one for one in news if isinstance(one, MessageRemoved)]
    statuses = [one for one in news if isinstance(one, StatusReported)]
    if said := without_own_parts(channel, messages):
        receive_messages(channel, said)
    early: list[News] = []
    early += continue_messages(channel, pieces) if pieces else []
    early += edit_messages(channel, edits) if edits else []
    early += remove_messages(channel, removals) if removals else []
    early += report_from_network(channel, statuses) if statuses else []
    for one in news:
        if isinstance(one, AccessRevoked):
            record_health(channel, Health.NEEDS_AUTHORISATION, one.words)
    return early


def subscribe(channel: Channel) -> str:
    """Make the channel's network push to us, where we can; return what it says against that."""
    connector = connector_for(channel)
    try:
        if isinstance(connector, Subscribes):
            connector.subscribe()
    except (Rejected, Unavailable, Uncertain) as trouble:
        return str(trouble)
    return ""


def poll_due() -> int:
    """Ask the channels that are due for what is new; return how many were asked."""
    outbox.take_nudge(outbox.POLL)
    stop_at = time.monotonic() + WORK_SECONDS
    asked = 0
    while time.monotonic() < stop_at and (cursors := claim_due_cursors(limit=1)):
        for cursor in cursors:
            read_channel(cursor)
        asked += len(cursors)
    return asked


def poll_channel(channel: Channel) -> bool:
    """Ask one channel now; return False while somebody else is asking."""
    cursor = claim_cursor(channel)
    if cursor is not None:
        read_channel(cursor)
    return cursor is not None


def read_channel(cursor: Cursor) -> None:
    """Ask a claimed channel for what is new until nothing is; what goes wrong is noted and tried again later.

    The cursor moves after the messages are stored: whoever dies in between makes them come twice, which
    intake knows how to take, and never not at all.
    """
    channel = cursor.channel
    try:
        connector = connector_for(channel)
        if not isinstance(connector, Polls):
            raise NoConnector(_("This network is not asked: it pushes."))
        pause = BACKFILL if _is_listened_to(cursor) else connector.pause
        for _number in range(MOST_PAGES):
            page = connector.fetch(cursor.value)
            early = take_news(channel, page.news)
            if early:
                logger.info("Channel %s: %d reports about messages that are not here", channel.pk, len(early))
            move_cursor(cursor, page.cursor, pause=timedelta(0) if page.more else pause)
            if not page.more:
                break
        record_health(channel, Health.OK)
    except Exception as error:
        _note_trouble(cursor, error)


def _is_listened_to(cursor: Cursor) -> bool:
    return cursor.listened_until is not None and cursor.listened_until > timezone.now()


def _note_trouble(cursor: Cursor, error: Exception) -> None:
    """Note why a channel could not be asked; the next channel must not suffer for it."""
    channel, wait = cursor.channel, getattr(error, "retry_after", None)
    postpone_cursor(cursor, str(error), pause=timedelta(seconds=5), retry_after=wait)
    if isinstance(error, AccessDenied):
        record_health(channel, Health.NEEDS_AUTHORISATION, str(error))
    elif isinstance(error, RateLimited):
        budgets.pause(channel.pk, wait or 60.0)
    elif isinstance(error, Unavailable):
        # Once is nothing: networks hiccup.
        if cursor.failures >= TROUBLE_AFTER:
            record_health(channel, Health.DEGRADED, str(error))
    elif not isinstance(error, NoConnector):
        logger.error("Channel %s could not be read", channel.pk, exc_info=error)
        record_health(channel, Health.DEGRADED, f"{type(error).__name__}: {error}")


def _hearing(channel: Channel) -> HearsWebhooks:
    connector = connector_for(channel)
    if not isinstance(connector, HearsWebhooks):
        raise NoConnector(_("This network does not push."))
    return connector


def _remark(news: Sequence[News], early: Sequence[News]) -> str:
    if not news:
        return _("Nothing in it that Onevoice reads.")
    return _("Part of it is about messages that are not here.") if early else ""
