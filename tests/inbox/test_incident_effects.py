"""What an incident's level changes beside replies: rules, teams, deadlines, who is called; a drill changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions.approvals import hand_over_reply
from inbox.actions.deadlines import keep_deadlines
from inbox.actions.enrich import enrich_messages
from inbox.actions.incident_effects import route_gathered
from inbox.actions.incidents import NewIncident, acknowledge_incident, change_incident, declare_incident, stand_down
from inbox.actions.replies import NewReply
from inbox.actions.rule_runs import run_rules
from inbox.actions.tickets import assign_ticket
from inbox.models import Event, IncidentLevel, Notification, RuleRun, SlaPolicy, SlaTarget, Ticket
from tests.cast import make_team, make_ticket
from tests.inbox.rules import add, made, names, worked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def reading(northline):
    """Rules and deadlines read the log from here on."""
    run_rules()
    keep_deadlines()


@pytest.fixture
def level(northline):
    return IncidentLevel.objects.get(organization=northline, name="Serious")


@pytest.fixture
def crisis_team(northline):
    return make_team(northline, "Crisis team")


@pytest.fixture
def declare(level, lena):
    def declare(**fields):
        new = {"name": "Bridge closed", "level": level, "phrases": ["bridge"]}
        return declare_incident(NewIncident(**new | fields), by=lena)

    return declare


def effects(level, **fields):
    IncidentLevel.objects.filter(pk=level.pk).update(**fields)


def test_rules_leave_its_tickets_alone_and_say_why_and_go_on_once_it_is_over(channel, level, max_, lena, declare):
    made(max_, "received", add("seen"))
    effects(level, pause_rules=True)
    incident = declare()

    about, other = make_ticket(channel, "Is the bridge closed?"), make_ticket(channel, "Where is my train?")
    worked(about)

    assert (names(about), names(other)) == ([], ["seen"])
    assert RuleRun.objects.get(ticket=about).words == "“Bridge closed” is going on: rules leave its tickets alone."

    stand_down(incident, by=lena)
    later = worked(make_ticket(channel, "Is the bridge open again?"))
    assert names(later) == ["seen"]


def test_a_ticket_that_it_has_gathered_is_left_alone_whatever_its_customer_says_next(channel, level, max_, declare):
    ticket = make_ticket(channel, "Is the bridge closed?")
    effects(level, pause_rules=True)
    declare()
    made(max_, "received", add("seen"))

    make_ticket(channel, "Hello?", thread=ticket.thread_key)

    assert names(worked(ticket)) == []


def test_its_tickets_are_given_to_the_levels_team_once(channel, level, agnes, lena, max_, crisis_team, care, declare):
    before = assign_ticket(make_ticket(channel, "Is the bridge closed?"), agnes, by=lena)
    effects(level, team=crisis_team)

    declare()
    after = make_ticket(channel, "The bridge?")
    enrich_messages()
    route_gathered()

    tickets = Ticket.objects.filter(pk__in=[before.pk, after.pk]).order_by("pk")
    assert [(ticket.team, ticket.assignee) for ticket in tickets] == [(crisis_team, None)] * 2
    kinds = Event.objects.filter(ticket=before).order_by("-pk").values_list("kind", flat=True)[:2]
    assert list(kinds) == ["ticket.unassigned", "ticket.moved_to_team"]

    Ticket.objects.filter(pk=after.pk).update(team=care)
    route_gathered()
    assert Ticket.objects.get(pk=after.pk).team == care


def test_giving_ten_tickets_to_a_team_takes_as_many_statements_as_one(channel, level, crisis_team, declare):
    effects(level, team=crisis_team)
    costs = []
    for count in (1, 10):
        for _number in range(count):
            make_ticket(channel, "The bridge?")
        declare(name=f"{count} at once")
        with CaptureQueriesContext(connection) as queries:
            route_gathered()
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_deadlines_go_by_the_levels_policy_while_it_goes_on(channel, northline, level, lena, declare):
    usual, quick = (SlaPolicy.objects.create(organization=northline, name=name) for name in ("Usual", "Quick"))
    for policy, minutes in ((usual, 600), (quick, 15)):
        SlaTarget.objects.create(policy=policy, metric="first_reply", minutes=minutes, warning=5)
    ticket = make_ticket(channel, "Is the bridge closed?")

    def allowed():
        keep_deadlines()
        ticket.refresh_from_db()
        return (ticket.due_at - ticket.due_from).total_seconds() / 60

    assert allowed() == 600
    effects(level, policy=quick)
    incident = declare()
    assert allowed() == 15
    stand_down(incident, by=lena)
    assert allowed() == 600


def test_a_change_of_level_changes_the_deadlines(channel, northline, level, lena, declare):
    quick = SlaPolicy.objects.create(organization=northline, name="Quick", networks=["email"])
    SlaTarget.objects.create(policy=quick, metric="first_reply", minutes=15, warning=5)
    ticket = make_ticket(channel, "Is the bridge closed?")
    incident = declare()
    keep_deadlines()
    ticket.refresh_from_db()
    assert ticket.due_at is None

    crisis = IncidentLevel.objects.get(organization=northline, name="Crisis")
    effects(crisis, policy=quick)
    crisis.refresh_from_db()
    change_incident(incident, NewIncident(name="Bridge closed", level=crisis, phrases=["bridge"]), by=lena)

    keep_deadlines()
    ticket.refresh_from_db()
    assert ticket.due_metric == "first_reply"


def test_those_on_call_are_told_of_what_waits_if_they_may_approve(channel, level, agnes, jonas, lena, amira, declare):
    level.approvers.set([jonas, lena, amira])
    ticket = make_ticket(channel, "Is the bridge closed?")
    acknowledge_incident(declare(), by=agnes)

    hand_over_reply(ticket, NewReply("It opens at nine.", "public", seen=2**63 - 1), by=agnes)

    told = Notification.objects.filter(reason="approval", ticket=ticket)
    assert {(one.user, one.actor, one.excerpt) for one in told} == {
        (lena, agnes, "It opens at nine."),
        (amira, agnes, "It opens at nine."),
    }


def test_a_drill_changes_none_of_these(channel, northline, level, agnes, max_, lena, crisis_team, declare):
    quick = SlaPolicy.objects.create(organization=northline, name="Quick", networks=["email"])
    SlaTarget.objects.create(policy=quick, metric="first_reply", minutes=15, warning=5)
    made(max_, "received", add("seen"))
    effects(level, pause_rules=True, team=crisis_team, policy=quick)
    declare(drill=True)

    ticket = worked(make_ticket(channel, "Is the bridge closed?"))
    enrich_messages()
    route_gathered()
    keep_deadlines()
    ticket.refresh_from_db()

    assert names(ticket) == ["seen"]
    assert (ticket.team, ticket.due_at) == (channel.team, None)


def test_a_manager_says_in_the_console_what_a_level_changes_and_the_page_of_an_incident_shows_it(
    client, level, max_, lena, crisis_team, declare
):
    incident = declare()
    client.force_login(max_)
    form = {"name": "Serious", "rank": 2, "replies": "approval", "pause_rules": "on", "team": crisis_team.pk}
    answer = client.post(f"/console/inbox/incidentlevel/{level.pk}/change/", form | {"approvers": [lena.pk]})
    assert answer.status_code == 302

    page = client.get(f"/incidents/{incident.pk}/").content.decode()
    for words in ("Rules leave its tickets alone", "Its tickets go to Crisis team", "On call: Lena Brandt"):
        assert words in page
