"""Saved views: made, shared, changed and deleted by the people who may; what is in them, and how many."""

import random
import re
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.permissions import PermissionDenied, Role
from inbox.actions.customers import describe_customer
from inbox.actions.saved_views import NewView, change_view, create_view, delete_view
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.actions.tickets import assign_ticket, reopen_ticket, resolve_ticket, set_labels, set_priority, snooze_ticket
from inbox.actions.view_members import READER, keep_some, keep_views
from inbox.models import Event, LogReader, Priority, SavedView, Ticket, ViewCount, ViewMember
from inbox.queries.lists import counts_of
from inbox.queries.saved_views import asked_by
from tests.cast import make_channel, make_person, make_team, make_ticket

# The log is read up to what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def reading(northline):
    """Somebody reads the log from here on."""
    keep_views()


@pytest.fixture
def agent(client, agnes):
    """The test client with Agnes signed in."""
    client.force_login(agnes)
    return client


def make_view(by, query, *, name="A view", **whose):
    return create_view(NewView(name, query, **(whose or {"owner": by})), by=by)


def numbers(client, view, **more):
    page = client.get(f"/inbox/{view.key}/?{urlencode(more)}")
    assert page.status_code == 200
    return [int(number) for number in re.findall(r'id="ticket-(\d+)"', page.content.decode())]


def names(client, path="/views/"):
    return re.findall(r"(?:Own|Team’s|Others’|All’s)(?=</a>)", client.get(path).content.decode())


def test_a_search_becomes_a_view_that_lists_and_counts_its_tickets(agent, channel, agnes):
    high, low = make_ticket(channel, "Late again"), make_ticket(channel, "Nice seats")
    set_priority(high, Priority.HIGH, by=agnes)
    page = agent.get("/inbox/search/?q=priority%3Ahigh").content.decode()
    assert "/views/new/?q=priority%3Ahigh" in page
    assert 'value="priority:high"' in agent.get("/views/new/?q=priority%3Ahigh").content.decode()

    answer = agent.post("/views/new/", {"name": "Grave", "query": " priority:high ", "whose": "me"})

    view = SavedView.objects.get()
    assert answer.url == f"/inbox/{view.key}/"
    assert numbers(agent, view) == [high.number]
    assert view.key not in counts_of(agnes)
    keep_views()
    assert counts_of(agnes)[view.key] == "1"
    assert numbers(agent, view) == [high.number]
    set_priority(low, Priority.HIGH, by=agnes)
    keep_views()
    assert counts_of(agnes)[view.key] == "2"
    assert agent.get("/inbox/counts/").json()[view.key] == "2"
    assert numbers(agent, view) == [low.number, high.number]
    rail = agent.get(f"/inbox/{view.key}/{high.number}/").content.decode()
    assert re.search(rf'data-count="{view.key}">2<', rail)
    assert "Grave" in rail


def test_what_narrows_a_list_can_be_saved_with_it(agent, channel):
    make_ticket(channel)
    page = agent.get("/inbox/mine/?sentiment=negative&urgency=2&language=de&topic=lost%20property").content.decode()
    (query,) = re.findall(r"/views/new/\?q=([^\"]*)", page)[:1]
    answer = agent.get(f"/views/new/?q={query}").content.decode()
    assert "is:open is:mine feeling:negative urgency:soon language:de topic:&quot;lost property&quot;" in answer


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("priority:highest", "“priority:” can be low, normal, high, urgent."),
        ("team:nowhere", "“team:” can be Rail care."),
        ("brand:nowhere", "“brand:” can be Northline Rail."),
        ("channel:nowhere", "“channel:” can be"),
        ("created-after:soon", "“created-after:” takes a day such as"),
        ("refund is:open", "Leave out “refund”."),
        ("nonsense:open", "Leave out “nonsense:open”."),
        ("is:mine -is:mine", "No ticket is both yours and not yours."),
        ("  ", "This field is required."),
    ],
)
def test_conditions_that_make_no_sense_are_refused_with_what_is_allowed(agent, channel, query, why):
    answer = agent.post("/views/new/", {"name": "Wrong", "query": query, "whose": "me"})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not SavedView.objects.exists()


