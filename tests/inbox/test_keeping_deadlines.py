"""Deadlines of tickets: worked out from the log in the background, warned of, breached, and counted anew."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import signals
from accounts.models import WorkingHours
from inbox.actions import tickets as actions
from inbox.actions.deadlines import count_again, keep_deadlines, keep_some
from inbox.actions.deliveries import report_status
from inbox.actions.merges import merge_customers
from inbox.actions.merges import undo_merge as undo_customers_merge
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import merge_tickets, undo_merge
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rule_runs import run_rules
from inbox.actions.spam import mark_spam, unmark_spam
from inbox.actions.splits import split_ticket
from inbox.models import (
    Event,
    NamedStatus,
    Priority,
    Recount,
    Regrouping,
    SlaPolicy,
    SlaTarget,
    Status,
    Ticket,
    TicketClock,
)
from inbox.models.tickets import DueStage
from tests import cast
from tests.inbox.rules import made, worked

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def reading(northline):
    """Somebody reads the log from here on."""
    keep_deadlines()


def make_policy(organization, *targets, **fields):
    """Make a policy with targets (metric, minutes) or (metric, minutes, fields)."""
    policy = SlaPolicy.objects.create(organization=organization, **({"name": "Standard"} | fields))
    for metric, minutes, *more in targets:
        SlaTarget.objects.create(policy=policy, metric=metric, minutes=minutes, **({"warning": 10} | (more or [{}])[0]))
    return policy


def kept(ticket):
    keep_deadlines()
    ticket.refresh_from_db()
    return ticket


def later(ticket, **span):
    """Let the time pass for the sweep."""
    while keep_some(now=timezone.now() + timedelta(**span)):
        pass
    ticket.refresh_from_db()
    return ticket


def reply(ticket, by):
    return send_reply(ticket, NewReply("It is on its way.", "", seen=10**9, confirm_stale=True), by=by)


def told(ticket):
    events = Event.objects.filter(ticket=ticket, kind__startswith="target.").order_by("pk")
    return [(event.kind.removeprefix("target."), event.facts["metric"]) for event in events]


def test_a_ticket_gets_the_deadline_that_comes_first(channel, northline):
    make_policy(northline, ("first_reply", 60), ("resolution", 600))

    ticket = kept(cast.make_ticket(channel))

    created = Event.objects.get(kind="message.received").created_at
    assert (ticket.due_metric, ticket.due_at, ticket.due_from) == ("first_reply", created + HOUR, created)
    assert ticket.due_stage == DueStage.NOT_SOON
    assert told(ticket) == [("activated", "first_reply"), ("activated", "resolution")]


def test_a_reply_fulfils_a_target_and_the_next_deadline_follows(channel, northline, agnes):
    make_policy(northline, ("first_reply", 60), ("next_reply", 30), ("resolution", 600))
    ticket = kept(cast.make_ticket(channel, thread="t"))

    reply(ticket, agnes)
    assert kept(ticket).due_metric == "resolution"

    receive_messages(channel, [cast.make_incoming("And now?", thread="t")])
    assert kept(ticket).due_metric == "next_reply"
    assert told(ticket)[2:] == [("fulfilled", "first_reply"), ("activated", "next_reply")]


def test_a_reply_that_fails_brings_its_deadline_back(channel, northline, agnes):
    make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel))
    due_at = ticket.due_at
    message = reply(ticket, agnes)
    assert kept(ticket).due_at is None

    report_status(message.delivery, "failed")

    assert kept(ticket).due_at == due_at


def test_resolving_ends_every_target_and_reopening_goes_on(channel, northline, agnes):
    make_policy(northline, ("resolution", 600))
    ticket = kept(cast.make_ticket(channel))
    actions.resolve_ticket(ticket, by=agnes)
    assert kept(ticket).due_at is None

    actions.reopen_ticket(ticket, by=agnes)

    assert kept(ticket).due_metric == "resolution"
    assert [kind for kind, _metric in told(ticket)] == ["activated", "fulfilled", "activated"]


def test_snoozing_pauses_what_can_be_paused(channel, northline, agnes):
    make_policy(northline, ("agent_work", 60))
    ticket = kept(cast.make_ticket(channel))

    actions.snooze_ticket(ticket, timezone.now() + HOUR, by=agnes)

    assert kept(ticket).due_at is None
    assert told(ticket)[-1] == ("paused", "agent_work")


def test_waiting_under_a_name_pauses_it_too_until_the_customer_writes(channel, northline, agnes):
    make_policy(northline, ("agent_work", 60))
    ticket = kept(cast.make_ticket(channel, thread="train"))
    named = NamedStatus.objects.create(organization=northline, name="With the supplier", category=Status.SNOOZED)
    other = NamedStatus.objects.create(organization=northline, name="With the customer", category=Status.SNOOZED)

    for status in (named, other):
        actions.set_status(ticket, Status.SNOOZED, named=status, by=agnes)
        assert kept(ticket).due_at is None

    cast.make_ticket(channel, "Hello?", thread="train")
    assert kept(ticket).due_at is not None


def test_a_deadline_is_warned_of_then_breached_and_each_is_said_once(channel, northline):
    make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel))

    assert later(ticket, minutes=45).due_stage == DueStage.NOT_SOON
    assert later(ticket, minutes=51).due_stage == DueStage.SOON
    assert later(ticket, minutes=52).due_stage == DueStage.SOON
    assert later(ticket, minutes=61).due_stage == DueStage.OVER
    assert later(ticket, minutes=62).due_stage == DueStage.OVER

    assert told(ticket)[1:] == [("warned", "first_reply"), ("breached", "first_reply")]
    warned = Event.objects.get(kind="target.warned")
    assert (warned.facts["was"]["due"], warned.facts["now"]["due"]) == (0, 1)


def test_nothing_is_stored_of_tickets_that_nothing_is_ever_due_of(channel):
    ticket = kept(cast.make_ticket(channel))

    assert ticket.due_at is None
    assert not TicketClock.objects.exists()


def test_the_reply_window_of_a_network_is_a_deadline_without_any_policy(rail, care):
    whatsapp = cast.make_channel(rail, care, network="whatsapp")
    message = cast.make_incoming(visibility="direct")
    receive_messages(whatsapp, [message])

    ticket = kept(Ticket.objects.get())

    assert (ticket.due_metric, ticket.due_at) == ("window", message.sent_at + 24 * HOUR)
    assert later(ticket, hours=20, minutes=1).due_stage == DueStage.SOON


def test_the_window_and_the_targets_share_one_deadline_the_nearer(rail, care, northline):
    make_policy(northline, ("resolution", 48 * 60))
    whatsapp = cast.make_channel(rail, care, network="whatsapp")

    assert kept(cast.make_ticket(whatsapp, visibility="direct")).due_metric == "window"


def test_the_first_policy_that_fits_holds(channel, rail, care, northline):
    other = cast.make_brand(northline, "Lumen Home")
    make_policy(northline, ("first_reply", 15), name="Lumen", position=1).brands.add(other)
    make_policy(northline, ("first_reply", 20), name="Off", position=2, active=False)
    make_policy(northline, ("first_reply", 30), name="Bluesky", position=3, networks=["bluesky"])
    make_policy(northline, ("first_reply", 60), name="Everything", position=4)

    on_bluesky = kept(cast.make_ticket(channel))
    by_mail = kept(cast.make_ticket(cast.make_channel(rail, care, network="email")))
    of_lumen = kept(cast.make_ticket(cast.make_channel(other, care)))

    assert [(t.due_at - t.due_from) / MINUTE for t in (on_bluesky, by_mail, of_lumen)] == [30, 60, 15]


def test_a_ticket_that_a_rule_gives_to_another_team_goes_by_that_team_s_policy(channel, northline, agnes, max_):
    run_rules()
    elsewhere = cast.make_team(northline, "Elsewhere")
    make_policy(northline, ("first_reply", 15), name="Elsewhere", position=1).teams.set([elsewhere])
    make_policy(northline, ("resolution", 600))
    made(max_, "labelled", {"do": "team", "team": elsewhere.pk})
    ticket = kept(cast.make_ticket(channel))
    assert ticket.due_metric == "resolution"

    actions.set_labels(ticket, ["elsewhere"], by=agnes)
    worked()

    assert kept(ticket).due_metric == "first_reply"


def test_a_customer_merged_and_taken_apart_goes_by_the_policy_for_the_audience_of_then(channel, northline, agnes):
    make_policy(northline, ("first_reply", 15), name="Gold", position=1, audience="gold")
    make_policy(northline, ("resolution", 600))
    plain = kept(cast.make_ticket(channel))
    gold = cast.make_ticket(channel, author="ada")
    type(gold.contact).objects.filter(pk=gold.contact_id).update(audience="gold")
    assert plain.due_metric == "resolution"

    merge = merge_customers(gold.contact, plain.contact, "", by=agnes)
    assert kept(plain).due_metric == "first_reply"

    undo_customers_merge(merge, by=agnes)
    assert kept(plain).due_metric == "resolution"


def test_a_policy_for_an_audience_fits_its_customers(channel, northline):
    make_policy(northline, ("first_reply", 15), name="Gold", position=1, audience="Gold")
    author = {"external_id": "ada", "audience": "gold"}
    message = cast.make_incoming()
    golden = type(message)(
        external_id="g", thread_key="g", author=type(message.author)(**author), sent_at=message.sent_at, text="Hi"
    )
    receive_messages(channel, [message, golden])

    keep_deadlines()

    assert [ticket.identity.external_id for ticket in Ticket.objects.filter(due_metric="first_reply")] == ["ada"]


def test_a_new_priority_brings_its_own_target_counted_from_the_beginning(channel, northline, agnes):
    make_policy(northline, ("first_reply", 60), ("first_reply", 15, {"priority": Priority.URGENT}))
    ticket = kept(cast.make_ticket(channel))

    actions.set_priority(ticket, Priority.URGENT, by=agnes)

    ticket = kept(ticket)
    assert ticket.due_at - ticket.due_from == 15 * MINUTE


def test_an_edited_policy_holds_for_running_targets_too(channel, northline):
    policy = make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel))

    policy.targets.update(minutes=90)
    count_again(northline.pk)

    ticket = kept(ticket)
    assert ticket.due_at - ticket.due_from == 90 * MINUTE


def test_a_policy_that_is_gone_takes_its_deadlines_along(channel, northline):
    policy = make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel))

    policy.delete()
    count_again(northline.pk)

    assert kept(ticket).due_at is None
    assert told(ticket)[-1] == ("cancelled", "first_reply")


def test_the_first_policy_holds_for_tickets_that_were_there_before(channel, northline, agnes):
    ticket = kept(cast.make_ticket(channel))
    done = kept(cast.make_ticket(channel))
    actions.resolve_ticket(done, by=agnes)

    make_policy(northline, ("first_reply", 60))
    count_again(northline.pk)

    assert kept(ticket).due_metric == "first_reply"
    assert kept(done).due_at is None


def test_one_look_counts_every_organization_anew(channel, northline, oscar):
    for organization in (oscar.organization, northline):
        make_policy(organization, ("first_reply", 60))
        count_again(organization.pk)
    brand, team = cast.make_brand(oscar.organization), cast.make_team(oscar.organization)
    tickets = [cast.make_ticket(channel), cast.make_ticket(cast.make_channel(brand, team))]

    keep_deadlines()

    assert not Recount.objects.exists()
    assert [kept(ticket).due_metric for ticket in tickets] == ["first_reply", "first_reply"]


def test_new_hours_of_a_team_move_its_deadlines(channel, northline, care):
    make_policy(northline, ("first_reply", 60, {"working": True}))
    ticket = kept(cast.make_ticket(channel))
    round_the_clock = ticket.due_at
    tomorrow = (timezone.now() + timedelta(days=1)).weekday()

    WorkingHours.objects.create(team=care, weekdays=[tomorrow], opens=time(9), closes=time(17))
    signals.hours_changed.send(None, organization_id=northline.pk)

    day = ticket.due_from.date() + timedelta(days=1)
    assert kept(ticket).due_at == datetime(day.year, day.month, day.day, 10, tzinfo=UTC) != round_the_clock


def test_a_group_of_tickets_takes_as_many_statements_as_one(channel, northline):
    make_policy(northline, ("first_reply", 60))
    taken = []
    for number in (1, 10):
        for _ in range(number):
            cast.make_ticket(channel)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            keep_some()
        keep_deadlines()
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_what_happened_while_nobody_looked_counts_from_when_it_happened(channel, northline, agnes):
    make_policy(northline, ("first_reply", 60), ("next_reply", 30))
    ticket = cast.make_ticket(channel, thread="t")
    reply(ticket, agnes)
    receive_messages(channel, [cast.make_incoming("And now?", thread="t")])

    assert kept(ticket).due_metric == "next_reply"
    assert ticket.due_from == Event.objects.filter(kind="message.received").latest("pk").created_at
    assert told(ticket) == [("activated", "first_reply"), ("fulfilled", "first_reply"), ("activated", "next_reply")]


def test_a_deadline_that_ran_in_a_merged_ticket_runs_on_in_the_other_and_goes_back_with_it(channel, northline, lena):
    make_policy(northline, ("first_reply", 60))
    earlier = kept(cast.make_ticket(channel))
    ticket = kept(cast.make_ticket(channel))
    due_at, own = earlier.due_at, ticket.due_at

    merge_tickets(earlier, ticket, by=lena)

    assert kept(ticket).due_at == due_at < own
    assert kept(earlier).due_at is None

    undo_merge(Regrouping.objects.get(), by=lena)

    assert (kept(ticket).due_at, kept(earlier).due_at) == (own, due_at)


def test_what_came_while_a_ticket_was_spam_is_due_once_it_is_none(channel, northline, lena):
    make_policy(northline, ("next_reply", 60))
    ticket = cast.make_ticket(channel, thread="t")
    send_reply(ticket, NewReply("On time.", "", seen=10**9), by=lena)
    actions.resolve_ticket(ticket, by=lena)
    mark_spam(ticket, by=lena)
    receive_messages(channel, [cast.make_incoming("It never came", thread="t")])
    assert kept(ticket).due_at is None

    unmark_spam(ticket, by=lena)

    assert kept(ticket).due_metric == "next_reply"


def test_what_is_split_off_is_due_since_it_was_asked_and_what_stays_as_before(channel, northline, lena):
    make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel, thread="t"))
    due_at = ticket.due_at
    receive_messages(channel, [cast.make_incoming("And my refund?", thread="t")])

    new = split_ticket(kept(ticket), [ticket.messages.latest("pk").pk], by=lena)
    send_reply(ticket, NewReply("At nine.", "", seen=10**9), by=lena)

    assert (kept(new).due_metric, kept(ticket).due_at) == ("first_reply", None)
    assert abs(new.due_at - due_at) < timedelta(seconds=5)


def test_spam_has_no_deadlines_until_it_is_none(channel, northline, lena):
    make_policy(northline, ("first_reply", 60))
    ticket = kept(cast.make_ticket(channel))
    due_at = ticket.due_at

    mark_spam(ticket, by=lena)
    assert kept(ticket).due_at is None
    assert told(ticket)[-1] == ("cancelled", "first_reply")
    assert ticket.events.get(kind="target.cancelled").facts["now"]["spam"] is True

    unmark_spam(ticket, by=lena)
    assert kept(ticket).due_at == due_at
