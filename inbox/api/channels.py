"""The channels of a key, and the intake of their messages for any server."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.api.documents import ChannelDocument, ChannelList
from inbox.api.door import ChannelDoor, Door, encoded, json_answer, submission_of
from inbox.api.intake import MOST_ITEMS, IntakeAnswer, receive_group
from inbox.api.problems import Problem
from inbox.api.schema import Schema, documented, reference_to
from inbox.connectors.base import IncomingMessage
from inbox.queries.connectors import channels_of

ONE_OR_MANY: Schema = {
    "oneOf": [
        reference_to(IncomingMessage),
        {"type": "array", "items": reference_to(IncomingMessage), "minItems": 1, "maxItems": MOST_ITEMS},
    ]
}


class ChannelsDoor(Door):
    """Lists the channels that the key may speak for; every key may know its own."""

    @documented("list_channels", "List the channels that this key may speak for.", answers=ChannelList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with all of them."""
        return encoded(ChannelList([ChannelDocument.of(channel) for channel in channels_of(self.key)]))


class MessagesDoor(ChannelDoor):
    """Takes messages in. `fast_intake` answers the same under a server that speaks ASGI."""

    scope = Scope.MESSAGES_WRITE

    def count_in_channel(self) -> None:
        """Leave counting to the intake, which counts a group of requests at a time."""

    @documented(
        "post_messages",
        "Post one message, or up to 500. Each is answered for itself: `created` with the number of its ticket, "
        "`duplicate` when the channel has it already, or `invalid` with what was allowed; valid ones are stored "
        "even when others are not. Posting the same again is harmless.",
        takes=ONE_OR_MANY,
        answers=IntakeAnswer,
        example={
            "external_id": "3kf2q",
            "thread_key": "3kf2a",
            "author": {"external_id": "did:plc:priya", "username": "@priya.example", "name": "Priya"},
            "sent_at": "2026-03-01T07:44:00Z",
            "text": "The 7:42 was cancelled again.",
        },
    )
    def post(self, request: Request, channel_id: int) -> HttpResponse:
        """Store what is new and answer for each message."""
        outcome = receive_group(self.channel, self.key, self.limit, [submission_of(request)])[0]
        if isinstance(outcome, Problem):
            raise outcome
        return json_answer(outcome)
