"""The links in a text as its readers will see them, and how much of the network's room each takes.

Nothing is fetched: how a network draws a card for a link is the network's own affair.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from brandvoice import limits

MOST = 5
# By which shops, mail programs and networks follow people from page to page.
_CLICKS = "fbclid gclid dclid gbraid wbraid msclkid yclid igshid igsh ttclid twclid"
_LETTERS = "mc_cid mc_eid _hsenc _hsmi mkt_tok"
_TRACKING = frozenset(f"{_CLICKS} {_LETTERS}".split())


@dataclass(frozen=True, slots=True)
class Link:
    """A link from character `start` to `end`; `clean` is the same without what follows its readers, if that differs."""

    start: int
    end: int
    shown: str
    used: int
    unit: str
    clean: str = ""


def links_of(text: str, network: str) -> list[Link]:
    """Return the first links of a text, in their order."""
    return [_link(text, start, end, network) for start, end in limits.find_links(text)[:MOST]]


def _link(text: str, start: int, end: int, network: str) -> Link:
    address = text[start:end]
    room = limits.count(address, network)
    clean = cleaned(address)
    shown = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return Link(start, end, shown, room.used, str(room.unit), clean if clean != address else "")


def cleaned(address: str) -> str:
    """Return an address without the parameters by which its readers are followed."""
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return address
    kept = [(name, value) for name, value in given if not _follows(name)]
    if len(kept) == len(given):
        return address
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _follows(name: str) -> bool:
    return name.lower().startswith("utm_") or name.lower() in _TRACKING
