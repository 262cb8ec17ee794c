"""Requests to addresses that strangers chose: never into our own network, never more than was asked for."""

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

MOST_REDIRECTS = 3
# IPv4 as a translator (NAT64) writes it.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class Forbidden(Exception):
    """The address leads where no stranger may send us, or to more than we take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered with, read up to the limit."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(address: str, *, headers: Mapping[str, str] | None = None, most: int, seconds: float = 30.0) -> Answer:
    """Read up to `most` bytes from an address, following a few redirects; raises Forbidden and httpx.HTTPError.

    Headers go to the first host only: they can hold a token.
    """
    said = dict(headers or {})
    for _number in range(MOST_REDIRECTS + 1):
        with _request("GET", address, headers=said, seconds=seconds) as response:
            if not response.has_redirect_location:
                return Answer(response.status_code, _read(response, most), dict(response.headers))
            following = urljoin(address, response.headers["Location"])
        if urlsplit(following).netloc != urlsplit(address).netloc:
            said = {}
        address = following
    raise Forbidden(_("It redirects too often."))


def send(address: str, body: bytes, *, headers: Mapping[str, str], seconds: float, most: int = 4096) -> Answer:
    """Post a body to an address, without following redirects; raises Forbidden and httpx.HTTPError."""
    with _request("POST", address, headers=dict(headers), seconds=seconds, content=body) as response:
        return Answer(response.status_code, _read(response, most, cut=True), dict(response.headers))


@contextmanager
def _request(
    method: str, address: str, *, headers: dict[str, str], seconds: float, content: bytes | None = None
) -> Iterator[httpx.Response]:
    """Ask the host by the number that was looked at, so that no second look-up leads elsewhere."""
    place, parts = resolve(address), urlsplit(address)
    url = httpx.URL(address).copy_with(host=place)
    asked = {**headers, "Host": parts.netloc.rpartition("@")[2], "User-Agent": "Onevoice"}
    extensions = {"sni_hostname": parts.hostname or ""}
    timeout = httpx.Timeout(seconds, connect=min(seconds, 5.0))
    with (
        httpx.Client(timeout=timeout, trust_env=False) as client,
        client.stream(method, url, headers=asked, content=content, extensions=extensions) as response,
    ):
        yield response


def resolve(address: str) -> str:
    """Return the number of the address's host, where every number it has is one of the public network."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username:
        raise Forbidden(_("An address begins with https:// or http://, and holds no name of a user."))
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(_("The host %(host)s is not known.") % {"host": parts.hostname}) from error
    numbers = [str(sockaddr[0]) for *_rest, sockaddr in found]
    if not settings.ALLOW_PRIVATE_ADDRESSES and not all(_is_public(number) for number in numbers):
        raise Forbidden(_("The host %(host)s is not on the public network.") % {"host": parts.hostname})
    return numbers[0]


def _is_public(number: str) -> bool:
    place = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(place, ipaddress.IPv6Address):
        inside = place.ipv4_mapped or place.sixtofour
        if place in _TRANSLATED:
            inside = ipaddress.IPv4Address(int(place) & 0xFFFF_FFFF)
        if place.teredo or (inside and not inside.is_global):
            return False
    return place.is_global and not place.is_multicast


def _read(response: httpx.Response, most: int, *, cut: bool = False) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > most:
            if cut:
                return bytes(content[:most])
            raise Forbidden(_("It is larger than %(most)d MB.") % {"most": most // 1_000_000})
    return bytes(content)
