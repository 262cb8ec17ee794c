"""Sends and finds messages and comments as Messenger and Instagram take them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import OutgoingFile, OutgoingPost, OutgoingReply, Receipt, Rejected
from inbox.connectors.meta.graph import Graph
from inbox.connectors.parts import part_keys, post_parts

# How the thread of a comment is told from that of a person.
COMMENT = "comment:"
# For so long anything may be said; then, for a week, only what a person writes, marked as such.
FREE = timedelta(hours=24)
# Clocks differ a little; what was there before the reply was written is not the reply.
CLOCKS = timedelta(seconds=30)


class _Sent(msgspec.Struct, frozen=True):
    message_id: str


class _Somebody(msgspec.Struct, frozen=True):
    id: str = ""
    username: str = ""


class Found(msgspec.Struct, frozen=True):
    """A message or comment as Graph lists it; they name their words and their moment differently."""

    id: str
    message: str = ""
    text: str = ""
    created_time: str = ""
    timestamp: str = ""
    author: _Somebody = msgspec.field(name="from", default=_Somebody())
    permalink_url: str = ""


class Listed(msgspec.Struct, frozen=True):
    """A page of messages or comments."""

    data: list[Found] = []


class _Conversation(msgspec.Struct, frozen=True):
    messages: Listed = Listed()


class _Conversations(msgspec.Struct, frozen=True):
    data: list[_Conversation] = []


def send_message(
    graph: Graph, reply: OutgoingReply, *, now: datetime, payload_of: Callable[[OutgoingFile], Mapping[str, str]]
) -> Receipt:
    """Send a direct message; for a comment that is answered privately, to whoever wrote it.

    A file is a message of its own, after the words; `payload_of` says how Meta gets it. The last message carries our
    key and stands for the whole. As the answer to a comment Meta takes one message: more are refused before any is
    sent. Raises Rejected, Unavailable or Uncertain.
    """
    if reply.thread_key.startswith(COMMENT) and len(reply.files) + bool(reply.text.strip()) > 1:
        raise Rejected(_("A private reply to a comment is one message: words, or one file."))
    said: list[dict[str, object]] = [{"text": reply.text}] if reply.text.strip() else []
    said += [{"attachment": {"type": kind_of(file), "payload": payload_of(file)}} for file in reply.files]
    keys = part_keys(reply.key, len(said))
    return post_parts(reply, [partial(_send, graph, reply, now, *part) for part in zip(said, keys, strict=True)])


def kind_of(file: OutgoingFile) -> str:
    """Return what Meta calls a file of this type."""
    kind = file.type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _send(graph: Graph, reply: OutgoingReply, now: datetime, message: Mapping[str, object], key: str) -> Receipt:
    is_comment = reply.thread_key.startswith(COMMENT)
    late = not is_comment and reply.heard_at is not None and now - reply.heard_at > FREE
    kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if late else {"messaging_type": "RESPONSE"}
    body = {
        "recipient": {"comment_id": reply.in_reply_to} if is_comment else {"id": reply.thread_key},
        "message": {**message, "metadata": key},
        **({} if is_comment else kind),
    }
    return Receipt(graph.post("me/messages", body, _Sent).message_id)


def find_message(graph: Graph, reply: OutgoingReply, *, account: str, platform: str) -> Receipt | None:
    """Look for a message in its conversation; raises Unavailable.

    That the words of a reply with files are there says nothing of its files.
    """
    if reply.files:
        return None
    customer = reply.recipient.external_id if reply.thread_key.startswith(COMMENT) else reply.thread_key
    fields = "messages.limit(20){id,message,from,created_time}"
    found = graph.get("me/conversations", _Conversations, platform=platform, user_id=customer, fields=fields)
    return find(reply, [one for each in found.data for one in each.messages.data], account)


def find(said: OutgoingReply | OutgoingPost, listed: Sequence[Found], account: str) -> Receipt | None:
    """Return the one that is this reply or post: the account's own, with its words, made since, and not known yet."""
    if not said.text.strip():
        return None
    earlier = said.earlier if isinstance(said, OutgoingReply) else ()
    for one in listed:
        ours = account in (one.author.id, one.author.username)
        same = (one.message or one.text).strip() == said.text.strip()
        if ours and same and one.id not in earlier and _is_since(one.created_time or one.timestamp, said.created_at):
            return Receipt(one.id, one.permalink_url)
    return None


def _is_since(told: str, begun: datetime | None) -> bool:
    if begun is None:
        return True
    # Meta writes +0000, which Python reads from 3.11 on.
    at = datetime.fromisoformat(told)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) >= begun - CLOCKS
