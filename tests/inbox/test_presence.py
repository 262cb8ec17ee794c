"""Who is at which ticket: pages know at once, and nobody learns of tickets that they may not see."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync

from inbox import hub
from inbox.presence import SILENT_SECONDS, Board, Doing, Place, Visit, packed, unpacked
from tests.cast import make_channel, make_team, make_ticket
from tests.inbox.test_hub import hear, page, watch


def visit(user=1, ticket=1, doing=Doing.VIEWING, since=0.0):
    return Visit(Place(1, 1, (), ticket, ticket), user, f"Person {user}", doing, since)


def numbers(places):
    return {place.number for place in places}


def test_a_person_on_two_pages_is_there_once_and_does_the_most_they_do():
    board = Board()
    assert numbers(board.hear("a", [visit(doing=Doing.IDLE, since=1), visit(2, since=3)])) == {1}
    assert numbers(board.hear("b", [visit(doing=Doing.COMPOSING, since=2)])) == {1}
    assert [(one.user, one.doing) for one in board.visits(1)] == [(1, "composing"), (2, "viewing")]
    assert numbers(board.hear("b", [])) == {1}
    assert [(one.user, one.doing) for one in board.visits(1)] == [(1, "idle"), (2, "viewing")]


def test_only_what_changed_is_named():
    board = Board()
    board.hear("a", [visit(ticket=1), visit(ticket=2)])
    assert board.hear("a", [visit(ticket=2), visit(ticket=1)]) == []
    assert numbers(board.hear("a", [visit(ticket=2), visit(ticket=3)])) == {1, 3}
    assert numbers(board.places()) == {2, 3}


def test_what_a_dead_process_said_is_forgotten():
    now = 0.0
    board = Board(lambda: now)
    board.hear("a", [visit()])
    board.hear("b", [visit(2)])
    now = SILENT_SECONDS - 1
    board.hear("b", [visit(2)])
    assert board.forget_silent() == []
    now = SILENT_SECONDS + 1
    assert numbers(board.forget_silent()) == {1}
    assert [one.user for one in board.visits(1)] == [2]


def test_visits_travel_whole():
    visits = [visit(), visit(2, doing=Doing.COMPOSING, since=12.5)]
    assert unpacked(json.loads(json.dumps(packed(visits)))) == visits


async def present(communicator, *expected):
    """Wait until this page was told that these people are at a ticket, as (number, name, doing)."""
    known = {}
    async with asyncio.timeout(5):
        while True:
            told = (await hear(communicator, "presence"))["tickets"]
            known |= {int(number): [(one["name"], one["doing"]) for one in people] for number, people in told.items()}
            shown = {(number, *one) for number, people in known.items() for one in people}
            if shown == set(expected):
                return


async def does(communicator, doing):
    await communicator.send_to(json.dumps({"doing": doing}))


@pytest.mark.django_db(transaction=True)
def test_colleagues_see_who_looks_who_writes_and_who_has_gone(channel, agnes, jonas):
    ticket = make_ticket(channel)

    async def scenario():
        async with page(jonas) as his:
            async with page(agnes) as hers:
                await watch(hers, ticket)
                await present(his, (ticket.number, "Agnes Berg", "viewing"))
                await does(hers, "composing")
                await present(his, (ticket.number, "Agnes Berg", "composing"))
                await watch(his, ticket)
                await present(
                    hers, (ticket.number, "Agnes Berg", "composing"), (ticket.number, "Jonas Okafor", "viewing")
                )
                await does(hers, "idle")
                await present(his, (ticket.number, "Agnes Berg", "idle"), (ticket.number, "Jonas Okafor", "viewing"))
            await present(his, (ticket.number, "Jonas Okafor", "viewing"))
            await his.send_to(json.dumps({"unwatch": 0}))
            await present(his)

    async_to_sync(scenario)()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_opens_later_is_told_who_is_where(channel, agnes, jonas):
    ticket = make_ticket(channel)

    async def scenario():
        async with page(agnes) as hers:
            await watch(hers, ticket)
            await present(hers, (ticket.number, "Agnes Berg", "viewing"))
            async with page(jonas) as his:
                await present(his, (ticket.number, "Agnes Berg", "viewing"))

    async_to_sync(scenario)()


@pytest.mark.django_db(transaction=True)
def test_other_teams_and_organizations_are_told_of_nobody(channel, rail, northline, agnes, jonas, oscar, max_):
    hotel = make_ticket(make_channel(rail, make_team(northline, "Hotel care")))

    async def scenario():
        async with page(max_) as managers, page(agnes) as hers, page(oscar) as strangers:
            await watch(managers, hotel)
            await present(managers, (hotel.number, "Max Winter", "viewing"))
            assert await strangers.receive_nothing(0.5)
            assert await hers.receive_nothing(0.1)

    async_to_sync(scenario)()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("said", ["dancing", 7, None, ["viewing"], {"a": 1}])
def test_what_is_no_doing_is_answered_with_what_is_allowed(channel, agnes, said):
    async def scenario():
        async with page(agnes) as hers:
            await hers.send_to(json.dumps({"doing": said}))
            assert (await hear(hers, "error"))["allowed"] == ["watch", "unwatch", "doing"]
            assert hub.current_hub().sockets

    async_to_sync(scenario)()
