"""The live room: each page hears what it may, at once, and makes good by itself what it has missed."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.people import deactivate_person, join_team, leave_team
from config import embedded
from inbox import hub
from inbox.actions.messages import receive_messages
from inbox.actions.rule_runs import run_rules
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels
from inbox.consumers import InboxConsumer
from inbox.models import Attendance, Event
from inbox.queries import live
from tests.cast import make_channel, make_incoming, make_team, make_ticket
from tests.inbox.rules import made, worked

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def page(user):
    """Open the inbox's socket as this person and close it afterwards."""
    communicator = WebsocketCommunicator(InboxConsumer.as_asgi(), "/ws/inbox/")
    session = SessionStore()
    await sync_to_async(session.save)()
    communicator.scope |= {"user": user, "session": session}
    assert (await communicator.connect())[0]
    communicator.hello = await hear(communicator, "hello")
    try:
        yield communicator
    finally:
        await communicator.disconnect()


async def hear(communicator, kind, timeout=3):
    """Return the next frame of this type."""
    async with asyncio.timeout(timeout):
        while True:
            frame = json.loads(await communicator.receive_from(timeout))
            if frame["type"] == kind:
                return frame


async def hears_nothing_of(communicator, *kinds, seconds=0.4):
    """Return whether no frame of these types comes for a while."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                if json.loads((await communicator.output_queue.get())["text"])["type"] in kinds:
                    return False
    return True


async def watch(communicator, ticket):
    """Open the ticket's conversation and wait until the hub knows."""
    await communicator.send_to(json.dumps({"watch": ticket.number}))
    assert (await hear(communicator, "watching"))["ticket"] == ticket.number


@asynccontextmanager
async def without(table):
    """Take a table away for a while, so that whoever asks for it fails."""

    def rename(now, to):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {now} RENAME TO {to}")

    await sync_to_async(rename)(table, f"{table}_away")
    try:
        yield
    finally:
        await sync_to_async(rename)(f"{table}_away", table)


async def logged(caplog, text):
    """Wait until this has been logged."""
    async with asyncio.timeout(3):
        while text not in caplog.text:
            await asyncio.sleep(0.02)


def test_a_new_message_reaches_the_open_pages_of_its_team_and_of_those_who_see_all(channel, agnes, lena):
    async def scenario():
        async with page(agnes) as hers, page(lena) as leads:
            await sync_to_async(receive_messages)(channel, [make_incoming("Hello there")])
            for frame in [await hear(hers, "event"), await hear(leads, "event")]:
                assert frame["was"] is None
                assert frame["now"]["status"] == "open"
                assert "Hello there" in frame["row"]

    async_to_sync(scenario)()


def test_no_other_team_and_no_other_organization_hears_of_it(channel, jonas, oscar, northline):
    jonas.teams.set([make_team(northline, "Another team")])

    async def scenario():
        async with page(jonas) as other_team, page(oscar) as stranger:
            await sync_to_async(receive_messages)(channel, [make_incoming()])
            assert await other_team.receive_nothing(0.5)
            assert await stranger.receive_nothing(0.1)

    async_to_sync(scenario)()


def test_whoever_has_the_ticket_assigned_hears_of_it_from_another_team(channel, lena, agnes, rail, northline):
    elsewhere = make_channel(rail, make_team(northline, "Elsewhere"))
    ticket = make_ticket(elsewhere, thread="t")
    ticket.assignee = agnes
    ticket.save(update_fields=["assignee"])

    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(receive_messages)(elsewhere, [make_incoming("Again", thread="t")])
            assert "Again" in (await hear(hers, "event"))["row"]

    async_to_sync(scenario)()


