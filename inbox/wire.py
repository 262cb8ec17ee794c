"""The last step to a page: a frame made once for all pages, and the shortest way of handing it to the kernel."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
Write: TypeAlias = Callable[[bytes], None]

_WHOLE_TEXT = 0x81
_TWO_BYTES, _EIGHT_BYTES = 126, 127


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What a page is told, as text and as the bytes of a WebSocket frame."""

    text: str
    wire: bytes


def frame_of(message: dict[str, Any]) -> Frame:
    """Return the frame of a message."""
    text = json.dumps(message, separators=(",", ":"))
    payload = text.encode()
    return Frame(text, _head(len(payload)) + payload)


def writer_of(send: Send) -> Write | None:
    """Return what writes frames straight to Daphne's socket, or None where another server is behind `send`.

    The usual way builds every page's frame anew and asks the event loop three times for each: with a
    thousand pages that is most of the work.
    """
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    return partial(_write, protocol) if isinstance(protocol, WebSocketProtocol) else None


def _write(protocol: WebSocketProtocol, wire: bytes) -> None:
    """Write now what the kernel takes; the rest, and all that comes behind something waiting, waits its turn."""
    transport = protocol.transport
    if protocol.state != WebSocketProtocol.STATE_OPEN:
        return
    if _is_idle(transport):
        taken = transport.writeSomeData(wire)
        if isinstance(taken, int):
            wire = wire[taken:]
    if wire:
        transport.write(wire)


def _is_idle(transport: object) -> bool:
    """Return whether this is a plain connection with nothing waiting to be written."""
    if not isinstance(transport, tcp.Connection) or transport.TLS:
        return False
    waiting: int = len(transport.dataBuffer) + transport._tempDataLen
    return bool(transport.connected) and not waiting


def _head(length: int) -> bytes:
    if length < _TWO_BYTES:
        return bytes((_WHOLE_TEXT, length))
    if length < 2**16:
        return bytes((_WHOLE_TEXT, _TWO_BYTES)) + length.to_bytes(2, "big")
    return bytes((_WHOLE_TEXT, _EIGHT_BYTES)) + length.to_bytes(8, "big")
