"""A light HTTP client for load: a few connections that are kept, each with one request on its way at a time."""

import asyncio
import json
import sys
import time
from typing import TypedDict

Request = bytes


class Fired(TypedDict):
    """How long each request took, in milliseconds, and all of them, in seconds."""

    latencies: list[float]
    seconds: float


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def hammer(address: str, requests: list[Request], clients: int) -> tuple[list[float], float]:
    """Send every request once over `clients` connections; return each latency in ms and the seconds for all."""
    host, port = address.split(":")
    waiting = iter(requests)
    latencies: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for sent in waiting:
            started = time.perf_counter()
            writer.write(sent)
            await _read_answer(reader)
            latencies.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return latencies, time.perf_counter() - started


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    body = await reader.readexactly(length)
    if status >= 300:
        raise SystemExit(f"The server answered {status}: {body[:300]!r}")


def main() -> None:
    """Read {address, clients, requests} from standard input, hammer, and print {latencies, seconds}."""
    job = json.load(sys.stdin)
    requests = [sent.encode("latin-1") for sent in job["requests"]]
    latencies, seconds = asyncio.run(hammer(job["address"], requests, job["clients"]))
    json.dump({"latencies": latencies, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