def test_a_team_that_a_rule_takes_a_ticket_from_hears_of_it_and_then_no_more(channel, northline, agnes, jonas, max_):
    run_rules()
    elsewhere = make_team(northline, "Elsewhere")
    jonas.teams.set([elsewhere])
    ticket = make_ticket(channel, thread="t")
    made(max_, "labelled", {"do": "team", "team": elsewhere.pk})

    async def scenario():
        async with page(agnes) as old, page(jonas) as new:
            await watch(old, ticket)
            await sync_to_async(set_labels)(ticket, ["elsewhere"], by=agnes)
            await sync_to_async(worked)()
            for each in (old, new):
                while (frame := await hear(each, "event"))["kind"] != "ticket.moved_to_team":
                    pass
                assert (frame["was"]["team"], frame["now"]["team"]) == (channel.team_id, elsewhere.pk)
            await sync_to_async(receive_messages)(channel, [make_incoming("Not for you", thread="t")])
            assert "Not for you" in (await hear(new, "event"))["row"]
            assert await hears_nothing_of(old, "event")

    async_to_sync(scenario)()


def test_the_conversation_goes_to_the_pages_that_have_the_ticket_open(channel, agnes, jonas):
    ticket = make_ticket(channel, thread="t")

    async def scenario():
        async with page(agnes) as reader, page(jonas) as passer_by:
            await watch(reader, ticket)
            await sync_to_async(receive_messages)(channel, [make_incoming("Here it is", thread="t")])
            items = await hear(reader, "items")
            assert items["ticket"] == ticket.number
            assert "Here it is" in items["html"]
            await hear(passer_by, "event")
            assert await hears_nothing_of(passer_by, "items")

    async_to_sync(scenario)()


def test_a_page_that_has_closed_the_ticket_gets_its_conversation_no_more(channel, agnes):
    ticket = make_ticket(channel, thread="t")

    async def scenario():
        async with page(agnes) as hers:
            await watch(hers, ticket)
            await hers.send_to(json.dumps({"unwatch": 0}))
            await sync_to_async(receive_messages)(channel, [make_incoming(thread="t")])
            await hear(hers, "event")
            assert await hears_nothing_of(hers, "items")

    async_to_sync(scenario)()


def test_a_stranger_cant_watch_a_ticket(channel, oscar, agnes):
    ticket = make_ticket(channel, thread="t")

    async def scenario():
        async with page(oscar) as stranger:
            await stranger.send_to(json.dumps({"watch": ticket.number}))
            assert (await hear(stranger, "watching"))["ticket"] is None
            await sync_to_async(receive_messages)(channel, [make_incoming(thread="t")])
            assert await stranger.receive_nothing(0.5)

    async_to_sync(scenario)()


@pytest.mark.parametrize("frame", ["nonsense", "[]", '{"watch": "1"}', '{"watch": -1}', '{"watch": true}', "x" * 2000])
def test_a_malformed_request_is_answered_with_what_is_allowed(agnes, frame):
    async def scenario():
        async with page(agnes) as hers:
            await hers.send_to(frame)
            assert (await hear(hers, "error"))["allowed"] == ["watch", "unwatch", "doing"]

    async_to_sync(scenario)()


def test_fragments_hold_no_token_and_no_viewer(channel, agnes, lena):
    ticket = make_ticket(channel, thread="t")

    async def scenario():
        async with page(agnes) as hers:
            await watch(hers, ticket)
            await sync_to_async(assign_ticket)(ticket, lena, by=lena)
            frames = [await hear(hers, "event"), await hear(hers, "items")]
            assert "csrf" not in json.dumps(frames).lower()
            assert agnes.name not in json.dumps(frames)

    async_to_sync(scenario)()


def test_nobody_listens_without_signing_in(db):
    async def scenario():
        communicator = WebsocketCommunicator(InboxConsumer.as_asgi(), "/ws/inbox/")
        communicator.scope |= {"user": AnonymousUser(), "session": SessionStore()}
        await communicator.connect()
        assert (await communicator.receive_output(2))["code"] == hub.SIGNED_OUT

    async_to_sync(scenario)()


def test_a_page_is_closed_when_its_person_may_not_sign_in_any_more(agnes, olga):
    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(deactivate_person)(agnes, by=olga)
            assert (await hers.receive_output(3))["code"] == hub.ACCESS_ENDED

    async_to_sync(scenario)()


