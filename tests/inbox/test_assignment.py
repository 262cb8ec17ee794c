"""Waiting tickets find somebody by themselves: in turn or balanced, within capacity, by skill, the oldest first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import WorkingHours
from accounts.permissions import Role
from inbox import tasks
from inbox.actions.assignment import assign_some
from inbox.actions.attendance import note_present
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels, set_priority, snooze_ticket
from inbox.models import AssignmentPolicy, Attendance, Capacity, Event, Notification, Skill, Ticket
from tests import cast


def share(team, method="balanced", **fields):
    """Have the team share out by this method."""
    return AssignmentPolicy.objects.create(organization=team.organization, team=team, method=method, **fields)


def come(*people):
    """Have these people open a page."""
    note_present([person.pk for person in people])


def wait(channel, minutes=5, **fields):
    """Have a customer write so many minutes ago."""
    ticket = cast.make_ticket(channel)
    fields |= {"waiting_since": timezone.now() - timedelta(minutes=minutes)}
    Ticket.objects.filter(pk=ticket.pk).update(**fields)
    return ticket


def holders(*tickets):
    """Return the first name of whoever has each of the tickets; "" for nobody."""
    names = dict(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values_list("pk", "assignee__name"))
    return [(names[ticket.pk] or "").split(" ")[0] for ticket in tickets]


def know(name, *people, **conditions):
    skill = Skill.objects.create(organization=people[0].organization, name=name, **conditions)
    skill.people.set(people)
    return skill


def test_a_team_that_shares_by_hand_gives_nothing_away(care, channel, agnes):
    come(agnes)
    ticket = wait(channel)

    tasks.assign_waiting()
    share(care, "manual")
    tasks.assign_waiting()

    assert holders(ticket) == [""]


def test_round_robin_gives_to_each_in_turn_and_goes_on_where_it_stopped(care, channel, agnes, jonas, lena):
    share(care, "round_robin")
    come(agnes, jonas, lena)
    first = [wait(channel) for _ in range(4)]

    tasks.assign_waiting()
    later = [wait(channel) for _ in range(3)]
    tasks.assign_waiting()

    assert holders(*first, *later) == ["Agnes", "Jonas", "Lena", "Agnes", "Jonas", "Lena", "Agnes"]


def test_balanced_gives_to_whoever_is_least_full_for_their_capacity(care, channel, agnes, jonas):
    policy = share(care, capacity=4)
    Capacity.objects.create(policy=policy, user=jonas, tickets=2)
    come(agnes, jonas)
    assign_ticket(wait(channel), agnes, by=jonas)

    tickets = [wait(channel, minutes=10 - number) for number in range(5)]
    tasks.assign_waiting()

    assert holders(*tickets) == ["Jonas", "Agnes", "Jonas", "Agnes", "Agnes"]


def test_who_answers_in_private_only_is_given_private_conversations_alone(care, channel, northline, agnes):
    share(care, "round_robin")
    carla = cast.make_person("Carla Web", northline, Role.WEB_CONSULTANT, teams=(care,))
    come(carla)
    public, private, comment = (
        wait(channel, 30),
        wait(channel, visibility="direct"),
        wait(channel, visibility="comment"),
    )

    tasks.assign_waiting()
    assert holders(public, private, comment) == ["", "Carla", ""]
    come(agnes)
    tasks.assign_waiting()

    assert holders(public, private, comment) == ["Agnes", "Carla", "Agnes"]


def test_nobody_is_given_more_than_they_hold_and_the_oldest_wait_shortest(care, channel, agnes):
    share(care, capacity=2)
    come(agnes)
    young, old, urgent = wait(channel, 5), wait(channel, 30), wait(channel, 2, priority=3)

    tasks.assign_waiting()

    assert holders(young, old, urgent) == ["", "Agnes", "Agnes"]


@pytest.mark.parametrize("free", ["resolve", "snooze", "give", "capacity"])
def test_the_queue_is_drained_when_somebody_has_room_again(care, channel, agnes, lena, free, nudges):
    policy = share(care, capacity=1)
    come(agnes)
    first, second, third = wait(channel, 30), wait(channel, 20), wait(channel, 10)
    tasks.assign_waiting()
    assert holders(first, second, third) == ["Agnes", "", ""]
    nudges.clear()

    if free == "resolve":
        resolve_ticket(first, by=agnes)
    elif free == "snooze":
        snooze_ticket(first, timezone.now() + timedelta(hours=1), by=agnes)
    elif free == "give":
        assign_ticket(first, lena, by=agnes)
    else:
        AssignmentPolicy.objects.filter(pk=policy.pk).update(capacity=2)
    assert ("inbox.assign_waiting" in nudges) == (free != "capacity")
    tasks.assign_waiting()

    assert holders(second, third) == ["Agnes", ""]


@pytest.fixture
def nudges(monkeypatch):
    """The names of the tasks that are nudged."""
    told = []
    monkeypatch.setattr("inbox.outbox.nudge", lambda task, **_: told.append(task))
    return told


def test_who_is_away_or_has_no_page_open_or_does_not_work_there_is_given_nothing(care, channel, agnes, jonas, lena):
    share(care)
    come(agnes, jonas)
    jonas.away_since = timezone.now()
    jonas.save()
    Attendance.objects.filter(user=agnes).update(seen_at=timezone.now() - timedelta(minutes=11))
    come(cast.make_person("Stranger", care.organization, Role.AGENT))
    come(cast.make_person("Amira", care.organization, Role.EXECUTIVE, teams=(care,)))
    ticket = wait(channel)

    tasks.assign_waiting()
    assert holders(ticket) == [""]
    come(agnes)
    tasks.assign_waiting()

    assert holders(ticket) == ["Agnes"]


def test_nothing_is_given_outside_the_teams_hours(care, channel, agnes):
    share(care)
    come(agnes)
    ticket = wait(channel)
    now = timezone.now()
    hours = WorkingHours.objects.create(team=care, weekdays=[(now.weekday() + 2) % 7], opens="09:00", closes="17:00")

    tasks.assign_waiting()
    assert holders(ticket) == [""]
    hours.delete()
    tasks.assign_waiting()

    assert holders(ticket) == ["Agnes"]


def test_a_ticket_goes_to_somebody_with_its_skills(care, channel, agnes, jonas, lena):
    share(care)
    come(agnes, jonas, lena)
    know("German", jonas, languages=["de", "nl"])
    billing = know("Billing", lena)
    billing.labels.add(care.organization.labels.create(name="refund"))
    german, english, refund = wait(channel, 9, language="de"), wait(channel, 8, language="en"), wait(channel, 7)
    set_labels(refund, ["refund"], by=agnes)

    tasks.assign_waiting()

    assert holders(german, english, refund) == ["Jonas", "Agnes", "Lena"]


def test_a_skill_needs_all_its_conditions_and_a_ticket_all_its_skills(care, channel, rail, agnes, jonas):
    share(care)
    come(agnes, jonas)
    vip = know("VIP", jonas, topics=["refunds"])
    vip.brands.add(rail)
    know("German", agnes, languages=["de"])
    know("Unused", jonas)
    fits, other = wait(channel, 9, topic="refunds"), wait(channel, 8, topic="delays")
    both = wait(channel, 7, topic="refunds", language="de")

    tasks.assign_waiting()

    assert holders(fits, other, both) == ["Jonas", "Agnes", ""]


def test_without_anybody_who_has_the_skill_a_ticket_goes_to_others_after_its_time(care, channel, agnes, jonas):
    share(care, skill_minutes=15, capacity=1)
    come(agnes)
    know("German", jonas, languages=["de"])
    ticket, other = wait(channel, 14, language="de"), wait(channel, 3)

    tasks.assign_waiting()
    assert holders(ticket, other) == ["", "Agnes"]
    resolve_ticket(other, by=agnes)
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=timezone.now() - timedelta(minutes=16))
    tasks.assign_waiting()

    assert holders(ticket) == ["Agnes"]


def test_a_ticket_whose_words_have_not_been_read_lies_until_they_are(care, channel, agnes):
    share(care)
    come(agnes)
    ticket = cast.make_ticket(channel)

    tasks.assign_waiting()
    assert holders(ticket) == [""]
    ticket.messages.update(enriched_at=timezone.now())
    tasks.assign_waiting()

    assert holders(ticket) == ["Agnes"]
    assert Event.objects.get(kind="ticket.assigned").facts["why"] == "balanced"


def test_the_log_says_why_and_the_person_is_told(client, care, channel, agnes):
    share(care, "round_robin")
    come(agnes)
    ticket = wait(channel, 12)

    tasks.assign_waiting()

    facts = Event.objects.get(kind="ticket.assigned", ticket=ticket).facts
    assert (facts["why"], facts["method"], facts["assignee"]) == ("drained", "round_robin", agnes.pk)
    assert facts["waited"] == pytest.approx(720, abs=5)
    assert (facts["was"]["assignee"], facts["now"]["assignee"]) == (None, agnes.pk)
    told = Notification.objects.get(user=agnes)
    assert (told.reason, told.actor, told.excerpt) == ("assigned", None, "Where is my train?")
    client.force_login(agnes)
    assert "You were given this ticket" in client.get("/notifications/").content.decode()
    assert "Assigned to Agnes Berg from the queue" in client.get(f"/inbox/mine/{ticket.number}/").content.decode()


def test_a_customer_waits_since_the_first_message_that_nobody_has_answered(care, channel, agnes):
    ticket = cast.make_ticket(channel, thread="t")
    since = timezone.now() - timedelta(hours=3)
    Ticket.objects.update(waiting_since=since)

    cast.make_ticket(channel, thread="t")
    ticket.refresh_from_db()
    assert ticket.waiting_since == since
    Ticket.objects.update(awaiting_reply=False)
    cast.make_ticket(channel, thread="t")

    ticket.refresh_from_db()
    assert timezone.now() - ticket.waiting_since < timedelta(minutes=1)


def test_what_awaits_no_reply_is_given_to_nobody(care, channel, agnes):
    share(care)
    come(agnes)
    ticket = wait(channel, awaiting_reply=False)

    tasks.assign_waiting()

    assert holders(ticket) == [""]


def test_a_more_urgent_ticket_comes_first_whoever_made_it_so(care, channel, agnes):
    share(care, capacity=1)
    come(agnes)
    old, young = wait(channel, 50), wait(channel, 1)
    set_priority(young, 2, by=agnes)

    tasks.assign_waiting()

    assert holders(old, young) == ["", "Agnes"]


def test_the_number_of_statements_does_not_grow(care, channel, agnes, jonas, django_assert_num_queries):
    share(care, capacity=40)
    come(agnes, jonas)
    know("German", jonas, languages=["de"])

    for number in (1, 10):
        for _ in range(number):
            wait(channel)
        with django_assert_num_queries(15):
            assert assign_some(care.pk) == number


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_give_each_ticket_once_and_exceed_no_capacity(northline, rail, care, channel):
    home = cast.make_team(northline, "Home care")
    others = cast.make_channel(rail, home, network="x")
    for team in (care, home):
        share(team, capacity=7)
    people = [cast.make_person(f"Agent {n}", northline, Role.AGENT, teams=(care, home)) for n in range(6)]
    come(*people)
    tickets = [wait(where) for where in (channel, others) for _ in range(40)]

    def work(team):
        try:
            return [assign_some(team.pk) for _ in range(3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        given = sum(sum(each) for each in pool.map(work, [care, home] * 6))

    held = [person.tickets.count() for person in people]
    assert (given, held) == (42, [7] * 6)
    assert Event.objects.filter(kind="ticket.assigned").values("ticket").distinct().count() == 42
    assert Event.objects.filter(kind="ticket.assigned").count() == 42
    assert len([ticket for ticket in tickets if holders(ticket) == [""]]) == 38
