"""The list of a saved view: newest first along its members, each of whom still has to fulfil the conditions."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.saved_views import NewView, create_view
from inbox.actions.tickets import assign_ticket, resolve_ticket
from inbox.actions.view_members import keep_views
from inbox.models import ViewMember
from tests.cast import make_ticket

# The log is read up to what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(client, agnes):
    """The test client with Agnes signed in."""
    client.force_login(agnes)
    return client


@pytest.fixture
def tickets(channel):
    """Five open tickets, the newest first."""
    keep_views()
    now = timezone.now()
    return [make_ticket(channel, sent_at=now - timedelta(minutes=number)) for number in range(5)]


@pytest.fixture
def view(tickets, agnes):
    """Agnes's view of what is open, with its members."""
    made = create_view(NewView("All of it", "is:open", owner=agnes), by=agnes)
    keep_views()
    return made


def read(client, view, rows, after=""):
    """Return the numbers of one page of the list, and where the next begins."""
    page = client.get(f"/inbox/{view.key}/list/?rows={rows}{after and f'&after={after}'}").content.decode()
    following = re.search(r"/list/\?after=([^\"&]*)", page)
    return [int(number) for number in re.findall(r'id="ticket-(\d+)"', page)], following[1] if following else ""


def test_a_message_brings_its_ticket_to_the_top_of_the_view(agent, view, tickets, channel):
    last = tickets[-1]
    assert read(agent, view, 2)[0] == [1, 2]
    before = ViewMember.objects.get(ticket=last)

    make_ticket(channel, "And now?", thread=last.thread_key)
    assert read(agent, view, 5)[0] == [5, 1, 2, 3, 4], "on the page that it was on it is the first at once"
    keep_views()

    assert read(agent, view, 2)[0] == [5, 1]
    last.refresh_from_db()
    after = ViewMember.objects.get(ticket=last)
    assert before.last_message_at < after.last_message_at == last.last_message_at


def test_who_left_is_not_listed_even_before_the_log_was_read_and_the_pages_after_are_whole(agent, view, tickets, agnes):
    for ticket in tickets[:2]:
        resolve_ticket(ticket, by=agnes)
    assert ViewMember.objects.filter(view=view).count() == 5

    first, after = read(agent, view, 2)
    assert (first, bool(after)) == ([], True)
    second, after = read(agent, view, 2, after)
    third, end = read(agent, view, 2, after)
    assert (second, third, end) == ([3, 4], [5], "")

    keep_views()
    assert read(agent, view, 2)[0] == [3, 4]


def test_pages_go_on_where_the_last_ended_though_a_message_came_meanwhile(agent, view, tickets, channel):
    first, after = read(agent, view, 2)
    make_ticket(channel, "And now?", thread=tickets[1].thread_key)
    assert (first, read(agent, view, 2, after)[0]) == ([1, 2], [3, 4])
    keep_views()
    assert read(agent, view, 2, after)[0] == [3, 4]


def test_views_of_one_s_own_tickets_and_of_all_others_hold_what_they_say(agent, tickets, agnes):
    others, own = (
        create_view(NewView("Whose", query, owner=agnes), by=agnes) for query in ("is:open -is:mine", "is:open is:mine")
    )
    assign_ticket(tickets[1], agnes, by=agnes)
    unread = [read(agent, view, 5)[0] for view in (others, own)]
    keep_views()
    assert unread == [read(agent, view, 5)[0] for view in (others, own)] == [[1, 3, 4, 5], [2]]
    assert read(agent, others, 2)[0] == [1, 3], "her own take no place on a page"


def test_a_page_of_a_view_is_read_off_its_members_in_their_order(agent, view, tickets):
    _first, after = read(agent, view, 2)
    with CaptureQueriesContext(connection) as queries:
        read(agent, view, 2, after)
    (asked,) = [
        query["sql"] for query in queries if 'FROM "inbox_ticket" INNER JOIN "inbox_viewmember"' in query["sql"]
    ]

    with transaction.atomic(), connection.cursor() as cursor:
        # What a table of a million makes too dear.
        for way in ("seqscan", "bitmapscan", "sort", "hashjoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(row for (row,) in cursor.fetchall())

    assert re.search(r"Index (Only )?Scan using view_latest", plan)
    assert "Sort" not in plan
