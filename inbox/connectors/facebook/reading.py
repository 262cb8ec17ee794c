"""Turns what a Page's webhooks tell into news: conversations, and comments under the Page's posts."""

from collections.abc import Iterator

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, MessageEdited, MessageRemoved, News
from inbox.connectors.meta import pushed, talk
from inbox.connectors.meta.posting import COMMENT


class _Somebody(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""


class _Feed(msgspec.Struct, frozen=True):
    item: str = ""
    verb: str = ""
    comment_id: str = ""
    post_id: str = ""
    parent_id: str = ""
    author: _Somebody = msgspec.field(name="from", default=_Somebody())
    message: str = ""
    photo: str = ""
    video: str = ""
    created_time: int = 0


def read(body: bytes, *, page: str) -> list[News]:
    """Return the news about the Page in a webhook body; what is about another Page of the app is left out."""
    told = pushed.read(body)
    return [one for entry in told.entry if told.object == "page" and entry.id == page for one in _in_entry(entry, page)]


def _in_entry(entry: pushed.Entry, page: str) -> Iterator[News]:
    for raw in entry.messaging:
        yield from talk.read(raw)
    for change in entry.changes:
        if change.field == "feed" and change.value:
            feed = msgspec.json.decode(change.value, type=_Feed, strict=False)
            if feed.item == "comment" and feed.comment_id:
                yield from _comment(feed, entry, page)


def _comment(feed: _Feed, entry: pushed.Entry, page: str) -> Iterator[News]:
    """Yield what happened to a comment; one that is hidden is still there."""
    if feed.verb == "remove":
        yield MessageRemoved(feed.comment_id, pushed.moment(entry.time))
    elif feed.verb in ("edit", "edited"):
        yield MessageEdited(feed.comment_id, pushed.moment(entry.time), text=feed.message)
    elif feed.verb == "add":
        under_comment = feed.parent_id and feed.parent_id != feed.post_id
        yield IncomingMessage(
            external_id=feed.comment_id,
            thread_key=COMMENT + (feed.parent_id if under_comment else feed.comment_id),
            author=Author(external_id=feed.author.id or feed.comment_id, name=feed.author.name[:200]),
            sent_at=pushed.moment(feed.created_time or entry.time),
            text=feed.message,
            direction="outbound" if feed.author.id == page else "inbound",
            visibility="comment",
            in_reply_to=feed.parent_id or feed.post_id,
            attachments=tuple(
                IncomingAttachment(url=url) for url in (feed.photo, feed.video) if url.startswith("https://")
            ),
        )
