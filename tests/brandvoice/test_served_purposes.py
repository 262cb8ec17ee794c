"""The purposes that a position serves: they decide where it is suggested, and nobody signs them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brandvoice.actions.imports import import_positions
from brandvoice.actions.positions import set_purposes
from brandvoice.exchange import FORMATS, PositionRecord, WordingRecord
from brandvoice.models import Position, Step
from brandvoice.queries.export import export_positions
from brandvoice.queries.library import LibraryFilter
from brandvoice.queries.suggest import State
from brandvoice.queries.versions import fingerprint
from inbox.models import Event, Purpose

ASKED = "How do I get my money back for a cancelled train?"


@pytest.fixture
def serve(lena):
    """Say which purposes a version's position serves."""
    return lambda version, *purposes: set_purposes(version.position, purposes, by=lena)


@pytest.fixture
def two(make_version, serve):
    """Two signed answers to one question: one that calms, one that says how."""
    calm = make_version(f"{ASKED} I am furious.", "We are sorry. You get every cent back.")
    how = make_version(ASKED, "Claim it under “My trips”.")
    serve(calm, "de_escalate", "correct")
    serve(how, "resolve")
    return calm, how


def served(version):
    return Position.objects.get(pk=version.position_id).purposes


def test_what_serves_the_purpose_is_suggested_and_what_serves_others_is_not_before_it(two, ask):
    calm, how = two

    assert ask(ASKED, purpose="de_escalate").items[0].version_id == calm.pk
    resolving = ask(ASKED, purpose="resolve").items
    assert [(item.version_id, item.purposes, item.aside) for item in resolving] == [(how.pk, ("resolve",), False)]


def test_what_serves_others_but_fits_better_than_all_comes_last(two, make_version, ask):
    _, how = two
    bike = make_version("Can I take my bicycle on a train that is not cancelled?", "For 5 euros.")

    items = ask(ASKED, purpose="thank").items

    assert (items[-1].version_id, items[-1].aside) == (how.pk, True)
    assert [item.version_id for item in items[:-1]] in ([], [bike.pk])


def test_where_no_position_names_a_purpose_it_changes_nothing(make_version, ask):
    for trouble in ("a cancelled train", "a late train", "a train I missed"):
        make_version(f"How do I get my money back for {trouble}?")

    plain, purposed = ask("how do I get my money back?"), ask("how do I get my money back?", purpose="thank")

    assert plain.state == purposed.state == State.CHOOSE
    assert plain.items == purposed.items


def test_without_a_purpose_every_position_is_suggested(two, ask):
    assert {item.version_id for item in ask(ASKED).items} == {version.pk for version in two}
    assert not any(item.aside for item in ask(ASKED).items)


@pytest.mark.parametrize("positions", [1, 10])
def test_a_purpose_costs_no_query(make_version, serve, ask, django_assert_num_queries, positions):
    for number in range(positions):
        serve(make_version(f"How do I get my money back for train {number}?"), "resolve")
    ask(ASKED, purpose="resolve")

    # As without one: tests/brandvoice/test_suggest.py.
    with django_assert_num_queries(6):
        assert ask(ASKED, purpose="resolve").items


def test_an_editor_says_what_a_position_serves_and_its_page_and_history_say_so(visit, make_version, lena, amira):
    version = make_version()
    signed, key = fingerprint(version), version.position.key
    assert "Suggested for every purpose." in visit(amira, "position", key=key).content.decode()

    answer = visit(lena, "route", key=key, post={"purposes": ["resolve", "de_escalate"]})

    assert answer.url == reverse("brandvoice:position", kwargs={"key": key})
    assert served(version) == ["de_escalate", "resolve"]
    page = visit(amira, "position", key=key).content.decode()
    assert "Suggested only for: De-escalate, Resolve" in page
    assert "purposes changed · Lena Brandt · <q>De-escalate, Resolve</q>" in page
    version.refresh_from_db()
    assert (version.status, fingerprint(version)) == ("signed", signed)
    event = Event.objects.get(kind="position.rerouted")
    assert (event.actor, event.facts["purposes"]) == (lena, "de_escalate, resolve")


