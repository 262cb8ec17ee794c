"""Incidents: declared in a moment, they hold what is on its way, let out what their level lets out, and end."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from accounts.permissions import PermissionDenied
from brandvoice.models import GuardDecision
from brandvoice.spans import Span
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.deliveries import claim_due_deliveries, retry_delivery
from inbox.actions.enrich import enrich_messages
from inbox.actions.incidents import (
    IncidentIsOver,
    NewIncident,
    acknowledge_incident,
    change_incident,
    declare_incident,
    stand_down,
)
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.models import Attachment, Channel, Delivery, Event, Incident, IncidentLevel, IncidentTicket, Ticket
from tests.cast import make_brand, make_channel, make_key, make_organization, make_team, make_ticket
from tests.inbox.doors import Api
from tests.inbox.signed_words import OLD, whole

SERIOUS, CRISIS, WATCH = "Serious", "Crisis", "Watch"


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Is it true that the bridge is closed?")


@pytest.fixture
def declare(northline, lena):
    def declare(level=SERIOUS, by=lena, **fields):
        found = IncidentLevel.objects.get(organization=northline, name=level)
        new = {"name": "Bridge closed", "level": found, "phrases": ["bridge"], "briefing": "Say nothing of reopening."}
        return declare_incident(NewIncident(**new | fields), by=by)

    return declare


@pytest.fixture
def frozen(northline):
    """The level at which nothing goes out at all."""
    return IncidentLevel.objects.create(
        organization=northline, name="Frozen", rank=4, replies="frozen", acknowledge=False
    ).name


def reply(text="The bridge opens at nine.", **fields):
    return NewReply(text, "public", seen=2**63 - 1, **fields)


def rules(stopped):
    return [finding.rule.rpartition(".")[0] for finding in stopped.value.verdict.findings]


def state(message):
    return Delivery.objects.get(message=message).state


def test_what_is_on_its_way_about_it_is_held_when_it_is_declared_and_the_rest_goes_out(ticket, channel, agnes, declare):
    Channel.objects.update(external=False)
    about = [send_reply(make_ticket(channel), reply(), by=agnes) for _ in range(3)]
    gathered = send_reply(ticket, reply("We are looking into it."), by=agnes)
    other = send_reply(make_ticket(channel), reply("It left at nine."), by=agnes)

    declare()

    assert [state(message) for message in [*about, gathered]] == ["held"] * 4
    assert "Bridge closed" in Delivery.objects.get(message=gathered).error
    assert [taken.message_id for taken in claim_due_deliveries(limit=10)] == [other.pk]


def test_a_reply_about_it_waits_until_its_writer_has_read_the_briefing(ticket, agnes, declare):
    incident = declare(WATCH)
    IncidentLevel.objects.filter(pk=incident.level_id).update(acknowledge=True)
    with pytest.raises(ReplyStopped, match="Read the briefing about “Bridge closed”"):
        send_reply(ticket, reply(), by=agnes)

    acknowledge_incident(incident, by=agnes)
    acknowledge_incident(incident, by=agnes)

    assert state(send_reply(ticket, reply(), by=agnes)) == "queued"
    assert Event.objects.filter(kind="incident.acknowledged", actor=agnes).count() == 1


def test_a_new_briefing_has_to_be_read_anew(ticket, agnes, lena, declare):
    incident = declare()
    acknowledge_incident(incident, by=agnes)

    new = NewIncident(name=incident.name, level=incident.level, phrases=["bridge"], briefing="It opens at nine.")
    change_incident(incident, new, by=lena)

    with pytest.raises(ReplyStopped) as stopped:
        send_reply(ticket, reply(), by=agnes)
    assert "incident.unread" in rules(stopped)


def test_it_goes_out_once_somebody_else_has_approved_it_and_another_incident_asks_again(ticket, agnes, lena, declare):
    Channel.objects.update(external=False)
    incident = declare()
    acknowledge_incident(incident, by=agnes)
    with pytest.raises(ReplyStopped) as stopped:
        send_reply(ticket, reply(), by=agnes)
    assert rules(stopped) == ["incident.approval"]

    first = hand_over_reply(ticket, reply(), by=agnes)
    approve_reply(first, by=lena)
    assert [taken.message_id for taken in claim_due_deliveries()] == [first.pk]
    Delivery.objects.update(state="sent")

    second = hand_over_reply(ticket, reply("The bridge opens at ten."), by=agnes)
    approve_reply(second, by=lena)
    declare(name="Bridge on fire")
    assert claim_due_deliveries() == []
    assert state(second) == "held"


def test_only_the_holding_statement_goes_out_without_approval(ticket, agnes, signed, declare):
    wording = signed.wordings.get().pk
    incident = declare(CRISIS, holding=signed.position)
    acknowledge_incident(incident, by=agnes)

    with pytest.raises(ReplyStopped) as stopped:
        send_reply(ticket, reply(OLD + " We are sorry.", spans=whole(signed)), by=agnes)
    assert rules(stopped) == ["incident.holding"]
    (finding,) = stopped.value.verdict.findings
    assert (finding.fix.text, finding.fix.wording_id) == (OLD, wording)

    said = reply(f" {OLD}\n", spans=[Span(wording, 1, 1 + len(OLD))])
    assert state(send_reply(ticket, said, by=agnes)) == "queued"


def test_where_nothing_goes_out_an_approval_does_not_help(ticket, agnes, declare, frozen):
    declare(frozen)

    with pytest.raises(ReplyStopped) as stopped:
        hand_over_reply(ticket, reply(), by=agnes)
    assert rules(stopped) == ["incident.frozen"]


def test_programs_are_stopped_too_and_told_why(northline, ticket, declare):
    declare()
    api = Api(make_key(northline, Scope.TICKETS_WRITE)[1])

    answer = api.post(f"tickets/{ticket.number}/replies", {"text": "It opens at nine.", "seen": 2**63 - 1})

    problem = json.loads(answer.content)
    assert (answer.status_code, problem["outcome"]) == (422, "needs_approval")
    assert problem["findings"][0]["rule"].startswith("incident.approval.")


def test_a_drill_says_what_would_be_stopped_and_stops_nothing(ticket, agnes, declare):
    waiting = send_reply(ticket, reply(), by=agnes)

    declare(CRISIS, drill=True)

    assert state(waiting) == "queued"
    send_reply(ticket, reply("It opens at ten."), by=agnes)
    findings = GuardDecision.objects.latest("pk").findings
    assert {finding["outcome"] for finding in findings} == {"warn"}
    assert {finding["rule"].rpartition(".")[0] for finding in findings} == {"incident.unread", "incident.holding"}


def test_stood_down_nothing_is_stopped_any_more_and_what_was_held_can_be_sent_again(ticket, agnes, lena, declare):
    Channel.objects.update(external=False)
    message = send_reply(ticket, reply(), by=agnes)
    incident = declare()
    assert state(message) == "held"

    stand_down(incident, by=lena)

    assert state(message) == "held"
    retry_delivery(message.delivery, by=agnes)
    assert [taken.message_id for taken in claim_due_deliveries()] == [message.pk]
    with pytest.raises(IncidentIsOver):
        acknowledge_incident(incident, by=agnes)
    with pytest.raises(IncidentIsOver):
        stand_down(incident, by=lena)


def test_tickets_are_gathered_by_words_and_topic_when_it_is_declared_and_as_they_come(channel, declare):
    said, topic = make_ticket(channel, "Two bridges are closed!"), make_ticket(channel, "Hello?")
    other, done = make_ticket(channel, "Where is my bag?"), make_ticket(channel, "The bridge is closed")
    Ticket.objects.filter(pk=topic.pk).update(topic="Bridge works")
    Ticket.objects.filter(pk=done.pk).update(status="resolved")
    enrich_messages()

    incident = declare(topics=["bridge works"])
    Ticket.objects.filter(pk=topic.pk).update(topic="Bridge works")
    late, unrelated = make_ticket(channel, "What about that BRIDGE?"), make_ticket(channel, "Thanks!")
    enrich_messages()

    gathered = set(IncidentTicket.objects.filter(incident=incident).values_list("ticket", flat=True))
    assert {said.pk, late.pk} <= gathered
    assert not gathered & {other.pk, done.pk, unrelated.pk}
    assert Event.objects.filter(kind="incident.gathered", ticket=late).count() == 1


def test_it_touches_its_brand_alone_and_no_other_organization(northline, care, agnes, declare, rail):
    bikes = make_channel(make_brand(northline, "Northline Bikes"), care)
    declare(brand=rail)

    assert state(send_reply(make_ticket(bikes), reply(), by=agnes)) == "queued"
    assert not Incident.objects.filter(organization=make_organization("Harbour")).exists()


def test_agents_declare_none(agnes, declare):
    with pytest.raises(PermissionDenied):
        declare(by=agnes)


def test_sending_takes_as_many_statements_with_ten_incidents_as_with_one(ticket, agnes, declare):

    costs = []
    for count in (1, 9):
        for number in range(count):
            declare(WATCH, name=f"Number {number}")
        with CaptureQueriesContext(connection) as queries:
            send_reply(ticket, reply(), by=agnes)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_reply_in_a_merged_conversation_is_held_by_what_touches_either_ticket(rail, care, channel, agnes, declare):
    Channel.objects.update(external=False)
    mail = make_channel(rail, care, network="email", external=False)
    letter, post = make_ticket(mail, "Hello?"), make_ticket(channel, "And what of the bridge?")
    Ticket.objects.filter(pk=letter.pk).update(contact=post.contact_id)
    waiting = send_reply(letter, NewReply("We are looking.", "", seen=2**63 - 1), by=agnes)
    merge_tickets(Ticket.objects.get(pk=letter.pk), Ticket.objects.get(pk=post.pk), by=agnes)
    enrich_messages()

    declare()

    assert IncidentTicket.objects.filter(ticket=post).exists()
    assert state(waiting) == "held"


def test_what_is_said_of_a_picture_is_about_it_too(channel, agnes, declare):
    waiting = send_reply(make_ticket(channel), reply("Look here."), by=agnes)
    Attachment.objects.create(
        organization_id=waiting.organization_id, message=waiting, name="a.png", alt="The closed bridge", state="kept"
    )

    declare()

    assert state(waiting) == "held"


def test_declaring_costs_no_more_with_ten_replies_on_their_way_that_it_does_not_touch(channel, agnes, declare):
    costs = []
    for count in (1, 9):
        for _number in range(count):
            send_reply(make_ticket(channel), reply("It left at nine."), by=agnes)
        with CaptureQueriesContext(connection) as queries:
            stand_down(declare(), by=Incident.objects.latest("pk").declared_by)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_list_counts_what_its_reader_may_see(client, northline, rail, channel, agnes, lena, declare):
    make_ticket(channel, "The bridge?")
    make_ticket(make_channel(rail, make_team(northline, "Others")), "The bridge?")
    declare()
    counts = []
    for person in (agnes, lena):
        client.force_login(person)
        counts.append([incident.tickets for incident in client.get("/incidents/").context["incidents"]])

    assert counts == [[1], [2]]


# The pages ------------------------------------------------------------------------------------------


FORM = {"name": "Bridge closed", "phrases": "bridge, Harbour Street", "briefing": "Say nothing of reopening."}


def level_of(northline, name=SERIOUS):
    return IncidentLevel.objects.get(organization=northline, name=name)


def test_three_fields_declare_one_and_its_page_says_how_it_goes(client, ticket, agnes, lena, northline):
    enrich_messages()
    held = send_reply(ticket, reply(), by=agnes)
    client.force_login(lena)

    answer = client.post("/incidents/new/", FORM | {"level": level_of(northline).pk}, follow=True)

    page = answer.content.decode()
    assert Incident.objects.get().phrases == ["bridge", "Harbour Street"]
    assert (answer.context["figures"].tickets, answer.context["figures"].held) == (1, 1)
    assert state(held) == "held"
    assert "Say nothing of reopening." in page
    assert "The bridge opens at nine." in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phrases": ""}, "Say what it is about"),
        ({"everything": "on"}, "Either words and topics, or everything."),
        ({"name": ""}, "This field is required."),
        ({"phrases": "x" * 81}, "at most 80 characters"),
        ({"level": "0"}, "not one of the available choices"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused_and_the_page_says_why(client, lena, northline, fields, words):
    client.force_login(lena)

    answer = client.post("/incidents/new/", FORM | {"level": level_of(northline).pk} | fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Incident.objects.exists()


def test_the_bar_stands_on_every_page_with_its_briefing_until_it_is_read_and_while_it_is_live(
    client, agnes, lena, declare
):
    incident = declare()
    client.force_login(agnes)
    for page in ("/inbox/mine/", "/positions/", "/incidents/"):
        shown = client.get(page).content.decode()
        assert "Bridge closed" in shown
        assert "I have read it" in shown

    answer = client.post(f"/incidents/{incident.pk}/read/", headers={"HX-Request": "true"}).content.decode()
    assert "Bridge closed" in answer
    assert "I have read it" not in answer

    stand_down(incident, by=lena)
    assert "incident-bar__line" not in client.get("/inbox/mine/").content.decode()
    assert client.post(f"/incidents/{incident.pk}/read/").status_code == 409


def test_one_that_is_still_to_be_read_stands_before_a_graver_one(client, agnes, declare):
    declare(WATCH, name="Small thing")
    grave = declare(CRISIS)
    client.force_login(agnes)
    assert client.get("/incidents/bar/").context["bar"].incident == grave

    acknowledge_incident(grave, by=agnes)
    new = declare(SERIOUS, name="Another thing")

    shown = client.get("/incidents/bar/").context["bar"]
    assert (shown.incident, shown.others, shown.unread) == (new, 2, True)


def test_a_lead_changes_it_and_stands_it_down_and_an_agent_does_neither(client, agnes, lena, northline, declare):
    incident = declare()
    client.force_login(agnes)
    assert client.get(f"/incidents/{incident.pk}/change/").status_code == 403
    assert client.post(f"/incidents/{incident.pk}/end/").status_code == 403
    assert client.get("/incidents/new/").status_code == 403

    client.force_login(lena)
    change = FORM | {"level": level_of(northline, CRISIS).pk, "briefing": "It opens at nine."}
    client.post(f"/incidents/{incident.pk}/change/", change)
    incident.refresh_from_db()
    assert (incident.level.name, incident.briefing) == (CRISIS, "It opens at nine.")
    assert client.post(f"/incidents/{incident.pk}/end/").status_code == 302
    assert client.post(f"/incidents/{incident.pk}/change/", change).status_code == 409


def test_an_outsider_finds_none(client, oscar, declare):
    incident = declare()
    client.force_login(oscar)

    assert client.get(f"/incidents/{incident.pk}/").status_code == 404
    assert "Bridge closed" not in client.get("/incidents/").content.decode()


@pytest.mark.parametrize("page", ["/incidents/", "/incidents/{pk}/", "/inbox/mine/"])
def test_the_pages_cost_the_same_for_ten_as_for_one(client, channel, agnes, lena, declare, page):
    client.force_login(lena)
    costs = []
    for count in (1, 9):
        for number in range(count):
            incident = declare(WATCH, name=f"Number {number}", phrases=["bridge", f"{number}"])
            send_reply(make_ticket(channel, "The bridge?"), reply(), by=agnes)
            enrich_messages()
            acknowledge_incident(incident, by=agnes)
        client.get(page.format(pk=incident.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(page.format(pk=Incident.objects.first().pk))
        costs.append(len(queries))

    assert costs[0] == costs[1]
