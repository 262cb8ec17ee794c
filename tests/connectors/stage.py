"""A network on a stage: what the conformance suite asks of it, whether a real server plays it or a simulator."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from django.db import connections
from django.test import Client

from inbox import intake
from inbox.models import Channel
from tests.inbox.doors import FastHook

Fault = Literal["rate_limit", "server_error", "timeout_after_send", "expired_token"]


@dataclass(frozen=True)
class Posted:
    """Something that the brand has published, as the network's own ledger has it."""

    external_id: str
    text: str
    # How many files are with it, each of which the network really has.
    files: int = 0


@dataclass(frozen=True)
class Pushed:
    """A webhook as the network would send it: signed, ready to be sent again."""

    body: bytes
    headers: Mapping[str, str]
    path: str = ""
    method: str = "POST"
    content_type: str = "application/json"


def fetched(address: str) -> bool:
    """Fetch a file as a network does that is told its address, and return whether a picture is there."""
    try:
        answer = Client().get(urlsplit(address).path)
        return answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"\x89PNG")
    finally:
        # Networks ask from threads of their own.
        connections.close_all()


class Stage(ABC):
    """One network with one connected channel. A network says what it lacks, by the case's name, and why."""

    network: ClassVar[str]
    # Case → the reason why this network has no such thing; for instance {"edit": "Its posts can't be changed."}
    lacks: ClassVar[Mapping[str, str]] = {}
    # What a customer can write, and we can answer, in characters that count as one.
    longest_question: ClassVar[int] = 2000
    longest_answer: ClassVar[int] = 280

    channel: Channel

    @abstractmethod
    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        """Let a customer write, in the conversation that began with `thread`, and return the network's id of it."""

    @abstractmethod
    def posts(self) -> list[Posted]:
        """Return what the brand has published, oldest first."""

    @abstractmethod
    def fail_next(self, fault: Fault) -> None:
        """Let the brand's next post meet a fault; an expired token stays expired until `mend`."""

    @abstractmethod
    def pump(self, *, backwards: bool = False) -> None:
        """Bring in what the network has to tell; backwards, in the wrong order."""

    @abstractmethod
    def tell_again(self) -> None:
        """Tell everything again that was told, twice at the same time."""

    def mend(self) -> None:
        """Make the token good again."""
        raise self._unplayed("expired token")

    def say_natively(self, text: str, thread: str) -> str:
        """Let somebody of the brand write on the network itself; return the network's id of it."""
        raise self._unplayed("echo")

    def say_album(self, count: int, *, author: str = "robin") -> None:
        """Let a customer send several pictures as one post."""
        raise self._unplayed("album")

    def edit(self, external_id: str, text: str) -> None:
        """Let the customer change what they wrote."""
        raise self._unplayed("edit")

    def remove(self, external_id: str) -> None:
        """Let the customer take away what they wrote."""
        raise self._unplayed("delete")

    def close_window(self, external_id: str) -> None:
        """Let so much time pass that the network takes no answer any more."""
        raise self._unplayed("window")

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        """Let the network report what became of a post of ours."""
        raise self._unplayed("statuses")

    @abstractmethod
    def close(self) -> None:
        """Take the stage down."""

    def _unplayed(self, case: str) -> AssertionError:
        return AssertionError(f"{self.network} neither plays “{case}” nor says in `lacks` why there is none.")


class PushingStage(Stage):
    """A network that tells by webhook: what it has to say waits in `outgoing` until it is pumped."""

    def __init__(self) -> None:
        self.outgoing: list[Pushed] = []
        self.told: list[Pushed] = []

    def pump(self, *, backwards: bool = False) -> None:
        waiting, self.outgoing = self.outgoing, []
        for pushed in reversed(waiting) if backwards else waiting:
            self._push(pushed)
            self.told.append(pushed)
            if backwards:
                intake.process_payloads()
        intake.process_payloads()

    def tell_again(self) -> None:
        """Tell it by the fast door, where it was told by the view at first."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._push_fast, [*self.told, *self.told]))
        intake.process_payloads()

    def _push(self, pushed: Pushed) -> None:
        answer = Client().generic(
            pushed.method,
            self._address(pushed),
            pushed.body,
            content_type=pushed.content_type,
            headers=dict(pushed.headers),
        )
        assert 200 <= answer.status_code < 300, f"{answer.status_code} {answer.content!r}"

    def _push_fast(self, pushed: Pushed) -> None:
        try:
            if pushed.method == "POST":
                headers = {"Content-Type": pushed.content_type, **pushed.headers}
                answer = FastHook().post(self._address(pushed), pushed.body, headers)
                assert 200 <= answer.status < 300, f"{answer.status} {answer.body!r}"
            else:
                self._push(pushed)
        finally:
            connections.close_all()

    def _address(self, pushed: Pushed) -> str:
        return f"/webhooks/{self.channel.pk}/{pushed.path}"


class AskedStage(Stage):
    """A network that tells when it is asked: its channel has a cursor, which can be set back."""

    def pump(self, *, backwards: bool = False) -> None:
        assert intake.poll_channel(self.channel)

    def tell_again(self) -> None:
        """Read everything again from the start, then by two readers that started from the same cursor."""
        for _ in range(2):
            self._rewind()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda _: self._read_in_thread(), range(2)))

    def _rewind(self) -> None:
        cursor = self.channel.cursor
        cursor.refresh_from_db()
        cursor.value, cursor.claimed_until = self.first_cursor(), None
        cursor.save()

    def first_cursor(self) -> str:
        """Return the cursor from which all is told again."""
        return ""

    def _read_in_thread(self) -> None:
        try:
            cursor = type(self.channel.cursor).objects.select_related("channel").get(pk=self.channel.pk)
            intake.read_channel(cursor)
        finally:
            connections.close_all()
