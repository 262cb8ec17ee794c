"""HTTP as connectors speak it: explicit time-outs, and every failure sorted into what it means for a reply."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TypeAlias, TypedDict, TypeVar, Unpack

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import AccessDenied, NotThere, RateLimited, Rejected, Unavailable, Uncertain

# Some networks want a version in it.
NAME = "Onevoice/0.1.0"
# Together well under the minute for which a worker may hold a delivery.
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# Of a request that hands a file over; a worker holds a delivery the longer the more files it has.
FILE_TIMEOUT = httpx.Timeout(25.0, connect=3.0)

Words: TypeAlias = Callable[[httpx.Response], str]
# What a refusal means where the network's own code says more than the status does; None where it does not.
Meaning: TypeAlias = Callable[[httpx.Response, str], Exception | None]
Shape = TypeVar("Shape")
# Nothing was written to the network when one of these is raised.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
# Header names by which networks say when to come back; the values are seconds, moments of the epoch, or dates.
_PAUSES = ("Retry-After", "RateLimit-Reset", "X-RateLimit-Reset", "x-rate-limit-reset")


class Request(TypedDict, total=False):
    """What a request may carry, as httpx names it."""

    headers: Mapping[str, str]
    params: Mapping[str, str | int | list[str]]
    json: object
    data: Mapping[str, str | list[str]]
    files: Mapping[str, tuple[str, bytes, str]]
    content: bytes
    timeout: httpx.Timeout


@cache
def client() -> httpx.Client:
    """Return this process's connections; making a client costs more than a request."""
    return httpx.Client(timeout=TIMEOUT, headers={"User-Agent": NAME}, limits=httpx.Limits(max_connections=200))


def ask(
    method: str, address: str, *, words: Words | None = None, means: Meaning | None = None, **request: Unpack[Request]
) -> httpx.Response:
    """Make a request that changes nothing for a reader; raises Rejected, Unavailable, RateLimited, AccessDenied."""
    try:
        response = client().request(method, address, **request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(_("The network could not be asked: %s") % _name(error)) from error
    if response.is_server_error:
        raise Unavailable(words_of(response, words), pause_of(response))
    raise_for(response, words, means)
    return response


def publish(
    method: str, address: str, *, words: Words | None = None, means: Meaning | None = None, **request: Unpack[Request]
) -> httpx.Response:
    """Make a request that others will see the outcome of; raises what `ask` does, and Uncertain."""
    try:
        response = client().request(method, address, **request)
    except _NOT_SENT as error:
        raise Unavailable(_("The network could not be reached: %s") % _name(error)) from error
    except httpx.HTTPError as error:
        raise Uncertain(_("The network did not answer: %s") % _name(error)) from error
    if response.status_code == 503 and pause_of(response) is not None:
        # It says when to come back, so it has not begun.
        raise Unavailable(words_of(response, words), pause_of(response))
    if response.is_server_error:
        # It broke after it had our request: nobody knows how far it came.
        raise Uncertain(words_of(response, words))
    raise_for(response, words, means)
    return response


def raise_for(response: httpx.Response, words: Words | None = None, means: Meaning | None = None) -> None:
    """Raise what an answer means that is no success."""
    if response.is_success:
        return
    said = words_of(response, words)
    if means and (meant := means(response, said)):
        raise meant
    if response.status_code == 429:
        raise RateLimited(said, pause_of(response))
    if response.status_code == 401:
        raise AccessDenied(said)
    raise NotThere(said) if response.status_code in (404, 410) else Rejected(said)


def read(response: httpx.Response, shape: type[Shape]) -> Shape:
    """Return the answer's JSON as `shape`; raises Uncertain for one that can't be read."""
    try:
        return msgspec.json.decode(response.content, type=shape, strict=False)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Uncertain(_("The network's answer could not be read: %s") % error) from error


def read_asked(response: httpx.Response, shape: type[Shape]) -> Shape:
    """Return as `read` does what was only asked for; raises Unavailable: what makes no sense is asked for again."""
    try:
        return read(response, shape)
    except Uncertain as error:
        raise Unavailable(str(error)) from error


def pause_of(response: httpx.Response) -> float | None:
    """Return for how many seconds the network wants us to wait, where it says so."""
    for name in _PAUSES:
        if (seconds := _seconds(response.headers.get(name, ""))) is not None:
            return seconds
    return None


def words_of(response: httpx.Response, words: Words | None = None) -> str:
    """Return the network's own words about a refusal, with the status."""
    try:
        said = words(response) if words else ""
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        said = ""
    return f"{said or response.reason_phrase} ({response.status_code})"


def _seconds(value: str) -> float | None:
    """Read seconds, a moment of the epoch, or a date in either of the two usual forms."""
    value = value.strip()
    if value.replace(".", "", 1).isdecimal():
        number = float(value)
        return max(0.0, number - datetime.now(UTC).timestamp()) if number > 1_000_000_000 else number
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reader(value)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None


def _name(error: Exception) -> str:
    # Not the words of the error: they can hold the address, and an address can hold a token.
    return type(error).__name__
