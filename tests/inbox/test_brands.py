"""The switcher of the rail: where a person sees more than one brand, their lists show one or all."""

from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.profile import show_brand
from accounts.models import Brand
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.tickets import assign_ticket
from inbox.actions.view_members import keep_views
from inbox.models import SavedView, Ticket
from inbox.queries import live
from inbox.queries.brands import of_brand
from inbox.queries.lists import tickets_in
from tests.cast import make_brand, make_channel, make_team, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus(northline):
    """A second brand of Northline."""
    return make_brand(northline, "Northline Bus")


@pytest.fixture
def both(channel, bus, care):
    """A ticket of each brand, for one team."""
    return make_ticket(channel, "The train is late"), make_ticket(make_channel(bus, care), "The bus is late")


def choose(client, brand, **headers):
    return client.post("/inbox/brand/", {"brand": brand.pk if brand else ""}, headers=headers)


def listed(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return {row.number for row in answer.context["page"].rows}


@pytest.mark.parametrize(
    "path", ["/inbox/open/", "/inbox/open/list/", "/inbox/search/?q=late", "/inbox/search/?q=is:open"]
)
def test_every_list_shows_the_chosen_brand_until_all_are_chosen_again(page, both, bus, path):
    train, its_bus = both
    assert listed(page, path) == {train.number, its_bus.number}

    choose(page, bus)
    assert listed(page, path) == {its_bus.number}

    choose(page, None)
    assert listed(page, path) == {train.number, its_bus.number}


def test_a_ticket_is_found_by_its_number_in_the_chosen_brand_only_and_anywhere_by_the_palette(page, both, bus):
    train, _bus = both
    choose(page, bus)
    assert listed(page, f"/inbox/search/?q=%23{train.number}") == set()
    assert f"#{train.number}" in page.get(f"/find/?q=%23{train.number}").content.decode()


def test_a_saved_view_is_narrowed_too_and_its_count_which_is_of_all_brands_is_not_shown(page, both, bus, agnes, lena):
    create_view(NewView("Open", "is:open", owner=None), by=lena)
    keep_views()
    view = SavedView.objects.get()
    assert page.get("/inbox/counts/").json()[view.key] == "2"

    choose(page, bus)

    assert listed(page, f"/inbox/{view.key}/") == {both[1].number}
    assert page.get("/inbox/counts/").json()[view.key] == ""


def test_the_counts_are_of_the_chosen_brand(page, both, bus, agnes):
    assign_ticket(both[0], agnes, by=agnes)
    assert [page.get("/inbox/counts/").json()[view] for view in ("mine", "unassigned", "open")] == ["1", "1", "2"]

    choose(page, bus)

    said = page.get("/inbox/counts/").json()
    assert [said[view] for view in ("mine", "unassigned", "open")] == ["0", "1", "1"]
    assert said["brand"] == str(bus.pk)


def test_what_is_saved_as_a_view_of_a_narrowed_list_is_of_that_brand(page, both, bus):
    choose(page, bus)
    for path in ("/inbox/open/", "/inbox/search/?q=late"):
        assert page.get(path).context["page"].tokens.endswith('brand:"Northline Bus"')


def test_choosing_goes_back_to_the_list_from_which_one_comes_and_nowhere_else(page, both, bus):
    came = "http://testserver/inbox/open/?topic=delay"
    assert choose(page, bus, Referer=came).url == "/inbox/open/?topic=delay"
    for other in ("http://elsewhere.example/inbox/open/", "http://testserver/tickets/1/reply/", ""):
        assert choose(page, bus, Referer=other).url == "/inbox/"


def test_where_there_is_one_brand_the_rail_offers_none(page, channel):
    assert "rail-brands" not in page.get("/inbox/open/").content.decode()


def test_an_agent_may_choose_among_the_brands_of_their_teams_channels(page, northline, both, bus, agnes):
    elsewhere = make_brand(northline, "Northline Air")
    make_channel(elsewhere, make_team(northline))
    shown = page.get("/inbox/open/").content.decode()
    assert "Northline Bus" in shown
    assert "Northline Air" not in shown
    assert choose(page, elsewhere).status_code == 404

    # A team that has no channel is given tickets of any brand.
    agnes.teams.add(make_team(northline))
    assert "Northline Air" in page.get("/inbox/open/").content.decode()


def test_a_brand_of_strangers_can_not_be_chosen(page, both, oscar, agnes):
    strange = make_brand(oscar.organization, "Verde")
    assert choose(page, strange).status_code == 404
    assert choose(page, Brand(pk=10**17)).status_code == 404
    assert page.post("/inbox/brand/", {"brand": "x"}).status_code == 404
    agnes.refresh_from_db()
    assert agnes.shown_brand is None


def test_whoever_does_not_see_the_chosen_brand_any_more_sees_all_that_they_may(page, both, bus, care, agnes):
    choose(page, bus)
    agnes.teams.set([care])
    bus.channels.all().update(team=make_team(agnes.organization))
    assert listed(page, "/inbox/open/") == {ticket.number for ticket in both}


def test_the_chosen_brand_is_remembered_of_the_person_and_their_open_pages_look_again(page, both, bus, agnes):
    before = live.access_of(agnes.pk)
    choose(page, bus)
    agnes.refresh_from_db()
    assert agnes.shown_brand == bus
    assert live.access_of(agnes.pk) != before


def test_a_narrowed_list_costs_the_same_with_one_brand_and_with_ten(page, northline, care, both, bus, agnes):
    show_brand(agnes, bus)
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert page.get("/inbox/open/").status_code == 200
        costs.append(len(captured))
        for number in range(8):
            make_channel(make_brand(northline, f"Brand {number}"), care)
    assert costs[0] == costs[1]


@pytest.mark.parametrize("path", ["/inbox/counts/", "/briefing/"])
def test_the_counts_of_a_narrowed_list_ask_once_which_brand_they_are_of(page, both, bus, agnes, path):
    costs = []
    for brand in (None, bus):
        show_brand(agnes, brand)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        costs.append(len([one for one in captured if 'FROM "accounts_brand"' in one["sql"]]))
    assert costs[1] == costs[0] + 1


def test_the_briefings_queue_is_that_which_its_counts_are_of(page, both, bus, agnes):
    for ticket in both:
        assign_ticket(ticket, agnes, by=agnes)
    choose(page, bus)

    briefing = page.get("/briefing/").context["briefing"]

    assert briefing.counts["mine"] == "1"
    assert [row.number for row in briefing.queue] == [both[1].number]


def test_a_list_that_is_narrowed_to_a_rare_brand_passes_over_no_tickets_of_others(both, bus, lena):
    train = Ticket.objects.get(pk=both[0].pk)
    others = [copy(train) for _ in range(3000)]
    for number, ticket in enumerate(others, 10):
        ticket.pk, ticket.number, ticket.thread_key = None, number, f"t{number}"
    Ticket.objects.bulk_create(others)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_ticket")
    narrowed = tickets_in("open", lena).filter(of_brand(bus)).order_by("-last_message_at", "-pk")
    assert "ticket_brand" in narrowed[:61].explain()
