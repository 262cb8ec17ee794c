"""Many open inboxes in one process: real sockets that note when each event reached them."""

import asyncio
import json
import sys
import time
from collections import defaultdict

AT_ONCE = 50


async def listen(address: str, cookie: str, count: int) -> dict[int, list[float]]:
    """Open `count` sockets, say "ready", and return the arrival times of each event once standard input closes."""
    arrivals: dict[int, list[float]] = defaultdict(list)
    gate = asyncio.Semaphore(AT_ONCE)
    ready = asyncio.Queue()
    tasks = [asyncio.create_task(_page(address, cookie, gate, ready, arrivals)) for _ in range(count)]
    for _ in range(count):
        await ready.get()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    return arrivals


async def _page(
    address: str, cookie: str, gate: asyncio.Semaphore, ready: asyncio.Queue, arrivals: dict[int, list[float]]
) -> None:
    host, port = address.split(":")
    async with gate:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"GET /ws/inbox/ HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"The server refused a socket: {head[:80]!r}")
        await _frame(reader)  # hello
    await ready.put(None)
    while True:
        code, payload = await _frame(reader)
        if code == 9:
            writer.write(b"\x8a\x80\x00\x00\x00\x00")
        elif payload.startswith(b'{"type":"event","event":'):
            arrivals[int(payload[24 : payload.index(b",", 24)])].append(time.monotonic())


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    return first & 15, await reader.readexactly(length)


if __name__ == "__main__":
    json.dump(asyncio.run(listen(sys.argv[1], sys.argv[2], int(sys.argv[3]))), sys.stdout)
