"""Addresses of the sockets."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from django.urls import path

from inbox.consumers import InboxConsumer

websocket_urlpatterns = [path("ws/inbox/", InboxConsumer.as_asgi())]

Scope: TypeAlias = dict[str, Any]
Channel: TypeAlias = Callable[..., Awaitable[Any]]


class DirectSend:
    """Outermost layer of the sockets: keeps the server's own `send` where the consumer finds it."""

    def __init__(self, application: Channel) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Channel, send: Channel) -> None:
        """Hand the connection on."""
        await self.application({**scope, "direct_send": send}, receive, send)