def test_a_page_hears_of_its_new_team_at_once_and_of_the_old_one_no_more(channel, agnes, olga, rail, northline):
    elsewhere = make_team(northline, "Elsewhere")
    other = make_channel(rail, elsewhere)

    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(join_team)(elsewhere, person=agnes, by=olga)
            await sync_to_async(leave_team)(channel.team, person=agnes, by=olga)
            await sync_to_async(receive_messages)(channel, [make_incoming("For the old team")])
            await sync_to_async(receive_messages)(other, [make_incoming("For the new team")])
            assert "For the new team" in (await hear(hers, "event"))["row"]

    async_to_sync(scenario)()


def test_every_page_is_told_which_event_it_should_have_heard(channel, agnes, monkeypatch):
    monkeypatch.setattr(hub, "TICK_SECONDS", 0.3)
    ticket = make_ticket(channel)
    resolve_ticket(ticket, by=agnes)
    newest = ticket.events.latest("pk").pk

    async def scenario():
        async with page(agnes) as hers:
            assert hers.hello["event"] == newest
            assert (await hear(hers, "tick"))["event"] == newest

    async_to_sync(scenario)()


def test_who_is_there_is_noted_again_after_the_database_was_away(agnes, monkeypatch, caplog):
    monkeypatch.setattr(hub, "EVERY_SECONDS", 0.05)

    async def scenario():
        async with page(agnes), asyncio.timeout(10):
            async with without("inbox_attendance"):
                await logged(caplog, "_note_present")
            while not await Attendance.objects.filter(user=agnes).aexists():
                await asyncio.sleep(0.05)

    async_to_sync(scenario)()


def test_pages_are_told_the_newest_event_again_after_the_database_was_away(agnes, monkeypatch, caplog):
    monkeypatch.setattr(hub, "TICK_SECONDS", 0.1)

    async def scenario():
        async with page(agnes) as hers:
            async with without("inbox_event"):
                await logged(caplog, "_tick")
            assert (await hear(hers, "tick"))["event"] == hers.hello["event"]

    async_to_sync(scenario)()


def test_pages_are_told_to_look_again_when_valkey_comes_back(channel, agnes, settings):
    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(embedded.restart_valkey)(settings.DATA_DIR)
            assert (await hear(hers, "resync", timeout=15))["type"] == "resync"

    async_to_sync(scenario)()


def test_a_large_batch_is_told_as_one_request_to_look_again(channel, agnes):
    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(receive_messages)(channel, [make_incoming() for _ in range(60)])
            assert (await hear(hers, "resync"))["type"] == "resync"
            assert await hers.receive_nothing(0.3)

    async_to_sync(scenario)()


def test_many_that_write_at_once_are_heard_one_by_one_in_order(channel, agnes):
    def all_write():
        for number in range(40):
            receive_messages(channel, [make_incoming(f"Message {number}", author=f"author{number}")])

    async def scenario():
        async with page(agnes) as hers:
            await sync_to_async(all_write)()
            frames = [await hear(hers, "event") for _ in range(80)]
            rows = [frame["row"] for frame in frames if frame["kind"] == "message.received"]
            assert all(f"Message {number}<" in row for number, row in enumerate(rows))

    async_to_sync(scenario)()


def test_ten_events_are_rendered_in_as_many_queries_as_one(channel):
    receive_messages(channel, [make_incoming(author=f"author{number}") for number in range(10)])
    events = list(Event.objects.filter(kind="message.received").values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as for_one:
        live.words_of(events[:1], "en")
    with CaptureQueriesContext(connection) as for_ten:
        assert len(live.words_of(events, "de")) == 10

    assert len(for_ten) == len(for_one)


def test_a_row_changes_with_its_ticket_and_speaks_each_persons_language(channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    before, _ = live.words_of(ticket.events.values_list("pk", flat=True), "de")
    assign_ticket(ticket, agnes, by=agnes)
    *_, after = live.words_of(ticket.events.values_list("pk", flat=True), "en")

    assert agnes.name not in before.row
    assert f"assigned to {agnes.name}" in after.row
    assert "Where is my train?" in before.row
    assert "Where is my train?" in after.row
