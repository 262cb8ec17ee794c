"""Whoever goes away says what becomes of their tickets: all of it happens, or nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.people import deactivate_person
from accounts.models import User
from inbox import tasks
from inbox.actions.handover import CannotHandOver, Fate, Handover, come_back, go_away
from inbox.actions.tickets import assign_ticket, resolve_ticket, snooze_ticket
from inbox.models import Event, Follower, Message, Notification, Ticket
from tests import cast
from tests.inbox.test_assignment import come, holders, share

OWN, PEOPLE = "/availability/", "/availability/people/"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def hers(client, agnes):
    client.force_login(agnes)
    return client


@pytest.fixture
def held(channel, agnes):
    """What Agnes holds: one open, one snoozed; and one that is done."""
    tickets = [assign_ticket(cast.make_ticket(channel), agnes, by=agnes) for _ in range(3)]
    snooze_ticket(tickets[1], timezone.now() + timedelta(hours=1), by=agnes)
    resolve_ticket(tickets[2], by=agnes)
    return tickets


def is_away(person):
    person.refresh_from_db()
    return person.away_since is not None


def test_who_keeps_their_tickets_is_just_away_until_they_come_back(hers, agnes, held):
    assert hers.post(OWN, {"away": "yes", "tickets": "keep"}, headers=SCRIPT).status_code == 204

    assert is_away(agnes)
    assert holders(*held) == ["Agnes", "Agnes", "Agnes"]
    assert hers.get("/inbox/counts/").json()["away"] == "away"
    assert hers.post(OWN, {"away": "no"}, headers=SCRIPT).status_code == 204
    assert not is_away(agnes)
    kinds = Event.objects.filter(kind__startswith="person.").order_by("pk").values_list("kind", "facts__person")
    assert list(kinds) == [("person.went_away", agnes.pk), ("person.came_back", agnes.pk)]


def test_a_colleague_gets_what_is_not_done_with_a_note_on_each(hers, agnes, jonas, held):
    form = {"away": "yes", "tickets": "give", "to": jonas.pk, "note": "Back on Monday."}

    assert hers.post(OWN, form).status_code == 302

    assert (is_away(agnes), holders(*held)) == (True, ["Jonas", "Jonas", "Agnes"])
    notes = Message.objects.filter(text="Back on Monday.").values_list("ticket", "user")
    assert set(notes) == {(held[0].pk, agnes.pk), (held[1].pk, agnes.pk)}
    given = Event.objects.filter(kind="ticket.assigned", facts__why="handover")
    assert set(given.values_list("ticket", "actor", "facts__assignee")) == {
        (ticket.pk, agnes.pk, jonas.pk) for ticket in held[:2]
    }
    assert Notification.objects.filter(user=jonas, reason="assigned", actor=agnes).count() == 2
    page = hers.get(f"/inbox/open/{held[0].number}/").content.decode()
    assert "Handed over to Jonas Okafor by Agnes Berg" in page


def test_what_goes_back_to_the_queue_is_given_to_others(hers, care, agnes, jonas, held):
    share(care)
    come(agnes, jonas)
    Ticket.objects.update(waiting_since=timezone.now() - timedelta(minutes=3))

    hers.post(OWN, {"away": "yes", "tickets": "queue"})
    assert holders(*held) == ["", "", "Agnes"]
    tasks.assign_waiting()

    assert holders(*held) == ["Jonas", "", "Agnes"]


def test_nothing_happens_where_the_colleague_cannot_have_one_of_them(hers, northline, rail, agnes, jonas, held):
    other = cast.make_channel(rail, cast.make_team(northline), network="x")
    foreign = cast.make_ticket(other)
    Ticket.objects.filter(pk=foreign.pk).update(assignee=agnes)

    answer = hers.post(OWN, {"away": "yes", "tickets": "give", "to": jonas.pk, "note": "Bye"}, headers=SCRIPT)

    assert answer.status_code == 409
    assert f"Jonas Okafor can&#x27;t see ticket #{foreign.number}" in answer.content.decode()
    assert (is_away(agnes), holders(*held, foreign)) == (False, ["Agnes"] * 4)
    assert not Message.objects.filter(text="Bye").exists()


def test_tickets_go_to_a_colleague_who_is_there_alone(hers, northline, agnes, jonas, amira, oscar, held):
    jonas.away_since = timezone.now()
    jonas.save()
    for person in (jonas, amira, oscar, agnes):
        answer = hers.post(OWN, {"away": "yes", "tickets": "give", "to": person.pk})
        assert answer.status_code == 422
    assert hers.post(OWN, {"away": "yes", "tickets": "give"}).status_code == 422

    assert (is_away(agnes), holders(*held)) == (False, ["Agnes"] * 3)


def test_a_colleague_who_has_gone_meanwhile_gets_nothing(agnes, jonas, held):
    chosen = User.objects.get(pk=jonas.pk)
    go_away(jonas, by=jonas)

    with pytest.raises(CannotHandOver):
        go_away(agnes, Handover(Fate.GIVE, chosen), by=agnes)

    assert (is_away(agnes), holders(*held)) == (False, ["Agnes"] * 3)


def test_a_note_on_each_calls_whom_it_names_and_tells_those_who_follow(agnes, jonas, lena, max_, care, held):
    max_.teams.add(care)
    Follower.objects.create(organization=care.organization, ticket=held[0], user=max_)

    go_away(agnes, Handover(Fate.GIVE, jonas, "@Lena Brandt knows more."), by=agnes)

    told = Notification.objects.order_by("user__name", "ticket").values_list("user__name", "ticket", "reason")
    assert [*told] == [
        *((jonas.name, ticket.pk, "assigned") for ticket in held[:2]),
        *((lena.name, ticket.pk, "mentioned") for ticket in held[:2]),
        (max_.name, held[0].pk, "noted"),
    ]
    assert Follower.objects.filter(user=lena).count() == 2
    notes = Message.objects.filter(direction="note")
    assert {(*note.mentions, note.ticket_id) for note in notes} == {("@Lena Brandt", one.pk) for one in held[:2]}
    assert Event.objects.filter(kind="note.written", actor=agnes).count() == 2


def test_handing_over_ten_tickets_costs_as_many_statements_as_one(channel, care, agnes, jonas, lena):
    def cost(tickets):
        for ticket in [cast.make_ticket(channel) for _ in range(tickets)]:
            assign_ticket(ticket, agnes, by=agnes)
            Follower.objects.create(organization=care.organization, ticket=ticket, user=lena)
        with CaptureQueriesContext(connection) as queries:
            assert go_away(agnes, Handover(Fate.GIVE, jonas, "@Lena Brandt, please look."), by=agnes) == tickets
        come_back(agnes, by=agnes)
        return len(queries)

    assert cost(1) == cost(10)


def test_the_form_says_how_many_there_are_and_is_left_out_where_there_are_none(hers, agnes, jonas, channel, held):
    page = hers.get(OWN, headers=SCRIPT).content.decode()
    assert "You hold 2 tickets that are not done" in page
    assert "Jonas Okafor (no page open)" in page
    Ticket.objects.update(assignee=None)

    assert hers.get(OWN, headers=SCRIPT).status_code == 204
    assert "You hold no tickets." in hers.get(OWN).content.decode()


def test_a_lead_sees_who_is_there_and_hands_over_for_somebody_who_left(client, agnes, jonas, lena, max_, held):
    come(jonas)
    client.force_login(lena)
    page = " ".join(client.get(PEOPLE).content.decode().split())
    assert "1 open · 1 snoozed" in page

    assert client.post(f"{PEOPLE}{agnes.pk}/", {"away": "yes", "tickets": "give", "to": jonas.pk}).status_code == 302

    assert (is_away(agnes), holders(*held)) == (True, ["Jonas", "Jonas", "Agnes"])
    assert Event.objects.get(kind="person.went_away").actor == lena


def test_what_somebody_held_whose_access_is_closed_can_still_be_handed_over(client, agnes, jonas, max_, held):
    deactivate_person(agnes, by=max_)
    client.force_login(max_)
    assert "Access closed" in client.get(PEOPLE).content.decode()

    client.post(f"{PEOPLE}{agnes.pk}/", {"away": "yes", "tickets": "queue"})

    assert holders(*held) == ["", "", "Agnes"]


def test_others_tickets_are_not_an_agents_to_hand_over(hers, jonas, oscar, client):
    assert hers.get(PEOPLE).status_code == 403
    assert hers.post(f"{PEOPLE}{jonas.pk}/", {"away": "yes"}).status_code == 403
    client.force_login(oscar)
    assert client.post(f"{PEOPLE}{jonas.pk}/", {"away": "yes"}).status_code == 404
    assert not is_away(jonas)


def test_the_list_of_people_asks_no_more_for_ten_than_for_one(
    client, northline, care, lena, django_assert_max_num_queries
):
    client.force_login(lena)
    for number in (1, 9):
        for _ in range(number):
            cast.make_person("Anna Agent", northline, "agent", teams=(care,))
        with django_assert_max_num_queries(9):
            assert client.get(PEOPLE).status_code == 200
