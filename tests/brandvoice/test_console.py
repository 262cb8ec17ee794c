"""What managers see of the voice in the console, and what they can't do there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brandvoice.models import Example, Rule
from tests.cast import make_rule

LISTS = ["position", "positionversion", "rule", "example"]


@pytest.fixture
def fill(make_version, northline):
    """Return a way to make one row of everything."""

    def fill(number):
        make_version(f"Question {number}?")
        make_rule(northline, f"word {number}")

    return fill


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same_number_of_questions_for_one_row_and_for_ten(client, max_, fill, name):
    client.force_login(max_)
    where = reverse(f"admin:brandvoice_{name}_changelist")

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    fill(0)
    client.get(where)
    one = count()
    for number in range(1, 10):
        fill(number)

    assert count() == one


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_searched(client, max_, fill, name):
    fill(7)
    client.force_login(max_)

    page = client.get(reverse(f"admin:brandvoice_{name}_changelist"), {"q": "7"})

    assert page.context["cl"].result_count == 1


def test_signed_words_can_be_read_but_not_changed(client, max_, make_version):
    version = make_version()
    client.force_login(max_)
    where = reverse("admin:brandvoice_positionversion_change", args=[version.pk])

    assert version.wordings.get().text in client.get(where).content.decode()
    assert client.post(where, {"facts": "Mine."}).status_code == 403
    position = reverse("admin:brandvoice_position_change", args=[version.position_id])
    assert client.post(position.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_manager_changes_the_topic_and_never_the_scope(client, max_, make_version, make_brand, lena):
    position = make_version().position
    client.force_login(max_)
    empty = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    new = {"topic": "refunds", "owner": lena.pk, "brand": make_brand("Bus").pk, "question": "Other?"}

    client.post(reverse("admin:brandvoice_position_change", args=[position.pk]), new | empty)

    before = position.brand_id, position.question
    position.refresh_from_db()
    assert position.topic == "refunds"
    assert (position.brand_id, position.question) == before


def test_a_manager_bans_a_word_and_changes_the_ban(client, max_):
    client.force_login(max_)
    said = {"kind": "term.banned", "phrases": "cheap\nlow-cost", "replacement": "good value", "language": "en"}

    client.post(reverse("admin:brandvoice_rule_add"), said | {"active": "on"})

    rule = Rule.objects.get()
    assert (rule.name, rule.organization_id, rule.outcome) == ("cheap, low-cost", max_.organization_id, "block")
    assert rule.parameters == {"phrases": ["cheap", "low-cost"], "replacement": "good value"}
    history = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    client.post(reverse("admin:brandvoice_rule_change", args=[rule.pk]), said | history | {"outcome": "warn"})

    versions = rule.versions.order_by("number").values_list("number", "outcome", "active", "changed_by")
    assert list(versions) == [(1, "block", True, max_.pk), (2, "warn", False, max_.pk)]


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a)\\1", "((a{100}){100}){100}", "a*", "(", "x" * 201])
def test_a_pattern_that_could_hang_or_says_nothing_is_refused_with_what_is_allowed(client, max_, pattern):
    client.force_login(max_)

    page = client.post(reverse("admin:brandvoice_rule_add"), {"kind": "pattern", "patterns": pattern, "active": "on"})

    (error,) = page.context["adminform"].form.errors["patterns"]
    assert "most" in error
    assert not Rule.objects.exists()


def test_a_second_rule_of_a_kind_for_the_same_brand_and_language_is_refused(client, max_, northline):
    make_rule(northline, kind="claim.price", outcome="block")
    client.force_login(max_)

    page = client.post(reverse("admin:brandvoice_rule_add"), {"kind": "claim.price", "active": "on"})

    assert "There is a rule of this kind" in page.content.decode()
    assert Rule.objects.count() == 1


def test_a_manager_makes_suggestion_forget_an_example(client, max_, make_version):
    example = make_version().position.examples.get()
    client.force_login(max_)

    client.post(reverse("admin:brandvoice_example_changelist"), {"action": "forget", "_selected_action": [example.pk]})

    assert not Example.objects.filter(pk=example.pk).exists()
