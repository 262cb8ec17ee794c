"""Replies that are too long for one post, where the network has threads: a chain, each answering the one before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid5

from brandvoice.threads import posts_of
from inbox.connectors.base import OutgoingReply


def chain_of(reply: OutgoingReply, network: str) -> Sequence[OutgoingReply]:
    """Return the replies as which one goes out, in their order: itself, if it fits.

    The files are with the first; the last has the reply's own key and stands for the whole. What each answers is known
    once the one before is there.
    """
    texts = posts_of(reply.text, network, reply.visibility)
    if len(texts) == 1:
        return [reply]
    keys = [*(uuid5(reply.key, str(number)) for number in range(1, len(texts))), reply.key]
    alone = replace(reply, files=(), posted=())
    parts = [replace(alone, text=text, key=key) for text, key in zip(texts, keys, strict=True)]
    if reply.created_at:
        # They stand in this order also where a reader's program goes by the clock.
        moments = [reply.created_at + timedelta(milliseconds=number) for number in range(len(parts))]
        parts = [replace(part, created_at=at) for part, at in zip(parts, moments, strict=True)]
    return [replace(parts[0], files=reply.files), *parts[1:]]


def last_of(reply: OutgoingReply, network: str) -> OutgoingReply:
    """Return the last of the chain, below the one before it if that is there: where it is, all are."""
    chain = chain_of(reply, network)
    before = reply.posted[len(chain) - 2] if 1 < len(chain) <= len(reply.posted) + 1 else reply.in_reply_to
    return replace(chain[-1], in_reply_to=before)
