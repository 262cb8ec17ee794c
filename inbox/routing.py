"""Addresses of the sockets."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from django.urls import path

from inbox.consumers import InboxConsumer
from inbox.wire import writer_of

websocket_urlpatterns = [path("ws/inbox/", InboxConsumer.as_asgi())]

Scope: TypeAlias = dict[str, Any]
Channel: TypeAlias = Callable[..., Awaitable[Any]]


class DirectSend:
    """Outermost layer of the sockets: shows the consumer the server's own `send`, and the way past that."""

    def __init__(self, application: Channel) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Channel, send: Channel) -> None:
        """Hand the connection on."""
        await self.application({**scope, "direct_send": send, "direct_write": writer_of(send)}, receive, send)
