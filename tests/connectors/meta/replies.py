"""Replies as the dispatcher hands them to connectors, and connectors of a simulated Graph, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from inbox.connectors.base import OutgoingReply, Recipient
from inbox.connectors.meta.graph import Graph
from tests.connectors.meta.simulator import APP_SECRET, TOKEN


def make_reply(thread: str, text: str = "At platform 4.", **fields: object) -> OutgoingReply:
    now = datetime.now(UTC)
    defaults = {"key": uuid4(), "in_reply_to": "", "visibility": "direct", "created_at": now, "heard_at": now}
    customer = Recipient(external_id=thread)
    return OutgoingReply(thread_key=thread, text=text, recipient=customer, **(defaults | fields))


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def make_graph(network) -> Graph:
    return Graph(network.address, TOKEN, APP_SECRET)
