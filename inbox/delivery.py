"""Puts replies and posts on their networks, several at a time. No transaction is open while a network is asked."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import TypeAlias

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox import budgets, outbox
from inbox.actions.channels import claim_due_probes, record_health
from inbox.actions.deliveries import (
    claim_due_deliveries,
    expire_leases,
    fail_hanging,
    put_back,
    record_all_sent,
    record_rejected,
    record_sent,
    record_unavailable,
    record_uncertain,
    take_over_hanging,
)
from inbox.actions.reply_parts import keep_part
from inbox.actions.templates import keep_templates
from inbox.connectors.base import (
    AccessDenied,
    Connector,
    OutgoingPost,
    OutgoingReply,
    Postponed,
    Publishes,
    RateLimited,
    Receipt,
    Rejected,
    Unavailable,
    Uncertain,
)
from inbox.connectors.chains import chain_of, last_of
from inbox.connectors.parts import say_how_far
from inbox.connectors.registry import NoConnector, connector_for, network_of
from inbox.connectors.templates import HasTemplates
from inbox.models import Channel, Delivery, Health
from inbox.queries.outgoing import outgoing_posts, outgoing_replies

logger = logging.getLogger(__name__)

# Well under the time limit of a task: what is left is found by the next.
WORK_SECONDS = 120.0
# How many networks a worker waits for at the same time.
LANES = 16
PROBES = 20


@dataclass(frozen=True, slots=True)
class Waits:
    """The account's budget is spent: the reply has not been tried."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """The post may be public: it was looked for and not found, or could not be looked for."""

    words: str
    may_repeat: bool


Outgoing: TypeAlias = OutgoingReply | OutgoingPost
Outcome: TypeAlias = Receipt | Waits | Doubt | Rejected | Unavailable


def deliver_due() -> int:
    """Post what is due, several at a time, until nothing is; return how many were tried.

    Those in hand at one time belong to different tickets, since a reply waits for the one before it.
    """
    outbox.take_nudge(outbox.DELIVER)
    stop_at = time.monotonic() + WORK_SECONDS
    tried, asked = 0, dict[Future[Outcome], Delivery]()
    with ThreadPoolExecutor(LANES, thread_name_prefix="deliver") as lanes:
        while True:
            more = time.monotonic() < stop_at
            claimed = claim_due_deliveries(limit=LANES - len(asked)) if more and len(asked) < LANES else []
            for delivery, post in _posts_of(claimed):
                asked[lanes.submit(_in_lane, post)] = delivery
            tried += len(claimed)
            if not asked:
                break
            done = wait(asked, return_when=FIRST_COMPLETED).done
            _record_all([(asked.pop(future), future.result()) for future in done])
    if not more:
        outbox.nudge(outbox.DELIVER)
    return tried


def deliver(delivery: Delivery) -> Delivery:
    """Post one claimed reply and record what came of it."""
    ((_delivery, post),) = _posts_of([delivery])
    return _record(delivery, post())


def sweep_deliveries(now: datetime | None = None) -> None:
    """Finish what got stuck: leases that ran out, workers that died, replies nobody took, nudges that were lost."""
    now = now or timezone.now()
    expire_leases(now)
    for delivery in take_over_hanging(now):
        words = _("The worker stopped while it was sending this reply.")
        try:
            connector = connector_for(delivery.channel)
        except NoConnector:
            record_uncertain(delivery, words)
        else:
            said = _outgoing([delivery])[delivery.pk]
            said = last_of(said, delivery.channel.network) if isinstance(said, OutgoingReply) else said
            _record(delivery, _find_out(connector, said, words))
    fail_hanging(now)
    deliver_due()


def probe_channels() -> int:
    """Ask the networks of channels that are due who we are to them; return how many were asked."""
    channels = claim_due_probes(limit=PROBES)
    for channel in channels:
        probe(channel)
    return len(channels)


def probe(channel: Channel) -> bool:
    """Ask a channel's network who we are, note how it goes, and return whether all is well."""
    try:
        account = connector_for(channel).probe()
    except AccessDenied as refusal:
        record_health(channel, Health.NEEDS_AUTHORISATION, str(refusal))
    except RateLimited as refusal:
        budgets.pause(channel.pk, refusal.retry_after or 60.0)
    except (Rejected, Unavailable, Uncertain) as trouble:
        record_health(channel, Health.DEGRADED, str(trouble))
    except NoConnector:
        return True
    except Exception as mistake:
        # Whatever is wrong with one connector or its settings: the next channel must not wait for it.
        logger.exception("Channel %s could not be asked who we are", channel.pk)
        record_health(channel, Health.DEGRADED, type(mistake).__name__)
    else:
        remarks = [*account.remarks, *_read_templates(channel)]
        record_health(channel, Health.OK, " ".join(remarks))
        return True
    return False


def _read_templates(channel: Channel) -> list[str]:
    """Read the templates of a channel whose network has such; return what a manager should know where that fails."""
    connector = connector_for(channel)
    if not isinstance(connector, HasTemplates):
        return []
    try:
        keep_templates(channel, connector.templates())
    except (Rejected, Unavailable, Uncertain) as trouble:
        return [_("Its templates can't be read: %(words)s") % {"words": trouble}]
    return []


def _posts_of(deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Callable[[], Outcome]]]:
    """Yield each delivery with what asks its network; all that the database knows is gathered before."""
    if not deliveries:
        return
    said, doors = _outgoing(deliveries), dict[int, Connector | NoConnector]()
    for delivery in deliveries:
        door = doors.get(delivery.channel_id) or _door(delivery.channel)
        doors[delivery.channel_id] = door
        if isinstance(door, NoConnector):
            yield delivery, partial(Rejected, str(door))
        else:
            yield delivery, partial(_post, door, delivery, said[delivery.pk])