def test_people_have_their_own_their_teams_and_everybodys(client, care, northline, agnes, jonas, lena, oscar):
    other = make_team(northline, "Elsewhere")
    make_view(agnes, "is:open", name="Own")
    make_view(lena, "is:open", name="Team’s", team=care)
    make_view(lena, "is:open", name="Others’", team=other)
    make_view(lena, "is:open", name="All’s", owner=None)

    for person, seen in {
        agnes: ["Team’s", "All’s", "Own"],
        jonas: ["Team’s", "All’s"],
        lena: ["Team’s", "Others’", "All’s"],
        oscar: [],
    }.items():
        client.force_login(person)
        assert names(client) == seen
        rail = client.get("/inbox/mine/").content.decode()
        assert set(re.findall(r'title="(Own|Team’s|Others’|All’s)"', rail)) == set(seen)
    client.force_login(jonas)
    assert client.get(f"/inbox/{SavedView.objects.get(name='Own').key}/").status_code == 404
    assert client.get(f"/inbox/{SavedView.objects.get(name='Others’').key}/list/").status_code == 404
    assert client.get("/inbox/v999999/").status_code == 404


def test_everybody_changes_their_own_and_leaders_what_is_shared(client, care, agnes, jonas, lena):
    client.force_login(agnes)
    own = make_view(agnes, "is:open")
    assert client.post("/views/new/", {"name": "No", "query": "is:open", "whose": "everybody"}).status_code == 422
    assert client.post(f"/views/{own.pk}/", {"name": "Mine", "query": "is:mine", "whose": "me"}).status_code == 302
    own.refresh_from_db()
    assert (own.name, own.query, own.mine, own.owner) == ("Mine", "is:mine", True, agnes)

    client.force_login(lena)
    assert client.get(f"/views/{own.pk}/").status_code == 404
    said = {"name": "Ours", "query": "is:open", "whose": str(care.pk)}
    assert client.post("/views/new/", said).status_code == 302
    ours = SavedView.objects.get(team=care)
    assert client.post(f"/views/{ours.pk}/", said | {"whose": "everybody"}).status_code == 302
    ours.refresh_from_db()
    assert (ours.team, ours.owner) == (None, None)

    for person, status in ((jonas, 403), (agnes, 403), (lena, 302)):
        client.force_login(person)
        assert client.post(f"/views/{ours.pk}/move/", {"to": "up"}).status_code == status
        assert client.post(f"/views/{ours.pk}/delete/").status_code == status
    client.force_login(agnes)
    assert client.post(f"/views/{own.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_that_has_become_everybody_s_meanwhile_is_not_its_first_owner_s_to_delete(agnes, lena):
    view = make_view(agnes, "is:open")
    seen_before = SavedView.objects.get(pk=view.pk)
    change_view(view, NewView("For all", "is:open"), by=lena)

    with pytest.raises(PermissionDenied):
        delete_view(seen_before, by=agnes)

    delete_view(view, by=lena)
    delete_view(view, by=lena)
    assert Event.objects.filter(kind="view.deleted").count() == 1


def test_views_are_put_in_order(agent, agnes):
    one, two, three = (make_view(agnes, "is:open", name=name) for name in ("Own", "All’s", "Others’"))
    assert names(agent) == ["Own", "All’s", "Others’"]
    agent.post(f"/views/{three.pk}/move/", {"to": "up"})
    agent.post(f"/views/{one.pk}/move/", {"to": "up"})
    assert names(agent) == ["Own", "Others’", "All’s"]
    agent.post(f"/views/{one.pk}/move/", {"to": "down"})
    assert names(agent) == ["Others’", "Own", "All’s"]
    assert two.pk


def test_a_count_is_of_the_tickets_that_the_person_sees(channel, rail, northline, agnes, jonas, lena):
    elsewhere = make_channel(rail, make_team(northline))
    make_ticket(channel)
    mine, theirs = make_ticket(channel), make_ticket(elsewhere)
    assign_ticket(mine, agnes, by=agnes)
    Ticket.objects.filter(pk=theirs.pk).update(assignee=agnes)
    views = [make_view(lena, query, owner=None) for query in ("is:open", "is:open is:mine", "is:open -assignee:me")]
    keep_views()

    def seen(person):
        return [counts_of(person)[view.key] for view in views]

    assert seen(agnes) == ["3", "2", "1"]
    assert seen(jonas) == ["2", "0", "2"]
    assert seen(lena) == ["3", "0", "3"]


def test_a_long_view_is_paged_and_its_count_is_capped(agent, channel, agnes, monkeypatch):
    for number in range(5):
        make_ticket(channel, sent_at=timezone.now() - timedelta(minutes=number))
    view = make_view(agnes, "is:open")
    keep_views()
    ViewCount.objects.update(tickets=1000)
    assert counts_of(agnes)[view.key] == "999+"
    first = agent.get(f"/inbox/{view.key}/list/?rows=2").content.decode()
    (after,) = re.findall(r"/list/\?after=([^\"&]*)", first)
    second = agent.get(f"/inbox/{view.key}/list/?rows=2&after={after}").content.decode()
    found = [re.findall(r'id="ticket-(\d+)"', page) for page in (first, second)]
    assert found == [["1", "2"], ["3", "4"]]


def test_the_days_of_a_view_move_and_it_is_found_anew_each_night(agent, channel, agnes):
    make_ticket(channel)
    today, fixed = make_view(agnes, "created-on:today"), make_view(agnes, "created-after:2020-01-01")
    keep_views()
    assert counts_of(agnes)[today.key] == "1"
    Ticket.objects.update(created_at=timezone.now() - timedelta(days=1))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    SavedView.objects.update(built_at=midnight - timedelta(minutes=1))
    keep_views()
    assert (counts_of(agnes)[today.key], counts_of(agnes)[fixed.key]) == ("0", "1")
    Ticket.objects.all().delete()
    SavedView.objects.update(built_at=timezone.now() - timedelta(days=1, minutes=1))
    keep_views()
    assert counts_of(agnes)[fixed.key] == "0"


def test_a_view_whose_names_are_gone_says_so(agent, channel, care, agnes):
    ticket = make_ticket(channel)
    view = make_view(agnes, "team:rail")
    keep_views()
    assert numbers(agent, view) == [ticket.number]
    care.name = "Trams"
    care.save()
    assert "“team:” can be Trams." in agent.get(f"/inbox/{view.key}/").content.decode()


def test_every_token_finds_the_same_in_a_search_and_in_a_view(agent, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?", author="priya")
    make_ticket(channel, "Thanks")
    fields = {"language": "de", "sentiment": -1, "urgency": 2, "topic": "delay", "priority": 2, "product": "card"}
    Ticket.objects.filter(pk=ticket.pk).update(**fields)
    set_labels(ticket, ["refund"], by=agnes)
    describe_customer(ticket, {"region": "AT", "audience": "press", "product": "card"}, by=agnes)
    for token in (
        "from:@priya",
        "label:refund,other",
        "has:label",
        "channel:northline priority:high,urgent",
        "brand:rail -priority:normal,low",
        "visibility:public language:de",
        "topic:delay",
        "feeling:negative",
        "urgency:soon,now",
        "product:Card",
        "region:at audience:press",
        "created-on:today -created-before:7d after:1d language:de",
        "network:bluesky team:care is:urgent",
    ):
        view = make_view(agnes, token)
        keep_views()
        found = agent.get(f"/inbox/search/?{urlencode({'q': token})}").content.decode()
        expected = [int(number) for number in re.findall(r'id="ticket-(\d+)"', found)]
        assert ticket.number in expected, token
        assert set(ViewMember.objects.filter(view=view).values_list("ticket__number", flat=True)) == set(expected)
        assert numbers(agent, view) == expected, token
        # Found from scratch; and the same by the log, from its beginning.
        ViewMember.objects.filter(view=view).delete()
        LogReader.objects.filter(name=READER).update(transaction="0", event=0)
        keep_views()
        assert set(ViewMember.objects.filter(view=view).values_list("ticket__number", flat=True)) == set(expected)
    assert expected


def recount(person, view):
    """Return how many tickets of a view the person sees, found from scratch."""
    tickets = Ticket.objects.visible_to(person)
    asked = asked_by(view)
    return str(tickets.filter(asked.last_said, *asked.conditions(person)).count())


CHANGES = {
    "assign": lambda ticket, dice, by: assign_ticket(ticket, dice.choice([None, *takers_of(ticket)]), by=by),
    "label": lambda ticket, dice, by: set_labels(ticket, dice.choice([[], ["refund"], ["delay", "refund"]]), by=by),
    "priority": lambda ticket, dice, by: set_priority(ticket, Priority(dice.randrange(4)), by=by),
    "resolve": lambda ticket, dice, by: resolve_ticket(ticket, by=by),
    "reopen": lambda ticket, dice, by: reopen_ticket(ticket, by=by),
    "snooze": lambda ticket, dice, by: snooze_ticket(ticket, timezone.now() + timedelta(hours=1), by=by),
    "write": lambda ticket, dice, by: make_ticket(ticket.channel, thread=ticket.thread_key),
    "begin": lambda ticket, dice, by: make_ticket(ticket.channel),
}


def takers_of(ticket):
    """Return those who may have the ticket."""
    people = User.objects.filter(organization=ticket.organization_id)
    return [person for person in people if person.may("ticket.view_all") or ticket.team in person.teams.all()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_changes_the_counts_are_those_of_a_recount(channel, rail, northline, agnes, jonas, lena, seed):
    dice, other = random.Random(seed), make_team(northline)
    hana = make_person("Hana Ito", northline, Role.AGENT, teams=(other,))
    queries = (
        "is:open",
        "is:mine",
        "-is:mine is:open",
        "label:refund",
        "priority:high,urgent",
        "-has:label is:snoozed",
    )
    views = [make_view(lena, query, owner=None) for query in queries]
    for one in (channel, channel, make_channel(rail, other), make_channel(rail, other)):
        make_ticket(one)

    for _round in range(12):
        for _change in range(dice.randrange(1, 8)):
            with suppress(MoveNotAllowed):
                CHANGES[dice.choice([*CHANGES])](dice.choice(Ticket.objects.order_by("pk")), dice, lena)
        if dice.random() < 0.2:
            SavedView.objects.filter(pk=dice.choice(views).pk).update(build_from=0)
        keep_views()
        for person in (agnes, jonas, lena, hana):
            seen = counts_of(person)
            shown = {view.query: seen[view.key] for view in views}
            assert shown == {view.query: recount(person, view) for view in views}
    assert keep_some() == 0


def test_ten_views_are_read_in_as_many_queries_as_one(agent, channel, agnes):
    make_ticket(channel)

    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(path).status_code == 200
        return len(queries)

    view = make_view(agnes, "is:open")
    keep_views()
    paths = ("/views/", f"/inbox/{view.key}/", "/inbox/counts/", "/inbox/mine/")
    one = [cost(path) for path in paths]
    for number in range(9):
        make_view(agnes, "is:open", name=f"View {number}")
        make_ticket(channel)
    keep_views()
    assert [cost(path) for path in paths] == one


def test_judging_costs_as_many_statements_for_ten_tickets_as_for_one(channel, agnes, jonas):
    for query in ("is:open", "priority:high", "team:care"):
        make_view(agnes, query)
    tickets = [make_ticket(channel) for _number in range(11)]
    keep_views()

    def cost(some, priority):
        for ticket in some:
            set_priority(ticket, priority, by=agnes)
        with CaptureQueriesContext(connection) as queries:
            keep_some()
        return len(queries)

    assert cost(tickets[:1], Priority.HIGH) == cost(tickets[1:], Priority.URGENT)
    assert ViewMember.objects.filter(view__query="priority:high").count() == 1
