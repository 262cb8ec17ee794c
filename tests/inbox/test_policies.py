"""SLA policies in the console: entered as people speak, refused with reasons, and counted anew when they change."""

import pytest

from inbox.models import Event, Recount, SlaPolicy, SlaTarget
from tests import cast

ADD = "/console/inbox/slapolicy/add/"


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def form_of(*targets, initial=0, **fields):
    form = {"name": "Standard", "position": "10", "active": "on"} | fields
    form |= {"targets-TOTAL_FORMS": len(targets), "targets-INITIAL_FORMS": initial}
    for number, target in enumerate(targets):
        form |= {f"targets-{number}-{name}": value for name, value in target.items()}
    return form


def target(within, warning="", **fields):
    return {"metric": "first_reply", "minutes": within, "warning": warning} | fields


def test_a_manager_writes_a_policy_with_its_conditions_and_targets(manager, northline, rail, care, channel):
    targets = [target("4h", "30m", working="on"), target("45m", priority="3"), target("1 h 30 M", metric="resolution")]
    conditions = {"brands": [rail.pk], "teams": [care.pk], "channels": [channel.pk], "networks": ["x", "bluesky"]}

    answer = manager.post(ADD, form_of(*targets, **conditions, audience="gold"))

    assert answer.status_code == 302
    policy = SlaPolicy.objects.get(organization=northline)
    assert (list(policy.brands.all()), policy.networks, policy.audience) == ([rail], ["x", "bluesky"], "gold")
    assert set(policy.targets.values_list("metric", "priority", "minutes", "warning", "working")) == {
        ("first_reply", None, 240, 30, True), ("first_reply", 3, 45, 0, False), ("resolution", None, 90, 0, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (target("soon"), "Write hours and minutes"),
        (target("2d"), "Days are hours, too"),
        (target("0m"), "A minute is the shortest"),
        (target("9999h"), "2160h is the longest"),
        (target("1h", "60m"), "less than 1h"),
        (target(""), "This field is required"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_and_the_page_says_why(manager, row, words):
    answer = manager.post(ADD, form_of(row))

    assert words in answer.content.decode()
    assert not SlaPolicy.objects.exists()


def test_a_measure_has_one_target_a_priority(manager):
    answer = manager.post(ADD, form_of(target("1h"), target("2h")))

    assert "two targets for the same priority" in answer.content.decode()
    assert not SlaTarget.objects.exists()


def test_a_policy_can_be_changed_and_deadlines_are_counted_again(manager, northline):
    manager.post(ADD, form_of(target("4h")))
    policy = SlaPolicy.objects.get()
    Recount.objects.all().delete()

    row = target("2h", id=policy.targets.get().pk, policy=policy.pk)
    manager.post(f"/console/inbox/slapolicy/{policy.pk}/change/", form_of(row, initial=1))

    assert policy.targets.get().minutes == 120
    assert Recount.objects.get().organization == northline
    assert Event.objects.filter(kind="deadlines.changed", actor__name="Max Winter").count() == 2


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_policy_can_be_deleted_and_deadlines_are_counted_again(manager, way):
    manager.post(ADD, form_of(target("4h")))
    pk = SlaPolicy.objects.get().pk
    Recount.objects.all().delete()

    if way == "page":
        manager.post(f"/console/inbox/slapolicy/{pk}/delete/", {"post": "yes"})
    else:
        form = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
        manager.post("/console/inbox/slapolicy/", form)

    assert not SlaPolicy.objects.exists()
    assert Recount.objects.exists()


def test_what_belongs_to_others_cannot_be_named(manager, oscar):
    foreign = cast.make_brand(oscar.organization)

    assert manager.post(ADD, form_of(target("1h"), brands=[foreign.pk])).status_code == 200
    assert not SlaPolicy.objects.exists()


def test_the_list_says_what_each_policy_fits_and_promises(manager, northline, rail, django_assert_max_num_queries):
    manager.post(ADD, form_of(target("4h"), target("45m", priority="3"), brands=[rail.pk], networks=["x"]))

    page = manager.get("/console/inbox/slapolicy/").content.decode()

    assert "Northline Rail, X" in page
    assert "First reply 45m" in page
    for number in range(10):
        SlaPolicy.objects.create(organization=northline, name=f"Policy {number}")
    with django_assert_max_num_queries(16):
        manager.get("/console/inbox/slapolicy/")
