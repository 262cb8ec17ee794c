"""Many open inboxes in one process: real sockets that note when each event reached them."""

import asyncio
import json
import sys
import time
from collections import defaultdict

AT_ONCE = 50
EVENTS = (b'{"type":"event","event":', b'{"type":"overtaken","event":')
PONG = b"\x8a\x80\x00\x00\x00\x00"


class Page(asyncio.Protocol):
    """One inbox. It reads frames as they come and keeps nothing of them but the time."""

    def __init__(self, address: str, cookie: str, arrivals: dict[int, list[float]]) -> None:
        self.request = (
            f"GET /ws/inbox/ HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()
        self.arrivals = arrivals
        self.rest = b""
        self.answered = False
        self.joined = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a socket."""
        if isinstance(transport, asyncio.Transport):
            self.transport = transport
            transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Note the events that have arrived whole; keep what has not."""
        now = time.monotonic()
        data = self.rest + data
        at = 0 if self.answered else self._after_answer(data)
        while self.answered and (frame := _frame(data, at)) is not None:
            code, start, at = frame
            if code == 9:
                self.transport.write(PONG)
            elif data.startswith(EVENTS, start):
                number = data.index(b',"event":', start) + len(b',"event":')
                self.arrivals[int(data[number : data.index(b",", number)])].append(now)
            elif not self.joined.done():
                self.joined.set_result(None)  # hello
        self.rest = data[at:]

    def _after_answer(self, data: bytes) -> int:
        head, end, _ = data.partition(b"\r\n\r\n")
        if not end:
            return 0
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"The server refused a socket: {head[:80]!r}")
        self.answered = True
        return len(head) + len(end)


async def listen(address: str, cookie: str, count: int) -> dict[int, list[float]]:
    """Open `count` sockets, say "ready", and return the arrival times of each event once standard input closes."""
    arrivals: dict[int, list[float]] = defaultdict(list)
    gate = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_open(address, cookie, gate, arrivals) for _ in range(count)))
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    return arrivals


async def _open(address: str, cookie: str, gate: asyncio.Semaphore, arrivals: dict[int, list[float]]) -> None:
    host, port = address.split(":")
    async with gate:
        _, page = await asyncio.get_running_loop().create_connection(
            lambda: Page(address, cookie, arrivals), host, int(port)
        )
        await page.joined


def _frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return the frame's kind, and where its words start and end, or None while it is incomplete."""
    if len(data) < at + 2:
        return None
    length, start = data[at + 1], at + 2
    for code, size in ((126, 2), (127, 8)):
        if length == code:
            length, start = int.from_bytes(data[start : start + size], "big"), start + size
            break
    return (data[at] & 15, start, start + length) if len(data) >= start + length else None


if __name__ == "__main__":
    json.dump(asyncio.run(listen(sys.argv[1], sys.argv[2], int(sys.argv[3]))), sys.stdout)
