"""Where agents see deadlines: in rows and heads, in a view of their own, in its count, in search, in the thread."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from inbox.actions.tickets import resolve_ticket
from inbox.models import Event, Ticket, TicketClock
from inbox.models.tickets import DueStage
from inbox.queries.lists import counts_of, page_of, tickets_in
from inbox.queries.search import search
from tests import cast

MINUTE = timedelta(minutes=1)


def make_due(channel, *, minutes, stage, metric="first_reply"):
    """Have a ticket whose deadline is in so many minutes."""
    ticket = cast.make_ticket(channel)
    now = timezone.now()
    fields = {"due_at": now + minutes * MINUTE, "due_from": now - 60 * MINUTE, "due_metric": metric}
    Ticket.objects.filter(pk=ticket.pk).update(due_stage=stage, **fields)
    ticket.refresh_from_db()
    return ticket


def found(text, user):
    return {row.number for row in search(text, user).rows}


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def test_breaching_soon_holds_what_is_near_or_over_with_the_next_deadline_first(channel, agnes):
    soon = make_due(channel, minutes=5, stage=DueStage.SOON)
    over = make_due(channel, minutes=-5, stage=DueStage.OVER)
    make_due(channel, minutes=90, stage=DueStage.NOT_SOON)
    cast.make_ticket(channel)

    assert [row.number for row in page_of("due", agnes).rows] == [over.number, soon.number]
    assert counts_of(agnes)["due"] == "2"


def test_a_resolved_ticket_leaves_breaching_soon_at_once(channel, agnes):
    ticket = make_due(channel, minutes=5, stage=DueStage.SOON)

    resolve_ticket(ticket, by=agnes)

    assert counts_of(agnes)["due"] == "0"
    moved = Event.objects.get(kind="ticket.resolved").facts
    assert (moved["was"]["due"], moved["now"]["due"]) == (1, 1)


def test_breaching_soon_is_turned_page_by_page(channel, agnes):
    numbers = [make_due(channel, minutes=9 - n, stage=DueStage.SOON).number for n in range(5)]
    Ticket.objects.filter(number__in=numbers[:2]).update(due_at=timezone.now())

    seen, after = [], ""
    for _ in range(3):
        page = page_of("due", agnes, after=after, rows=2)
        seen += [row.number for row in page.rows]
        after = page.next

    assert seen == [*numbers[:2], *reversed(numbers[2:])]
    assert after == ""


def test_others_deadlines_are_not_there(channel, agnes, oscar):
    make_due(channel, minutes=5, stage=DueStage.SOON)

    assert page_of("due", oscar).rows == ()


def test_the_row_and_the_head_say_what_is_due_and_when(agent, channel):
    ticket = make_due(channel, minutes=30, stage=DueStage.SOON)

    page = agent.get(f"/inbox/due/{ticket.number}/").content.decode()

    moment = timezone.localtime(ticket.due_at).isoformat()
    assert page.count("due--1") == 2
    assert page.count(f'<time datetime="{moment}" data-until') == 2
    assert f'data-due="1" data-due-at="{int(ticket.due_at.timestamp() * 1000)}"' in page
    assert "First reply:" in page


def test_a_resolved_ticket_shows_no_deadline_in_its_head(agent, channel, agnes):
    ticket = make_due(channel, minutes=30, stage=DueStage.SOON)
    resolve_ticket(ticket, by=agnes)

    assert "due__name" not in agent.get(f"/tickets/{ticket.number}/thread/").content.decode()


def test_search_finds_what_is_due_and_what_is_overdue(channel, agnes):
    soon = make_due(channel, minutes=5, stage=DueStage.SOON)
    over = make_due(channel, minutes=-5, stage=DueStage.OVER)
    make_due(channel, minutes=90, stage=DueStage.NOT_SOON)

    assert found("is:due", agnes) == {soon.number, over.number}
    assert found("is:overdue", agnes) == {over.number}


def test_the_thread_says_when_a_deadline_was_missed(agent, channel, northline):
    ticket = make_due(channel, minutes=-5, stage=DueStage.OVER)
    Event.objects.create(organization=northline, ticket=ticket, kind="target.breached", facts={"metric": "first_reply"})

    assert "First reply overdue" in agent.get(f"/tickets/{ticket.number}/thread/").content.decode()


def test_the_view_and_the_sweep_look_at_what_is_due_alone_and_in_its_order(channel, agnes):
    make_due(channel, minutes=5, stage=DueStage.SOON)
    sweep = TicketClock.objects.filter(next_at__lte=timezone.now()).order_by("next_at")[:50]
    view = tickets_in("due", agnes).filter(organization=agnes.organization).order_by("due_at", "pk")[:60]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "Index Scan using clock_next" in sweep.explain()
        assert "Index Scan using ticket_due_soon" in view.explain()
        assert "Sort" not in sweep.explain() + view.explain()


def test_ten_deadlines_take_as_many_queries_as_one(agent, channel, django_assert_num_queries):
    make_due(channel, minutes=5, stage=DueStage.SOON)
    agent.get("/inbox/due/list/")
    with django_assert_num_queries(3):
        agent.get("/inbox/due/list/")
    for number in range(9):
        make_due(channel, minutes=number, stage=DueStage.SOON)

    with django_assert_num_queries(3):
        agent.get("/inbox/due/list/")
