"""The pages on which managers write automation rules, try them and see how they fare."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.tickets import resolve_ticket, set_priority
from inbox.models import Event, NamedStatus, Priority, RuleRun, TicketRule
from inbox.queries import rule_trials
from tests.cast import make_ticket
from tests.inbox.rules import add, made

GROUP = {"join": "all", "tests": []}


@pytest.fixture
def page(client, max_):
    """The test client with the manager signed in."""
    client.force_login(max_)
    return client


def said(name="Refunds", trigger="received", groups=(), actions=(), **fields):
    """Return what the form posts: `groups` are (join, tests) and `actions` what each says."""
    form = {"name": name, "trigger": trigger, "position": "10", "join": "all", "active": "on"} | fields
    for number in range(4):
        join, tests = groups[number] if number < len(groups) else ("all", ())
        form |= rows(f"group{number}-tests", tests) | {f"group{number}-join": join}
    return form | rows("actions", actions)


def rows(prefix, said):
    form = {f"{prefix}-TOTAL_FORMS": max(len(said), 1), f"{prefix}-INITIAL_FORMS": 0}
    return form | {f"{prefix}-{at}-{key}": value for at, row in enumerate(said) for key, value in row.items()}


def one(check, choice):
    return {"check": check, "choice": choice}


LABEL = {"do": "add_labels", "labels": "refund, money"}
TEXT = {"check": "text_any", "words": "refund, money back"}


def test_a_manager_writes_a_rule_and_finds_it_again_in_words(page, care, rail, max_):
    groups = [
        ("any", [TEXT, {"check": "language", "choice": "language:de"}]),
        (
            "all",
            [{"check": "followers", "number": "500"}, {"check": "brand", "choice": f"brand:{rail.pk}", "no": "no"}],
        ),
    ]
    actions = [LABEL, {"do": "team", "team": care.pk}, {"do": "priority", "priority": "3"}]

    assert page.post("/automation/new/", said(groups=groups, actions=actions, join="any", stop="on")).status_code == 302

    rule = TicketRule.objects.get()
    assert (rule.name, rule.trigger, rule.author, rule.stop, rule.hours) == ("Refunds", "received", max_, True, None)
    assert rule.conditions["join"] == "any"
    assert [group["join"] for group in rule.conditions["groups"]] == ["any", "all"]
    assert rule.conditions["groups"][1]["tests"][1] == {"check": "brand", "no": True, "value": str(rail.pk)}
    assert rule.actions[0] == {"do": "add_labels", "labels": ["refund", "money"]}
    listed = page.get("/automation/").content.decode()
    for words in ("The text has one of the words “refund”, “money back” or The language is German", "Stops here"):
        assert words in listed
    assert "not (The brand is Northline Rail)" in listed
    assert "Give to the team Rail care" in listed
    form = page.get(f"/automation/{rule.pk}/").content.decode()
    assert 'value="refund, money back"' in form
    assert f'value="brand:{rail.pk}" selected' in form


def test_a_status_of_one_s_own_is_chosen_in_condition_and_action(page, northline, oscar):
    supplier, theirs = (
        NamedStatus.objects.create(organization=owner, category="snoozed", name="With the supplier")
        for owner in (northline, oscar.organization)
    )

    def fields(status):
        test = {"check": "named_status", "choice": f"named_status:{status.pk}"}
        return said(groups=[("all", [test])], actions=[{"do": "status", "status": status.pk}])

    assert page.post("/automation/new/", fields(theirs)).status_code == 422
    assert page.post("/automation/new/", fields(supplier)).status_code == 302

    rule = TicketRule.objects.get()
    assert rule.conditions["groups"][0]["tests"][0]["value"] == str(supplier.pk)
    assert rule.actions == [{"do": "status", "status": supplier.pk}]
    listed = page.get("/automation/").content.decode()
    assert "The status of our own is With the supplier" in listed
    assert "Set the status: With the supplier" in listed
    form = page.get(f"/automation/{rule.pk}/").content.decode()
    assert f'value="named_status:{supplier.pk}" selected' in form
    two = [{"do": "resolve"}, {"do": "status", "status": supplier.pk}]
    assert page.post("/automation/new/", said(actions=two)).status_code == 422


def test_every_change_is_in_the_log_with_what_was_before(page, max_):
    page.post("/automation/new/", said(actions=[LABEL]))
    rule = TicketRule.objects.get()
    page.post(f"/automation/{rule.pk}/", said("Money", actions=[LABEL]))
    page.post(f"/automation/{rule.pk}/switch/", {"active": "no"})
    page.post(f"/automation/{rule.pk}/delete/")
    log = {event.kind: event for event in Event.objects.filter(kind__startswith="rule.")}
    assert [*log] == ["rule.created", "rule.changed", "rule.switched_off", "rule.deleted"]
    assert {event.actor for event in log.values()} == {max_}
    changed = log["rule.changed"].facts
    assert (changed["was"]["name"], changed["now"]["name"]) == ("Refunds", "Money")
    assert log["rule.deleted"].facts["was"]["actions"] == [{"do": "add_labels", "labels": ["refund", "money"]}]
    assert not TicketRule.objects.exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Say at least one thing that the rule does."),
        ({"actions": [{"do": "add_labels", "labels": " , "}]}, "This action needs it."),
        ({"actions": [{"do": "note", "text": " "}]}, "This action needs it."),
        (
            {"actions": [{"do": "snooze", "hours": "2"}, {"do": "resolve"}]},
            "opens, snoozes, resolves or sets the status of a ticket once",
        ),
        ({"actions": [{"do": "follow", "to": "nobody"}]}, "This action needs it."),
        ({"actions": [{"do": "team", "team": "999999"}]}, "not one of the available choices"),
        (
            {"actions": [LABEL], "groups": [("all", [TEXT | {"words": " , "}])]},
            "This condition needs it.",
        ),
        (
            {"actions": [LABEL], "groups": [("all", [one("brand", "team:1")])]},
            "This condition needs it.",
        ),
        ({"actions": [LABEL], "groups": [("all", [{"check": "followers"}])]}, "This condition needs it."),
        ({"actions": [LABEL], "trigger": "since_reply"}, "Say how many hours."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(page, fields, why):
    answer = page.post("/automation/new/", said(**fields))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not TicketRule.objects.exists()


def test_nobody_is_named_who_works_elsewhere(page, oscar):
    assert page.post("/automation/new/", said(actions=[{"do": "assign", "to": oscar.pk}])).status_code == 422


def test_agents_leads_and_executives_do_not_write_rules(client, agnes, lena, amira):
    for person in (agnes, lena, amira):
        client.force_login(person)
        assert client.get("/automation/").status_code == 403
        assert client.post("/automation/new/", said(actions=[LABEL])).status_code == 403


def attempt(page, **fields):
    return page.post("/automation/try/", said(**fields)).content.decode()


def test_trying_says_which_tickets_of_last_month_would_have_fitted_and_changes_nothing(page, channel, agnes, max_):
    fitting = make_ticket(channel, "A refund please")
    make_ticket(channel, "Where is my train?")
    old = make_ticket(channel, "An old refund")
    Event.objects.filter(ticket=old).update(created_at=timezone.now() - timedelta(days=40))
    before = Event.objects.count()

    answer = attempt(page, groups=[("all", [TEXT])], actions=[])

    assert "1 ticket would have met the conditions." in answer
    assert f"/tickets/{fitting.number}/" in answer
    assert "2 occasions of the last 30 days were looked at." in answer
    assert Event.objects.count() == before
    assert not RuleRun.objects.exists()
    assert "Complete when and if first." in attempt(page, groups=[("all", [{"check": "followers"}])])


def test_trying_looks_through_so_many_events_and_says_where_there_were_more(page, channel, agnes, oscar, monkeypatch):
    old, new = make_ticket(channel, "A refund"), make_ticket(channel, "A refund")
    monkeypatch.setattr(rule_trials, "MOST_LOOKED_THROUGH", Event.objects.filter(ticket=new).count())
    answer = attempt(page, groups=[("all", [TEXT])], actions=[])
    assert "1 ticket would" in answer
    assert "the newest 1 occasions were looked at" in answer
    Event.objects.filter(ticket=old).update(created_at=timezone.now() - timedelta(days=40))
    assert "1 occasion of the last 30 days was looked at." in attempt(page, groups=[("all", [TEXT])], actions=[])


def test_trying_takes_the_state_of_that_moment_where_the_log_has_it(page, channel, agnes):
    ticket = make_ticket(channel)
    set_priority(ticket, Priority.URGENT, by=agnes)
    set_priority(ticket, Priority.LOW, by=agnes)
    resolve_ticket(ticket, by=agnes)
    was_urgent = [
        ("all", [{"check": "priority", "choice": "priority:3"}, {"check": "status", "choice": "status:open"}])
    ]
    assert "1 ticket would" in attempt(page, trigger="prioritised", groups=was_urgent)
    assert "0 tickets would" in attempt(page, trigger="moved", groups=was_urgent)


def test_trying_counts_hours_and_costs_the_same_for_ten_tickets(page, channel, max_):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            attempt(page, groups=[("all", [{"check": "working"}, TEXT])])
        return len(queries)

    make_ticket(channel, "A refund")
    one = cost()
    for _number in range(9):
        make_ticket(channel, "A refund")
    assert cost() == one
    assert "0 tickets would" in attempt(page, trigger="since_customer", hours="2")
    Event.objects.update(created_at=timezone.now() - timedelta(hours=3))
    assert "10 tickets would" in attempt(page, trigger="since_customer", hours="2")


def test_ten_rules_are_read_in_as_many_queries_as_one(page, max_, care, agnes):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert page.get("/automation/").status_code == 200
        return len(queries)

    actions = [{"do": "team", "team": care.pk}, {"do": "assign", "to": str(agnes.pk)}, add("x")]
    made(max_, "received", *actions)
    one = cost()
    for _number in range(9):
        made(max_, "received", *actions)
    assert cost() == one


def test_the_form_costs_the_same_with_one_row_and_with_many(page, max_, care):
    costs = []
    for count in (1, 8):
        tests = [{"check": "team", "no": False, "value": str(care.pk)}] * count
        rule = made(max_, "received", *[{"do": "team", "team": care.pk}] * count, groups=[GROUP | {"tests": tests}])
        with CaptureQueriesContext(connection) as queries:
            assert page.get(f"/automation/{rule.pk}/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
