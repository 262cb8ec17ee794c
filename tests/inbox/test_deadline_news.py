"""Deadlines that are near or have passed are told: to whoever has the ticket, or to those who lead its team."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from inbox.actions import deadlines
from inbox.actions import tickets as actions
from inbox.actions.notification_mail import mail_notifications
from inbox.models import Notification
from tests import cast
from tests.inbox.test_keeping_deadlines import kept, later, make_policy, reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def promised(northline):
    """A first reply within an hour, warned of ten minutes before."""
    deadlines.keep_deadlines()
    make_policy(northline, ("first_reply", 60))


def told():
    """Return who was told what, in order."""
    rows = Notification.objects.order_by("pk").select_related("user")
    return [(row.user.name, row.reason, row.metric) for row in rows]


def test_whoever_has_the_ticket_is_told_once_of_each_stage(channel, agnes, lena):
    ticket = kept(cast.make_ticket(channel))
    actions.assign_ticket(ticket, agnes, by=agnes)

    for minutes in (45, 51, 52, 61, 62):
        later(ticket, minutes=minutes)

    assert told() == [("Agnes Berg", "due_soon", "first_reply"), ("Agnes Berg", "overdue", "first_reply")]


def test_where_nobody_has_it_those_who_lead_the_team_are_told(channel, northline, agnes, lena, max_):
    other = cast.make_team(northline, "Hotel care")
    cast.make_person("Luis Hotel", northline, Role.LEAD, teams=(other,))
    gone = cast.make_person("Gone Lead", northline, Role.LEAD, teams=(channel.team,))
    User.objects.filter(pk=gone.pk).update(is_active=False)

    later(kept(cast.make_ticket(channel)), minutes=51)

    assert told() == [("Lena Brandt", "due_soon", "first_reply")]


def test_two_deadlines_of_a_ticket_are_told_beside_each_other(channel, northline, agnes, lena):
    make_policy(northline, ("first_reply", 60), ("resolution", 60), name="Both", position=1)

    later(kept(cast.make_ticket(channel)), minutes=51)

    assert sorted(metric for _name, _reason, metric in told()) == ["first_reply", "resolution"]


def test_what_is_answered_by_then_is_not_told(channel, agnes, lena):
    ticket = kept(cast.make_ticket(channel))
    reply(ticket, agnes)

    later(ticket, minutes=70)

    assert told() == []


def test_what_should_have_been_said_long_ago_is_no_news(channel, lena):
    later(kept(cast.make_ticket(channel)), hours=3)

    assert told() == []


def test_telling_costs_the_same_for_ten_tickets_as_for_one(channel, northline, agnes, lena):
    def cost(number):
        tickets = [kept(cast.make_ticket(channel)) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            deadlines.keep_some(now=timezone.now() + timedelta(minutes=51))
        assert Notification.objects.filter(ticket__in=tickets).count() == number
        return len(queries)

    assert cost(1) == cost(10)


def test_the_bell_and_a_letter_say_which_deadline(client, channel, lena):
    ticket = later(kept(cast.make_ticket(channel)), minutes=51)
    client.force_login(lena)
    page = client.get("/notifications/").content.decode()
    assert "A deadline is near: First reply" in page
    assert "A program" not in page

    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    mail_notifications()

    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([lena.email], f"A deadline is near: First reply: Priya #{ticket.number}")
    assert "A deadline is near: First reply" in letter.body