def test_saying_the_same_again_is_no_change(make_version, serve):
    version = make_version()
    for _ in range(2):
        serve(version, "resolve")

    assert Step.objects.filter(position=version.position, kind="rerouted").count() == 1


def test_a_purpose_that_is_none_is_refused_and_one_switched_off_meanwhile_stays(visit, make_version, serve, lena):
    version = make_version()
    serve(version, "thank")
    Purpose.objects.filter(key__in=["thank", "decline"]).update(active=False)

    refused = [visit(lena, "route", key=version.position.key, post={"purposes": [key]}) for key in ("nope", "decline")]
    assert [answer.status_code for answer in refused] == [422, 422]
    kept = visit(lena, "route", key=version.position.key, post={"purposes": ["thank", "resolve"]})

    assert (kept.status_code, served(version)) == (302, ["resolve", "thank"])


def test_agents_read_what_it_serves_and_change_nothing(visit, make_version, serve, agnes, oscar):
    version = make_version()
    serve(version, "thank")

    page = visit(agnes, "position", key=version.position.key).content.decode()
    assert "Suggested only for: Thank" in page
    assert "Choose purposes" not in page
    assert visit(agnes, "route", key=version.position.key, post={}).status_code == 403
    assert visit(oscar, "route", key=version.position.key, post={}).status_code in (403, 404)
    assert served(version) == ["thank"]


def test_a_new_position_is_opened_with_its_purposes(visit, lena, rail):
    asked = {"question": "Where is my train?", "brand": rail.pk, "owner": lena.pk, "purposes": ["inform"]}
    visit(lena, "position_new", post=asked)

    assert Position.objects.get().purposes == ["inform"]


@pytest.mark.parametrize("kind", FORMATS)
def test_files_carry_purposes_out_and_in(two, make_version, lena, kind):
    calm, how = two
    text = FORMATS[kind].write(export_positions(lena, LibraryFilter(), now=timezone.now()))
    Position.objects.update(purposes=[])
    key = calm.position.key
    Position.objects.filter(key=key).update(key="another")

    done = import_positions(FORMATS[kind].read(text), by=lena)

    assert (done.new, done.drafted, done.problems) == (1, 1, ())
    assert Position.objects.get(key=key).purposes == ["correct", "de_escalate"]
    assert served(how) == ["resolve"]


def test_a_file_that_names_no_purpose_leaves_them_and_one_that_names_another_is_refused(two, lena):
    how = two[1]
    said = (WordingRecord("en", "", "Again."),)

    nothing = import_positions([PositionRecord(how.position.key, ASKED, wordings=said)], by=lena)
    unknown = import_positions([PositionRecord("new-one", "What?", purposes=("nope",), wordings=said)], by=lena)

    assert (nothing.drafted, served(how)) == (1, ["resolve"])
    assert "“nope” is not a purpose. Allowed: correct, de_escalate" in unknown.problems[0].what
    assert not Position.objects.filter(key="new-one").exists()


def test_managers_see_how_many_positions_name_each_purpose(client, two, max_):
    client.force_login(max_)

    page = client.get("/console/inbox/purpose/")

    named = {purpose.key: purpose.named_by for purpose in page.context["cl"].result_list}
    assert (named["resolve"], named["correct"], named["thank"]) == (1, 1, None)


def test_a_positions_page_costs_the_same_for_ten_purposes_as_for_one(visit, make_version, serve, lena, northline):
    version = make_version()
    Purpose.objects.filter(organization=northline).exclude(key="resolve").update(active=False)
    costs = []
    for keys in (["resolve"], [f"own_{number}" for number in range(10)]):
        Purpose.objects.bulk_create(
            Purpose(organization=northline, key=key, name=key) for key in keys if key != "resolve"
        )
        serve(version, *keys)
        visit(lena, "position", key=version.position.key)
        with CaptureQueriesContext(connection) as queries:
            visit(lena, "position", key=version.position.key)
        costs.append(len(queries))

    assert costs[0] == costs[1]
