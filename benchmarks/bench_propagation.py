"""How long from a withdrawal to the last of 200 open composers that hold its words, beside one composer alone."""

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.stage import Cast, make_cast, scratch, served, session_cookie, show

if TYPE_CHECKING:
    from accounts.models import User
    from brandvoice.models import PositionVersion
    from inbox.models import Ticket

COMPOSERS = 200
WORDS = "You get the whole fare back within 7 days."


def main() -> None:
    """Have 200 agents hold signed words in drafts and queued replies, withdraw them, and wait for the last page."""
    with scratch("propagation"):
        cast = make_cast()
        with served() as address:
            _run(address, cast, 2)  # the first after a start is slower than all others
            alone = _run(address, cast, 1)
            many = _run(address, cast, COMPOSERS)
    show(
        f"withdrawal → {COMPOSERS} open composers",
        f"last after {many[1]:,.0f} ms, signed off in {many[0]:,.0f} ms",
        f"one alone {alone[1]:,.0f} ms, signed off in {alone[0]:,.0f} ms",
        "< 2 s",
    )


def _run(address: str, cast: Cast, composers: int) -> tuple[float, float]:
    """Return the milliseconds from the call to its commit, and to the last page that was told."""
    from brandvoice.actions import positions as voice
    from inbox.models import Delivery, Draft, Event

    signer, version = _prepare(cast, composers)
    command = [sys.executable, "-m", "benchmarks.listeners", address, session_cookie(cast.agent), str(composers)]
    pages = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if pages.stdout is None or pages.stdin is None or pages.stdout.readline().strip() != "ready":
        raise SystemExit("The sockets could not be opened.")
    started = time.monotonic()
    voice.withdraw_version(version, by=signer, reason="The law has changed.")
    committed = time.monotonic()
    time.sleep(5)
    heard, _ = pages.communicate("", timeout=60)
    event = Event.objects.get(kind="position.withdrawn", facts__version=version.pk).pk
    times = json.loads(heard)[str(event)]
    marked = Draft.objects.filter(spans__version=version, overtaken_at__isnull=False).count()
    held = Delivery.objects.filter(message__spans__version=version, state="held").count()
    if (len(times), marked, held) != (composers, composers, composers):
        raise SystemExit(f"{len(times)} pages heard, {marked} drafts marked, {held} replies held of {composers}.")
    return (committed - started) * 1000, (max(times) - started) * 1000


def _prepare(cast: Cast, composers: int) -> tuple["User", "PositionVersion"]:
    from accounts.models import User
    from accounts.permissions import Role
    from brandvoice.actions import positions as voice
    from brandvoice.spans import Span
    from inbox.actions.drafts import save_draft
    from inbox.actions.replies import NewReply, send_reply

    organization = cast.agent.organization
    signer = User.objects.create_user(
        f"s{composers}@bench.example", name="Amira", organization=organization, role=Role.OWNER
    )
    position = voice.create_position(f"Refund for {composers}?", by=signer)
    version = voice.draft_version(position, voice.VersionContent((voice.NewWording(WORDS),)), by=signer)
    version = voice.sign_version(voice.submit_version(version, by=signer), by=signer)
    spans = (Span(version.wordings.get().pk, 0, len(WORDS)),)
    for ticket, seen in _tickets(cast, composers):
        send_reply(ticket, NewReply(WORDS, "direct", seen, spans=spans), by=cast.agent)
        save_draft(ticket, by=cast.agent, text=WORDS, visibility="direct", spans=spans)
    return signer, version


def _tickets(cast: Cast, count: int) -> list[tuple["Ticket", int]]:
    from datetime import UTC, datetime

    from inbox.actions.messages import receive_messages
    from inbox.connectors.base import Author, IncomingMessage
    from inbox.models import Ticket

    batch = [
        IncomingMessage(
            external_id=f"p{count}-{number}",
            thread_key=f"p{count}-{number}",
            author=Author(external_id="priya", name="Priya Raman"),
            sent_at=datetime.now(UTC),
            text="Do I get my money back?",
        )
        for number in range(count)
    ]
    seen = {received.ticket: received.message_id for received in receive_messages(cast.channel, batch)}
    tickets = Ticket.objects.filter(organization=cast.agent.organization_id, number__in=seen)
    return [(ticket, seen[ticket.number]) for ticket in tickets]


if __name__ == "__main__":
    main()
