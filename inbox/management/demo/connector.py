"""The demo's network for all channels but the sandbox's: takes replies from their outboxes over REST and says so."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypedDict

import httpx

# One round through all channels; a reply waits about half of it.
ROUND_SECONDS = 4.0
TIMEOUT = httpx.Timeout(20, connect=5)
MOST_AT_ONCE = 20
ACCEPTED = "Demo network: accepted. Nothing has left this machine."
DELIVERED = "Demo network: delivered. Nothing has left this machine."

Say = Callable[[str], object]


class _Channel(TypedDict):
    id: int
    name: str
    external: bool


class _Reply(TypedDict):
    id: int
    key: str
    ticket: int | None


class KeyRefused(Exception):
    """The key opens nothing any more."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A reply that the network has, and has not yet brought to the customer."""

    path: str
    channel: str
    what: str


@dataclass
class Desk:
    """One organization's channels as its key sees them."""

    client: httpx.Client
    say: Say
    channels: dict[int, str] = field(default_factory=dict)
    posted: deque[Posted] = field(default_factory=deque)

    def look_up_channels(self) -> None:
        """Ask which channels there are."""
        channels: list[_Channel] = self._ask("GET", "/api/v1/channels").json()["channels"]
        self.channels = {channel["id"]: channel["name"] for channel in channels if channel["external"]}

    def deliver(self) -> None:
        """Bring what the network has had for a round to the customers."""
        for _ in range(len(self.posted)):
            reply = self.posted[0]
            self._ask("POST", reply.path, {"status": "delivered", "reason": DELIVERED})
            self.posted.popleft()
            self.say(f"{reply.channel}, {reply.what}: delivered (demo: nothing has left this machine)")

    def accept(self, channel: int) -> None:
        """Take what waits in a channel's outbox; the network has it from then on."""
        outbox = f"/api/v1/channels/{channel}/outbox"
        waiting: list[_Reply] = self._ask("GET", f"{outbox}?limit={MOST_AT_ONCE}").json()["deliveries"]
        for reply in waiting:
            posted = Posted(
                f"{outbox}/{reply['id']}",
                self.channels[channel],
                f"#{reply['ticket']}" if reply["ticket"] else "a post",
            )
            # The same at every attempt, as a network's own idempotency key would make it.
            receipt = {"status": "sent", "external_id": f"demo-{reply['key']}", "reason": ACCEPTED}
            self._ask("POST", posted.path, receipt)
            self.posted.append(posted)
            self.say(f"{posted.channel}, {posted.what}: accepted (demo: nothing has left this machine)")

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response:
        response = self.client.request(method, path, json=body)
        if response.status_code in (401, 403):
            raise KeyRefused
        return response.raise_for_status()


def open_desks(url: str, secrets: Iterable[str], headers: dict[str, str], say: Say) -> list[Desk]:
    """Return a desk for each key."""
    return [
        Desk(
            httpx.Client(
                base_url=url, headers=headers | {"Authorization": f"Bearer {key}"}, timeout=TIMEOUT, trust_env=False
            ),
            say,
        )
        for key in secrets
    ]


def run(desks: list[Desk], say: Say) -> None:
    """Serve all outboxes, round after round, until no key opens anything."""
    while desks:
        desks = [desk for desk in desks if serve_round(desk, say, seconds=ROUND_SECONDS / len(desks))]
    say("The demo's keys open nothing any more: there is nothing to do.")


def serve_round(desk: Desk, say: Say, *, seconds: float) -> bool:
    """Look into each outbox of a desk once, spread over these seconds; return whether its key is still good."""
    try:
        desk.look_up_channels()
        desk.deliver()
        for channel in desk.channels:
            desk.accept(channel)
            time.sleep(seconds / len(desk.channels))
        if not desk.channels:
            time.sleep(seconds)
    except KeyRefused:
        return False
    except httpx.HTTPError as error:
        say(f"Onevoice does not answer as it should, asking again: {error}")
        time.sleep(ROUND_SECONDS)
    return True
