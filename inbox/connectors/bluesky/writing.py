"""How replies and posts are written as records: keys are fixed before the first attempt; links are marked by bytes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import regex

from inbox.connectors.base import OutgoingFile, OutgoingPost, OutgoingReply
from inbox.pictures import size_of

POST = "app.bsky.feed.post"
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_LINK = regex.compile(r"(?i)\bhttps?://[^\s<>\"]+")
_LINK_END = ".,;:!?'\"’”…"
_MENTION = regex.compile(r"(?<![\w@./])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*)")


def tid(micros: int, clock: int = 0) -> str:
    """Return the record key of a moment in microseconds, as the AT Protocol counts time: keys sort as moments do."""
    number = (micros << 10) | clock
    return "".join(_DIGITS[(number >> shift) & 31] for shift in range(60, -1, -5))


def tid_at(moment: datetime) -> str:
    """Return the first record key of a moment."""
    return tid(int(moment.timestamp() * 1_000_000))


def record_key(said: OutgoingReply | OutgoingPost) -> str:
    """Return the record key of a reply or a post: the same for every attempt at it, and no other's."""
    salt = int.from_bytes(sha256(said.key.bytes).digest()[:8])
    millis = int((said.created_at or datetime(2026, 1, 1, tzinfo=UTC)).timestamp() * 1000)
    return tid(millis * 1000 + salt % 1000, (salt // 1000) % 1024)


def record_of(said: OutgoingReply | OutgoingPost, did_of: Callable[[str], str]) -> dict[str, object]:
    """Return the record of what is said; `did_of` tells whom a handle belongs to, or nothing."""
    created = (said.created_at or datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC)
    record: dict[str, object] = {
        "$type": POST,
        "text": said.text,
        "createdAt": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if facets := facets_of(said.text, did_of):
        record["facets"] = facets
    if said.language:
        record["langs"] = [said.language]
    return record


def pictures_of(pictures: Sequence[tuple[OutgoingFile, msgspec.Raw]]) -> dict[str, object]:
    """Return how pictures stand below a post, each with what names it on the server."""
    return {"$type": "app.bsky.embed.images", "images": [_picture(file, blob) for file, blob in pictures]}


def _picture(file: OutgoingFile, blob: msgspec.Raw) -> dict[str, object]:
    shown: dict[str, object] = {"alt": file.alt, "image": msgspec.json.decode(blob)}
    # Without it, readers' programs cut the picture to a shape of their own.
    if size := size_of(file.read(), file.type):
        shown["aspectRatio"] = {"width": size[0], "height": size[1]}
    return shown


def facets_of(text: str, did_of: Callable[[str], str]) -> list[dict[str, object]]:
    """Return which bytes of the UTF-8 text are links or mentions; without this they are plain text to readers."""
    return [*_links(text), *_mentions(text, did_of)]


def _links(text: str) -> Iterator[dict[str, object]]:
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_LINK_END)
        if link.endswith(")") and "(" not in link:
            link = link[:-1].rstrip(_LINK_END)
        yield _facet(text, match.start(), match.start() + len(link), {"$type": f"{_FACET}#link", "uri": link})


def _mentions(text: str, did_of: Callable[[str], str]) -> Iterator[dict[str, object]]:
    for match in _MENTION.finditer(text):
        if did := did_of(match.group(1)):
            yield _facet(text, match.start(), match.end(), {"$type": f"{_FACET}#mention", "did": did})


_FACET = "app.bsky.richtext.facet"


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, object]:
    before = len(text[:start].encode())
    return {
        "index": {"byteStart": before, "byteEnd": before + len(text[start:end].encode())},
        "features": [feature],
    }