def _outgoing(deliveries: Sequence[Delivery]) -> dict[int, Outgoing]:
    """Return what goes out, by its delivery; of a reply in several posts, each that is there is kept."""
    replies, each = outgoing_replies(deliveries), {delivery.pk: delivery for delivery in deliveries}
    kept = {pk: replace(reply, keep_part=partial(keep_part, each[pk])) for pk, reply in replies.items()}
    return {**kept, **outgoing_posts(deliveries)}


def _door(channel: Channel) -> Connector | NoConnector:
    try:
        return connector_for(channel)
    except NoConnector as refusal:
        return refusal
    except Exception as mistake:
        logger.exception("Channel %s has settings that its connector can't use", channel.pk)
        return NoConnector(_("Its settings can't be used (%(mistake)s).") % {"mistake": type(mistake).__name__})


def _post(connector: Connector, delivery: Delivery, said: Outgoing) -> Outcome:
    """Ask the network, unless the account's budget is spent; no transaction is open."""
    if seconds := budgets.take(delivery.channel_id, network_of(delivery.channel).budget):
        return Waits(seconds)
    again = delivery.attempt_count > 1
    chain = chain_of(said, delivery.channel.network) if isinstance(said, OutgoingReply) else ()
    if isinstance(said, OutgoingReply) and len(chain) > 1:
        return _ask_in_turn(connector, said, chain, again=again)
    return _ask(connector, said, again=again)


def _ask_in_turn(connector: Connector, reply: OutgoingReply, chain: Sequence[OutgoingReply], *, again: bool) -> Outcome:
    """Post what is not there yet of a chain, each below the one before; what the last came to is what the whole did."""
    before = Receipt(reply.in_reply_to)
    there = [*reply.posted, *repeat("", len(chain))]
    for number, part in enumerate(chain):
        if there[number]:
            before = Receipt(there[number])
            continue
        outcome = _ask(connector, replace(part, in_reply_to=before.external_id), again=again)
        if not isinstance(outcome, Receipt):
            if isinstance(outcome, Exception):
                say_how_far(outcome, number, len(chain))
            return outcome
        reply.keep_part(number + 1, outcome.external_id)
        before = outcome
    return before


def _in_lane(post: Callable[[], Outcome]) -> Outcome:
    try:
        return post()
    finally:
        # A connector may have stored a token that was renewed, or a part that is out.
        connections.close_all()


def _ask(connector: Connector, said: Outgoing, *, again: bool) -> Outcome:
    """Post what is said, unless an earlier attempt turns out to have got through."""
    try:
        found = _find(connector, said) if again else None
        return found or _put(connector, said)
    except (Rejected, Unavailable) as refusal:
        return refusal
    except Uncertain as doubt:
        return _find_out(connector, said, str(doubt))
    except Exception as mistake:
        # A fault of ours in the middle of a post: nobody knows how far it came, and the others must not wait for it.
        logger.exception("A reply or a post could not be posted")
        return Doubt(type(mistake).__name__, may_repeat=False)


def _find_out(connector: Connector, said: Outgoing, words: str) -> Outcome:
    """Settle a post whose answer did not arrive: look for it; else repeat it where that is safe; else ask a person."""
    try:
        found = _find(connector, said)
    except (Rejected, Unavailable, Uncertain):
        found = None
    except Exception:
        logger.exception("A reply or a post could not be looked for")
        found = None
    return found or Doubt(words, connector.keeps_keys)


def _put(connector: Connector, said: Outgoing) -> Receipt:
    """Put a reply or a post on its network; raises what the connector does."""
    return connector.post_reply(said) if isinstance(said, OutgoingReply) else _publisher(connector).publish(said)


def _find(connector: Connector, said: Outgoing) -> Receipt | None:
    """Look for an earlier attempt; raises what the connector does."""
    return connector.find_reply(said) if isinstance(said, OutgoingReply) else _publisher(connector).find_post(said)


def _publisher(connector: Connector) -> Publishes:
    if not isinstance(connector, Publishes):
        raise Rejected(_("Onevoice can't publish posts on this network yet."))
    return connector


def _record_all(outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    """Write down what came of attempts: all posts of a channel that are there together, the others one by one."""
    there: dict[int, list[tuple[Delivery, Receipt]]] = {}
    for delivery, outcome in outcomes:
        if isinstance(outcome, Receipt):
            there.setdefault(delivery.channel_id, []).append((delivery, outcome))
        else:
            _record(delivery, outcome)
    for posts in there.values():
        record_all_sent(posts[0][0].channel, posts)


def _record(delivery: Delivery, outcome: Outcome) -> Delivery:
    """Write down what came of an attempt, and what it says about the account."""
    match outcome:
        case Receipt():
            return record_sent(delivery, outcome)
        case Waits(seconds):
            return put_back(delivery, seconds)
        case Doubt(words, may_repeat):
            return record_uncertain(delivery, words, may_repeat=may_repeat)
        case Postponed():
            return put_back(delivery, outcome.retry_after or 60.0)
        case Rejected():
            return record_rejected(delivery, str(outcome))
        case AccessDenied():
            record_health(delivery.channel, Health.NEEDS_AUTHORISATION, str(outcome))
        case RateLimited():
            budgets.pause(delivery.channel_id, outcome.retry_after or 1.0)
    return record_unavailable(delivery, str(outcome), retry_after=outcome.retry_after)
