"""The channels of a key, and the intake of their messages for any server."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.api.door import ChannelDoor, Door, encoded, json_answer, submission_of
from inbox.api.intake import receive_group
from inbox.api.problems import Problem
from inbox.api.shapes import ChannelItem, ChannelList
from inbox.queries.connectors import channels_of


class ChannelsDoor(Door):
    """Lists the channels that the key may speak for; every key may know its own."""

    def get(self, request: Request) -> HttpResponse:
        """Answer with all of them."""
        return encoded(ChannelList([ChannelItem.of(channel) for channel in channels_of(self.key)]))


class MessagesDoor(ChannelDoor):
    """Takes messages in. `fast_intake` answers the same under a server that speaks ASGI."""

    scope = Scope.MESSAGES_WRITE

    def count_in_channel(self) -> None:
        """Leave counting to the intake, which counts a group of requests at a time."""

    def post(self, request: Request, channel_id: int) -> HttpResponse:
        """Store what is new and answer for each message."""
        outcome = receive_group(self.channel, self.key, self.limit, [submission_of(request)])[0]
        if isinstance(outcome, Problem):
            raise outcome
        return json_answer(outcome)
