"""Turns the bytes of a letter into news; nothing here asks anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import quote

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, News, StatusReported
from inbox.connectors.email import threads, words

# Files are named by where their letter lies; the host leads nowhere.
FILES = "https://mailbox.invalid/"
MOST_FILES = 20
LONGEST_TEXT = 100_000
# How far the sender's clock may be ahead, and how long a letter may have been under way.
AHEAD, UNDER_WAY = timedelta(minutes=5), timedelta(days=5)
_AUTOMATIC = {"bulk", "junk", "list", "auto_reply"}
_BECAME = {"failed": "failed", "delivered": "delivered", "relayed": "sent"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter lies in the mailbox, and since when."""

    folder: str
    validity: int
    uid: int
    arrived: datetime


def parse(raw: bytes) -> EmailMessage:
    """Read a letter; what is broken about it is read as far as it goes."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)  # noqa: S101 - as the policy has it
    return letter


def read_letter(raw: bytes, place: Place, *, address: str, sent: bool) -> list[News]:
    """Return what a letter tells: what a person wrote, or what became of ours; nothing where a program wrote it.

    `sent` letters are the brand's own: those that answer somebody are told as typed on the network.
    """
    letter = parse(raw)
    if letter.get_content_type() == "multipart/report":
        return list(_reports(letter))
    names = threads.names_of(letter)
    if sent:
        answers = names.answers or names.earlier
        return [_message(letter, names, raw, place, address, sent=True)] if answers and _others(letter) else []
    if is_automatic(letter) or threads.key_in(names.own):
        return []
    return [_message(letter, names, raw, place, address, sent=False)] if _writer(letter)[1] else []


def is_automatic(letter: EmailMessage) -> bool:
    """Return whether a program wrote it: answering such letters, two programs could go on for ever."""
    said = {name: threads.header(letter, name).lower() for name in ("Auto-Submitted", "Precedence", "Return-Path")}
    return (
        said["Auto-Submitted"].partition(";")[0].strip() not in ("", "no")
        or said["Precedence"] in _AUTOMATIC
        or said["Return-Path"] == "<>"
        or "x-autoreply" in letter
        or "list-id" in letter
    )


def files_of(letter: EmailMessage) -> list[EmailMessage]:
    """Return the files of a letter, in the order by which they are named."""
    bodies = {id(part) for part in (_body(letter, "plain"), _body(letter, "html")) if part is not None}
    leaves = [part for part in letter.walk() if not part.is_multipart() and id(part) not in bodies]
    return [part for part in leaves if _is_file(part)][:MOST_FILES]


def _is_file(part: EmailMessage) -> bool:
    named = bool(part.get_filename()) or part.get_content_disposition() == "attachment"
    return named or part.get_content_maintype() not in ("text", "multipart", "message")


def _message(
    letter: EmailMessage, names: threads.Names, raw: bytes, place: Place, address: str, *, sent: bool
) -> IncomingMessage:
    own = names.own or f"{sha256(raw).hexdigest()}@unnamed.invalid"
    name, who = _others(letter)[0] if sent else _writer(letter)
    facts = {
        "external_id": own,
        "thread_key": threads.thread_of(letter, names, address, own),
        # Of a letter that the brand wrote: whom it is to, so that the conversation is theirs.
        "author": Author(external_id=who[:255], username=who[:255], name=name[:200]),
        "sent_at": _sent_at(letter, place.arrived),
        "text": _text(letter)[:LONGEST_TEXT],
        "subject": threads.header(letter, "Subject")[:300],
        "direction": "outbound" if sent else "inbound",
        "visibility": "direct",
        "in_reply_to": names.answers,
        "attachments": tuple(_attachments(letter, place)),
    }
    return msgspec.convert(facts, IncomingMessage)


def _writer(letter: EmailMessage) -> tuple[str, str]:
    """Return who wants the answer: a form on a website names them in Reply-To."""
    found = threads.people(letter, "Reply-To") or threads.people(letter, "From")
    return found[0] if found else ("", "")


def _others(letter: EmailMessage) -> list[tuple[str, str]]:
    return threads.people(letter, "To", "Cc")


def _sent_at(letter: EmailMessage, arrived: datetime) -> datetime:
    """Return when the sender says it was sent, where that can be."""
    try:
        said = parsedate_to_datetime(threads.header(letter, "Date"))
    except (ValueError, TypeError, IndexError):
        return arrived
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return said if arrived - UNDER_WAY < said < arrived + AHEAD else arrived


def _text(letter: EmailMessage) -> str:
    plain = _content(_body(letter, "plain"))
    if plain.strip():
        return words.own_words(plain)
    return words.own_words(words.text_of_html(_content(_body(letter, "html"))))


def _body(letter: EmailMessage, kind: str) -> EmailMessage | None:
    try:
        found = letter.get_body((kind,))
    except (AttributeError, KeyError, ValueError):
        return None
    return found if isinstance(found, EmailMessage) else None


def _content(part: EmailMessage | None) -> str:
    """Return the words of a part; in a character set that nobody knows, or that it isn't in, as far as it goes."""
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\x00", "")
    except (LookupError, ValueError, AttributeError):
        raw = part.get_payload(decode=True)
        return raw.decode(errors="replace").replace("\x00", "") if isinstance(raw, bytes) else ""


def _attachments(letter: EmailMessage, place: Place) -> Iterator[IncomingAttachment]:
    for number, part in enumerate(files_of(letter)):
        address = f"{FILES}{quote(place.folder, safe='')}/{place.validity}/{place.uid}/{number}"
        yield IncomingAttachment(
            url=address, type=part.get_content_type()[:100], name=(part.get_filename() or "")[:255]
        )


def _reports(letter: EmailMessage) -> Iterator[News]:
    """Yield what a mail server says became of a letter of ours (RFC 3464): which one stands in the part below."""
    parts = list(letter.walk())
    named = (threads.names_of(part).own for part in parts[1:] if "message-id" in part)
    below = (
        threads.names_of(parse(_payload(part))).own
        for part in parts
        if part.get_content_type() == "text/rfc822-headers"
    )
    ours = next((name for name in (*named, *below) if threads.key_in(name)), "")
    for part in parts:
        became = _BECAME.get(str(part.get("Action", "")).strip().lower())
        if ours and became:
            said = " ".join(str(part.get("Diagnostic-Code", "") or part.get("Status", "")).split())
            key = threads.key_in(ours)
            yield msgspec.convert(
                {"status": became, "external_id": ours, "key": key, "words": said[:500]}, StatusReported
            )


def _payload(part: object) -> bytes:
    raw = part.get_payload(decode=True) if isinstance(part, EmailMessage) else None
    return raw if isinstance(raw, bytes) else b""
