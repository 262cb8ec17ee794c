"""Automation rules at work: what makes them look, what they do, in which order, and how they never go round."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.permissions import Role
from inbox import tasks
from inbox.actions import rule_runs
from inbox.actions.alarm_mail import tell_managers
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.rule_runs import read_log, run_rules
from inbox.actions.rule_steps import take
from inbox.actions.ticket_rules import switch_rule
from inbox.actions.tickets import (
    assign_ticket,
    reopen_ticket,
    resolve_ticket,
    set_labels,
    set_priority,
    set_status,
)
from inbox.models import (
    Event,
    Follower,
    Message,
    NamedStatus,
    Notification,
    RuleJob,
    RuleRun,
    RuleTimer,
    Status,
    Ticket,
    TicketRule,
)
from inbox.models.tickets import Priority
from inbox.queries.rule_facts import load_events
from tests.cast import make_incoming, make_person, make_team, make_ticket
from tests.inbox.rules import add, made, names, worked

pytestmark = pytest.mark.django_db(transaction=True)

URGENT = {"do": "priority", "priority": 3}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def reading(northline):
    """The log is read from here on."""
    run_rules()


def hours(number):
    return timezone.now() + timedelta(hours=number)


def outcomes():
    return [*RuleRun.objects.order_by("pk").values_list("rule__name", "outcome")]


def test_a_message_that_meets_the_conditions_is_labelled_and_given_to_a_team(channel, northline, max_, client, agnes):
    refunds = make_team(northline, "Refunds")
    made(max_, "received", add("refund"), {"do": "team", "team": refunds.pk}, tests=[("text_any", "refund, fare back")])
    ticket = make_ticket(channel, "When do I get my FARE back?")
    other = make_ticket(channel, "The fare was fine, I am back.")

    worked(ticket)

    assert (names(ticket), ticket.team) == (["refund"], refunds)
    assert names(worked(other)) == []
    client.force_login(max_)
    thread = client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "Rule “A rule” has run" in thread
    assert "Given to the team Refunds" in thread
    assert not Event.objects.filter(ticket=ticket, kind__startswith="ticket.", actor__isnull=False).exists()


def test_whoever_had_a_ticket_and_is_not_in_its_new_team_gives_it_back(channel, northline, agnes, max_):
    elsewhere = make_team(northline)
    made(max_, "labelled", {"do": "team", "team": elsewhere.pk}, tests=[("added", "elsewhere")])
    ticket = make_ticket(channel)
    assign_ticket(ticket, agnes, by=agnes)
    set_labels(ticket, ["elsewhere"], by=agnes)
    worked(ticket)
    assert (ticket.team, ticket.assignee) == (elsewhere, None)


def test_rules_answer_from_the_first_to_the_last_and_each_sees_what_came_before(channel, agnes, jonas, max_):
    nobody_has_it = [("assignee", "nobody")]
    made(max_, "received", {"do": "assign", "to": str(jonas.pk)}, tests=nobody_has_it, position=2, name="Second")
    made(max_, "received", {"do": "assign", "to": str(agnes.pk)}, tests=nobody_has_it, position=1, name="First")
    ticket = worked(make_ticket(channel))
    assert ticket.assignee == agnes
    assert outcomes() == [("First", "done")]


def test_a_rule_that_stops_keeps_those_behind_it_from_answering(channel, max_):
    made(max_, "received", add("one"), position=1, stop=True, tests=[("text_any", "train")])
    made(max_, "received", add("two"), position=2)
    assert names(worked(make_ticket(channel, "My train?"))) == ["one"]
    assert names(worked(make_ticket(channel, "My bus?"))) == ["two"]


@pytest.mark.parametrize(
    ("trigger", "happens"),
    [
        ("created", lambda ticket, by: None),
        ("received", lambda ticket, by: None),
        ("replied", lambda ticket, by: send_reply(ticket, NewReply("Yes.", "", 10**9), by=by)),
        ("noted", lambda ticket, by: write_note(ticket, "Look", by=by)),
        ("assigned", lambda ticket, by: assign_ticket(ticket, by, by=by)),
        ("unassigned", lambda ticket, by: [assign_ticket(ticket, to, by=by) for to in (by, None)]),
        ("moved", lambda ticket, by: resolve_ticket(ticket, by=by)),
        ("prioritised", lambda ticket, by: set_priority(ticket, Priority.HIGH, by=by)),
        ("labelled", lambda ticket, by: set_labels(ticket, ["x"], by=by)),
    ],
)
def test_each_occasion_makes_its_rules_look_and_no_others(channel, agnes, max_, trigger, happens):
    made(max_, trigger, add("seen"), name="Seen")
    made(max_, "overdue", add("not"), name="Other")
    ticket = make_ticket(channel)
    happens(ticket, agnes)
    assert set(names(worked(ticket))) - {"x"} == {"seen"}
    assert {name for name, _outcome in outcomes()} == {"Seen"}


def test_a_change_can_be_judged_by_what_was_before(channel, agnes, max_):
    made(max_, "moved", add("back"), tests=[("was_status", "resolved"), ("status", "open")])
    made(max_, "prioritised", add("calmed"), tests=[("was_priority", "3")])
    ticket = make_ticket(channel)
    resolve_ticket(ticket, by=agnes)
    assert names(worked(ticket)) == []
    reopen_ticket(ticket, by=agnes)
    assert names(worked(ticket)) == ["back"]
    set_priority(ticket, Priority.URGENT, by=agnes)
    assert names(worked(ticket)) == ["back"]
    set_priority(ticket, Priority.LOW, by=agnes)
    assert names(worked(ticket)) == ["back", "calmed"]


def test_hours_after_the_last_message_a_rule_looks_once_and_a_new_message_begins_anew(channel, lena, max_):
    made(max_, "since_customer", {"do": "notify", "whom": f"person:{lena.pk}"}, tests=[("awaiting", "")], hours=24)
    ticket = make_ticket(channel, thread="t")
    worked(now=hours(23))
    assert not Notification.objects.exists()
    receive_messages(channel, [make_incoming("Hello?", thread="t")])
    worked(now=timezone.now())
    RuleTimer.objects.update(due_at=hours(30))
    worked(now=hours(29))
    assert not RuleRun.objects.exists()
    worked(now=hours(31))
    worked(now=hours(62))
    (told,) = Notification.objects.all()
    assert (told.user, told.reason, told.ticket) == (lena, "rule", ticket)
    assert RuleRun.objects.count() == 1


def test_hours_count_only_while_what_they_count_is_so(channel, agnes, max_):
    made(max_, "since_resolved", add("long done"), hours=2)
    made(max_, "since_unassigned", add("left alone"), hours=2)
    ticket, other = make_ticket(channel), make_ticket(channel)
    resolve_ticket(ticket, by=agnes)
    assign_ticket(other, agnes, by=agnes)
    worked()
    reopen_ticket(ticket, by=agnes)
    worked(now=hours(3))
    assert names(ticket) == ["left alone"]
    assert names(other) == []
    resolve_ticket(ticket, by=agnes)
    worked()
    worked(now=hours(3))
    assert names(ticket) == ["left alone", "long done"]


def test_a_rule_never_answers_to_its_own_change_nor_do_two_go_round(channel, agnes, max_):
    own = made(max_, "prioritised", {"do": "priority", "priority": 0}, name="Own", tests=[("priority_least", "1")])
    ping = made(max_, "labelled", {"do": "remove_labels", "labels": ["a"]}, name="Ping", tests=[("added", "a")])
    pong = made(max_, "labelled", add("a"), name="Pong", tests=[("removed", "a")])
    ticket = make_ticket(channel)
    set_priority(ticket, Priority.URGENT, by=agnes)
    set_labels(ticket, ["a"], by=agnes)
    worked(ticket)
    assert ticket.priority == Priority.LOW
    assert outcomes() == [("Own", "done"), ("Ping", "done"), ("Pong", "done"), ("Ping", "cut")]
    assert RuleRun.objects.get(outcome="cut").chain == [ping.pk, pong.pk, ping.pk]
    own.refresh_from_db()
    ping.refresh_from_db()
    assert (own.run_count, ping.run_count, ping.cut_count) == (1, 1, 1)


def test_a_chain_of_rules_ends_after_five(channel, max_):
    for number in range(8):
        made(max_, "labelled", add(f"l{number + 1}"), name=f"R{number}", tests=[("added", f"l{number}")])
    made(max_, "received", add("l0"), name="Start")
    ticket = worked(make_ticket(channel))
    assert names(ticket) == ["l0", "l1", "l2", "l3", "l4"]
    assert outcomes()[-1] == ("R4", "cut")
    assert len(outcomes()) == 6


def test_what_one_action_can_not_do_undoes_the_others_and_is_counted(channel, jonas, northline, max_, client):
    rule = made(max_, "received", URGENT, {"do": "assign", "to": str(jonas.pk)})
    made(max_, "received", add("next"), position=20)
    jonas.teams.set([make_team(northline)])
    ticket = worked(make_ticket(channel))
    assert (ticket.priority, ticket.assignee, names(ticket)) == (Priority.NORMAL, None, ["next"])
    rule.refresh_from_db()
    assert (rule.run_count, rule.failed_count) == (0, 1)
    client.force_login(max_)
    assert "Jonas Okafor can&#x27;t have this ticket" in client.get(f"/automation/{rule.pk}/").content.decode()
    assert "failed once" in client.get("/automation/").content.decode()


def test_a_rule_whose_author_may_no_longer_do_it_is_paused_and_managers_are_told(
    channel, max_, olga, client, mailoutbox
):
    rule = made(max_, "received", add("x"), name="Old")
    max_.role = Role.AGENT
    max_.save()
    ticket = worked(make_ticket(channel))
    rule.refresh_from_db()
    assert (names(ticket), rule.active) == ([], False)
    tell_managers()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([olga.email], "The rule “Old” is paused")]
    client.force_login(olga)
    assert "Whoever wrote it may no longer do what it does." in client.get("/automation/").content.decode()
    client.post(f"/automation/{rule.pk}/switch/", {"active": "yes"})
    rule.refresh_from_db()
    assert (rule.active, rule.author, rule.trouble) == (True, olga, "")
    assert names(worked(make_ticket(channel))) == ["x"]


def test_notes_call_people_followers_and_teams_are_told(channel, agnes, jonas, lena, care, max_):
    actions = [{"do": "note", "text": "@Lena Brandt please look"}, {"do": "follow", "to": str(jonas.pk)}]
    made(max_, "received", *actions, {"do": "notify", "whom": f"team:{care.pk}"})
    ticket = worked(make_ticket(channel))
    note = Message.objects.get(direction="note")
    assert (note.text, note.user) == ("@Lena Brandt please look", None)
    told = set(Notification.objects.values_list("user__name", "reason"))
    assert ("Lena Brandt", "mentioned") in told
    assert {name for name, reason in told if reason == "rule"} == {"Agnes Berg", "Jonas Okafor", "Lena Brandt"}
    assert Follower.objects.filter(ticket=ticket, user=jonas).exists()


def test_telling_a_team_costs_the_same_for_one_and_for_ten_of_its_people(channel, northline, max_):
    def cost(people):
        team = make_team(northline)
        for _ in range(people):
            make_person("Anna Agent", northline, "agent", teams=(team,))
        action = {"do": "notify", "whom": f"team:{team.pk}"}
        ticket = make_ticket(channel)
        Ticket.objects.filter(pk=ticket.pk).update(team=team)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            take(Ticket.objects.get(pk=ticket.pk), action, rule=TicketRule(name="Look"), author=max_, event=0)
        assert Notification.objects.filter(ticket=ticket).count() == people
        return len(queries)

    assert cost(1) == cost(10)


def test_whoever_has_a_ticket_of_another_team_is_told_too_and_nobody_who_can_not_see_it(channel, northline, max_):
    elsewhere = make_team(northline)
    holder, _stranger = (make_person(name, northline, "agent", teams=(elsewhere,)) for name in ("Hal", "Stan"))
    made(max_, "labelled", {"do": "notify", "whom": f"team:{elsewhere.pk}"})
    ticket = make_ticket(channel)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=holder)
    set_labels(ticket, ["x"], by=max_)
    worked()
    assert [*Notification.objects.filter(reason="rule").values_list("user__name", flat=True)] == ["Hal"]


def test_an_organization_s_rules_see_no_other_s_tickets(channel, oscar, max_):
    made(oscar, "received", add("theirs"))
    assert names(worked(make_ticket(channel))) == []


def test_a_rule_that_is_switched_off_does_nothing_not_even_what_it_waited_for(channel, max_):
    rule = made(max_, "since_created", add("late"), hours=1)
    ticket = make_ticket(channel)
    worked()
    switch_rule(rule, active=False, by=max_)
    switch_rule(rule, active=True, by=max_)
    worked(now=hours(2))
    assert names(ticket) == []


def test_a_worker_that_dies_between_two_rules_is_followed_and_none_runs_twice(channel, max_):
    first = made(max_, "received", {"do": "note", "text": "one"}, position=1, name="One")
    made(max_, "received", {"do": "note", "text": "two"}, position=2, name="Two")
    ticket = make_ticket(channel)
    read_log()
    job = RuleJob.objects.get()
    fields = {"organization": ticket.organization, "ticket": ticket, "event": job.event}
    RuleRun.objects.create(rule=first, outcome="done", chain=[first.pk], **fields)
    worked()
    worked()
    assert [*Message.objects.filter(direction="note").values_list("text", flat=True)] == ["two"]
    assert not RuleJob.objects.exists()


def test_what_happens_where_there_are_no_rules_is_not_even_read(channel, max_, oscar):
    switched_off = made(max_, "received", add("x"))
    switch_rule(switched_off, active=False, by=max_)
    made(oscar, "received", add("x"))
    event = Event.objects.get(kind="message.received", ticket=make_ticket(channel))

    assert load_events([event.pk], ruled=True) == {}
    assert [*load_events([event.pk])] == [event.pk]
    switch_rule(switched_off, active=True, by=max_)
    assert [*load_events([event.pk], ruled=True)] == [event.pk]


def test_what_a_rule_did_is_forgotten_after_ninety_days(channel, max_, monkeypatch):
    monkeypatch.setattr(rule_runs, "_FORGOTTEN_AT_ONCE", 2)
    rule = made(max_, "received", add("x"))
    tickets = [worked(make_ticket(channel)) for _number in range(5)]
    old = RuleRun.objects.filter(ticket__in=tickets[:4])
    old.update(ran_at=timezone.now() - timedelta(days=91))

    tasks.forget_what_is_over()

    assert RuleRun.objects.get().ticket == tickets[4]
    rule.refresh_from_db()
    assert rule.run_count == 5


def test_matching_costs_the_same_for_one_rule_and_for_ten_for_one_ticket_and_for_ten(channel, max_):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            read_log()
        return len([one for one in queries if not re.match("SAVEPOINT|RELEASE", one["sql"])])

    made(max_, "received", add("x"), tests=[("text_any", "nothing like it")])
    make_ticket(channel)
    one = cost()
    for number in range(9):
        made(max_, "received", add("x"), tests=[("text_any", f"nothing {number}")])
    receive_messages(channel, [make_incoming() for _number in range(10)])
    assert cost() == one
    assert not RuleJob.objects.exists()


def test_a_status_of_one_s_own_is_set_and_asked_for(channel, northline, agnes, max_):
    fields = {"organization": northline, "category": "snoozed"}
    supplier = NamedStatus.objects.create(name="With the supplier", **fields)
    lab = NamedStatus.objects.create(name="With the lab", **fields)
    made(max_, "labelled", {"do": "status", "status": supplier.pk}, tests=[("added", "part, again")])
    made(max_, "moved", add("lab"), tests=[("named_status", str(lab.pk))], name="Lab")
    made(max_, "moved", URGENT, tests=[("named_status", str(supplier.pk))], name="Supplier")
    ticket = make_ticket(channel)

    set_labels(ticket, ["part"], by=agnes)
    worked(ticket)

    assert (ticket.status, ticket.named_status, ticket.priority) == ("snoozed", supplier, Priority.URGENT)
    assert names(ticket) == ["part"]
    set_status(ticket, Status.SNOOZED, named=lab, by=agnes)
    assert names(worked(ticket)) == ["lab", "part"]

    supplier.delete()
    set_labels(ticket, ["again"], by=agnes)
    worked(ticket)
    assert RuleRun.objects.latest("pk").words == "The status that the ticket would get is not here any more."
    assert ticket.named_status == lab


def test_resolving_what_is_resolved_is_no_mistake(channel, agnes, max_):
    made(max_, "labelled", {"do": "resolve"})
    made(max_, "noted", {"do": "snooze", "hours": 2})
    made(max_, "prioritised", {"do": "open"})
    ticket = make_ticket(channel)
    resolve_ticket(ticket, by=agnes)
    set_labels(ticket, ["x"], by=agnes)
    write_note(ticket, "Done", by=agnes)
    assert worked(ticket).status == Status.RESOLVED
    set_priority(ticket, Priority.HIGH, by=agnes)
    assert worked(ticket).status == Status.OPEN
    assert {outcome for _name, outcome in outcomes()} == {"done"}
