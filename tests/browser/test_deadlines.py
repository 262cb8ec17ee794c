"""Deadlines while one looks: rings that empty, a view that fills and empties itself, counts that are right."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.deadlines import keep_deadlines, keep_some
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import set_priority
from inbox.models import Priority, SlaPolicy, SlaTarget, Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


@pytest.fixture
def tickets(northline, channel):
    """Two tickets under a policy that wants a first reply within an hour."""
    keep_deadlines()
    policy = SlaPolicy.objects.create(organization=northline, name="Standard")
    SlaTarget.objects.create(policy=policy, metric="first_reply", minutes=60, warning=15)
    made = [make_ticket(channel, f"Question {number}") for number in range(2)]
    keep_deadlines()
    return made


def pass_time(**span):
    while keep_some(now=timezone.now() + timedelta(**span)):
        pass


def test_tickets_come_to_breaching_soon_by_themselves_and_leave_with_the_reply(site, tickets, agnes):
    first, second = tickets
    page = site.open(agnes, "/inbox/due/")
    count = page.locator('.rail__item[data-view="due"] .rail__count')
    expect(count).to_have_text("0")

    pass_time(minutes=50)

    expect(count).to_have_text("2")
    expect(page.locator(f"#ticket-{first.number} .due--1")).to_be_visible()
    send_reply(first, NewReply("It is on its way.", "", seen=10**9), by=agnes)
    pass_time(minutes=50)

    expect(count).to_have_text("1")
    expect(page.locator(f"#ticket-{first.number}")).to_have_count(0)
    expect(page.locator(f"#ticket-{second.number}")).to_be_visible()


def test_the_next_deadline_stands_first_whatever_comes_later(site, northline, tickets, agnes):
    first, second = tickets
    SlaTarget.objects.create(
        policy=SlaPolicy.objects.get(), metric="first_reply", priority=Priority.URGENT, minutes=55, warning=4
    )
    set_priority(second, Priority.URGENT, by=agnes)
    page = site.open(agnes, "/inbox/due/")
    rows = page.locator("#ticket-list .ticket-row")

    pass_time(minutes=50)
    expect(rows).to_have_count(1)
    pass_time(minutes=52)

    expect(rows).to_have_count(2)
    assert [row.get_attribute("data-number") for row in rows.all()] == [str(second.number), str(first.number)]


def test_a_ring_empties_says_what_is_left_and_is_a_disc_once_it_is_over(site, tickets, agnes):
    ticket, now = tickets[0], timezone.now()
    half = {"due_from": now - timedelta(minutes=90), "due_at": now + timedelta(minutes=90, seconds=30)}
    Ticket.objects.filter(pk=ticket.pk).update(**half)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    row, head = page.locator(f"#ticket-{ticket.number} .due"), page.locator("#ticket-head .due")

    expect(row.locator("time")).to_have_text("1h")
    expect(head).to_contain_text("First reply: 1 h 30 m")
    assert 0.49 < float(row.evaluate("ring => ring.style.getPropertyValue('--left')")) < 0.51

    Ticket.objects.filter(pk=ticket.pk).update(due_at=now - timedelta(minutes=12))
    page.reload()

    expect(row.locator("time")).to_have_text("−12m")
    expect(row).to_have_class("due due--0 due--over")


@THEMES
def test_pages_with_deadlines_have_no_barriers(site, tickets, agnes, theme):
    pass_time(minutes=61)

    page = site.open(agnes, f"/inbox/due/{tickets[0].number}/", color_scheme=theme)

    expect(page.locator("#ticket-head .due--2")).to_be_visible()
    assert complaints(page) == ""
