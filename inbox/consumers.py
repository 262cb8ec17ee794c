"""The doorbell: signs a page in to the hub, notes which ticket it has open, passes hints on. It never writes."""

import json
from collections.abc import Mapping
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from inbox import hub
from inbox.presence import Doing
from inbox.queries import live
from inbox.sockets import Socket

MAX_FRAME = 1000
ALLOWED = ("watch", "unwatch", "doing")
DOINGS = frozenset(doing.value for doing in Doing)


class InboxConsumer(AsyncWebsocketConsumer):
    """The socket of one open inbox page."""

    socket: Socket | None = None

    async def connect(self) -> None:
        """Let people who are signed in join their topics first, then tell them the newest event."""
        await self.accept()
        user = self.scope["user"]
        access = await database_sync_to_async(live.access_of)(user.pk) if user.is_authenticated else None
        if access is None:
            await self.close(hub.SIGNED_OUT)
            return
        session = self.scope["session"]
        self.socket = Socket(
            access=access,
            send=self._send_text,
            close=self.close,
            write=self.scope.get("direct_write"),
            session_ends=await database_sync_to_async(session.get_expiry_date)(),
            session_alive=lambda: session.exists(session.session_key),
        )
        await hub.current_hub().join(self.socket)
        newest = await database_sync_to_async(live.newest_events)(access.topics)
        await hub.current_hub().greet(self.socket, max(newest.values(), default=0))

    async def _send_text(self, text: str) -> None:
        """Send past the layers that only ever look at the handshake: with a thousand pages they are half the cost."""
        send = self.scope.get("direct_send", self.base_send)
        await send({"type": "websocket.send", "text": text})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take {"watch": number}, {"unwatch": 0} or {"doing": what}; anything else is answered with what is allowed."""
        if self.socket is None:
            return
        request = _parse(text_data)
        doing = request.get("doing")
        if _is_number(request.get("watch")):
            await self._watch(self.socket, request["watch"])
        elif _is_number(request.get("unwatch")):
            hub.current_hub().note_visit(self.socket, None)
        elif isinstance(doing, str) and doing in DOINGS:
            hub.current_hub().note_visit(self.socket, self.socket.place, Doing(doing))
        else:
            await self.send(json.dumps({"type": "error", "allowed": ALLOWED}))

    async def _watch(self, socket: Socket, number: int) -> None:
        """Join the ticket first, then say so: the page fetches the thread once it can't miss anything more."""
        place = await database_sync_to_async(live.watchable_ticket)(socket.access.user_id, number)
        hub.current_hub().note_visit(socket, place)
        await self.send(json.dumps({"type": "watching", "ticket": number if place else None}))

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        if self.socket is not None:
            hub.current_hub().leave(self.socket)


def _parse(text: str | None) -> Mapping[str, Any]:
    """Return the request, or nothing where it is not one of ours."""
    try:
        request = json.loads(text) if text and len(text) <= MAX_FRAME else None
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**31
