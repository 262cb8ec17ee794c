"""Plays recorded conversations into a channel, through the same REST door that connectors use."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NotRequired, TypedDict

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.actions.keys import create_key, revoke_key
from accounts.models import Scope, User
from accounts.permissions import Role
from inbox.management.recorded import BadRecording, Item, Recording, make_items, read_recording
from inbox.models import Channel, Network

_TIMEOUT = httpx.Timeout(30, connect=5)
_TRIES = 5


class _Result(TypedDict):
    external_id: str | None
    status: str
    ticket: NotRequired[int]
    errors: NotRequired[list[dict[str, str]]]


class Command(BaseCommand):
    """Post a recording message by message or batch by batch, and count what became of it."""

    help = "Post recorded conversations (TWCS's CSV, IBM's JSON) to a channel through the REST API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what is played where, and how fast."""
        parser.add_argument("file", type=Path, help="the recording")
        parser.add_argument("--channel", type=int, help="the channel's id; without it, the first sandbox channel")
        parser.add_argument("--rate", type=_positive, help="messages a second; without it, as fast as it goes")
        parser.add_argument(
            "--batch", type=int, default=100, choices=range(1, 501), metavar="1-500", help="messages a request (100)"
        )
        parser.add_argument("--url", default=_running_at(), help="where Onevoice runs (default %(default)s)")
        parser.add_argument("--key", help="an API key; without it, one is made and taken back at the end")

    def handle(
        self,
        *,
        file: Path,
        channel: int | None,
        rate: float | None,
        batch: int,
        url: str,
        key: str | None,
        **options: object,
    ) -> None:
        """Post the whole recording and print the count."""
        recording = _read(file)
        place = _find_channel(channel)
        if rate:
            batch = max(1, min(batch, int(rate)))
        with _open_door(place, key) as secret, _client(url, secret) as client:
            results = self._play(client, place, make_items(recording), batch, rate)
        self._report(file, recording, results)

    def _play(
        self, client: httpx.Client, channel: Channel, items: Sequence[Item], batch: int, rate: float | None
    ) -> list[_Result]:
        begun = time.monotonic()
        results: list[_Result] = []
        with tqdm(total=len(items), unit=" messages", smoothing=0) as bar:
            for start in range(0, len(items), batch):
                if rate:
                    time.sleep(max(0.0, begun + start / rate - time.monotonic()))
                part = items[start : start + batch]
                results += _post(client, f"/api/v1/channels/{channel.pk}/messages", part)
                bar.update(len(part))
        return results

    def _report(self, file: Path, recording: Recording, results: Sequence[_Result]) -> None:
        counts = Counter(result["status"] for result in results)
        tickets = {result["ticket"] for result in results if "ticket" in result}
        for result in results:
            for fault in result.get("errors", []):
                self.stderr.write(f"{result['external_id']}: {fault}")
        if recording.repeated:
            self.stdout.write(f"Ids that come more than once in the file: {', '.join(recording.repeated)}")
        self.stdout.write(
            f"{file.name}: {len(recording.said) + len(recording.repeated)} rows, {len(results)} messages: "
            f"{counts['created']} created, {counts['duplicate']} duplicate, {counts['invalid']} invalid, "
            f"in {len(tickets)} tickets"
        )


def _positive(words: str) -> float:
    if not (number := float(words)) > 0:
        raise ArgumentTypeError("must be more than 0")
    return number


def _running_at() -> str:
    """Return the address that the supervisor of this DATA_DIR wrote down, or the one that people type."""
    note = settings.DATA_DIR / "serve.lock"
    return (note.read_text() if note.exists() else "") or settings.SITE_URL


def _read(file: Path) -> Recording:
    try:
        # Line ends as they are: a bare carriage return inside a tweet is part of it.
        with file.open(encoding="utf-8", newline="") as text:
            return read_recording(text.read())
    except (OSError, UnicodeDecodeError, BadRecording) as error:
        raise CommandError(f"{file} can't be read: {error}") from error


def _find_channel(channel: int | None) -> Channel:
    channels = Channel.objects.select_related("organization").order_by("pk")
    wanted = channels.filter(network=Network.SANDBOX) if channel is None else channels.filter(pk=channel)
    found = wanted.first()
    if found is None:
        known = ", ".join(f"{each.pk} ({each.name})" for each in channels)
        raise CommandError(f"There is no such channel. There are: {known or 'none'}")
    return found


@contextmanager
def _open_door(channel: Channel, key: str | None) -> Iterator[str]:
    """Give the secret of the key, or of one that lives as long as the replay."""
    if key:
        yield key
        return
    owner = User.objects.filter(organization=channel.organization_id, role=Role.OWNER, is_active=True).first()
    if owner is None:
        raise CommandError("Without an owner in the channel's organization, give a --key.")
    made, secret = create_key(
        "Replay", organization=channel.organization, scopes=[Scope.MESSAGES_WRITE], by=owner, per_minute=1_000_000
    )
    try:
        yield secret
    finally:
        revoke_key(made, by=owner)


def _client(url: str, secret: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {secret}"}
    return httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT, trust_env=False)


def _post(client: httpx.Client, path: str, items: Sequence[Item]) -> list[_Result]:
    """Post a batch; what did not get through is sent again, for the second time is harmless."""
    for _ in range(_TRIES):
        try:
            response = client.post(path, json=list(items))
        except httpx.TransportError as error:
            problem, wait = f"{client.base_url} does not answer: {error}", 1.0
        else:
            if response.is_success:
                results: list[_Result] = response.json()["results"]
                return results
            problem, wait = f"HTTP {response.status_code}: {response.text}", _pause(response)
            if response.status_code not in (429, 503):
                break
        time.sleep(wait)
    raise CommandError(problem)


def _pause(response: httpx.Response) -> float:
    return float(response.headers.get("Retry-After", "1"))
