"""Turns what an Instagram account's webhooks tell into news: conversations, and comments under its media."""

from collections.abc import Iterator

import msgspec

from inbox.connectors.base import Author, IncomingMessage, News
from inbox.connectors.meta import pushed, talk
from inbox.connectors.meta.posting import COMMENT


class _Somebody(msgspec.Struct, frozen=True):
    id: str = ""
    username: str = ""


class _Comment(msgspec.Struct, frozen=True):
    id: str
    text: str = ""
    parent_id: str = ""
    author: _Somebody = msgspec.field(name="from", default=_Somebody())


def read(body: bytes, *, account: str) -> list[News]:
    """Return the news about the account in a webhook body; what is about another account of the app is left out."""
    told = pushed.read(body)
    entries = [entry for entry in told.entry if told.object == "instagram" and entry.id == account]
    return [one for entry in entries for one in _in_entry(entry, account)]


def _in_entry(entry: pushed.Entry, account: str) -> Iterator[News]:
    for raw in entry.messaging:
        yield from talk.read(raw)
    for change in entry.changes:
        # "mentions" only names a comment on somebody else's media, without its words.
        if change.field in ("comments", "live_comments") and change.value:
            yield _comment(msgspec.json.decode(change.value, type=_Comment, strict=False), entry, account)


def _comment(comment: _Comment, entry: pushed.Entry, account: str) -> IncomingMessage:
    by_us = comment.author.id == account
    return IncomingMessage(
        external_id=comment.id,
        thread_key=COMMENT + (comment.parent_id or comment.id),
        author=Author(external_id=comment.author.id or comment.id, username=comment.author.username),
        # A comment carries no moment of its own.
        sent_at=pushed.moment(entry.time),
        text=comment.text,
        direction="outbound" if by_us else "inbound",
        visibility="comment",
        in_reply_to=comment.parent_id,
    )
