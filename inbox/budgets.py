"""How fast an account may be used: kept in Valkey, shared by all workers. Losing it costs a refusal, never a reply."""

import logging
from functools import cache
from ipaddress import ip_address, ip_network

import redis
from redis.commands.core import Script

from inbox import outbox
from inbox.connectors.base import Budget

# A network that asks for more patience than this is asked again all the same.
LONGEST_PAUSE = 3600.0

# The generic cell rate algorithm: one moment for each account says when its budget is whole again. Returns the
# milliseconds to wait, 0 where the request may go now. The clock is the server's, so that workers agree.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return paused end
local gap, per = tonumber(ARGV[1]), tonumber(ARGV[2])
if gap == 0 then return 0 end
local whole = math.max(tonumber(redis.call('GET', KEYS[2]) or now), now)
if whole + gap - now > per then return math.ceil(whole + gap - now - per) end
redis.call('SET', KEYS[2], whole + gap, 'PX', math.ceil(per + gap))
return 0
"""

logger = logging.getLogger(__name__)


def visitor_address(said: str) -> str:
    """Return whose budget a visitor uses up; of IPv6 the network, since a household has a whole one."""
    try:
        address = ip_address(said)
    except ValueError:
        return "somewhere"
    return said if address.version == 4 else str(ip_network((address, 64), strict=False))


def take(account: int | str, budget: Budget | None) -> float:
    """Take one request from the account's budget; return 0, or the seconds to wait with nothing taken."""
    per = budget.per.total_seconds() * 1000 if budget else 0
    gap = per / budget.requests if budget else 0
    try:
        return int(_script()(keys=_keys(account), args=[gap, per], client=outbox.valkey())) / 1000
    except redis.RedisError as error:
        logger.warning("Budgets can't be read, the network will say when it is too much: %s", error)
        return 0.0


def pause(account: int, seconds: float) -> None:
    """Let every worker leave the account alone for so long, since its network asked for it."""
    try:
        outbox.valkey().set(_keys(account)[0], 1, px=max(1, int(min(seconds, LONGEST_PAUSE) * 1000)))
    except redis.RedisError as error:
        logger.warning("A pause could not be noted, the network will say so again: %s", error)


def forget(account: int) -> None:
    """Start the account afresh: it was connected again, perhaps with another plan."""
    try:
        outbox.valkey().delete(*_keys(account))
    except redis.RedisError as error:
        logger.warning("A budget could not be reset: %s", error)


@cache
def _script() -> Script:
    return outbox.valkey().register_script(_TAKE)


def _keys(account: int | str) -> list[str]:
    # One hash tag, so that both keys live on one node.
    return [f"onevoice:pause:{{{account}}}", f"onevoice:budget:{{{account}}}"]
