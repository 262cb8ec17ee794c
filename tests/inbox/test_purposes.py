"""Why messages are sent: chosen before the words, proposed from what the customer wrote, never missing."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from inbox.actions.approvals import hand_over_reply
from inbox.actions.deliveries import claim_due_deliveries
from inbox.actions.drafts import save_draft
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.actions.taking_back import take_back_reply
from inbox.models import Channel, Draft, Message, Objective, Purpose, Sentiment, Ticket
from inbox.queries.purposes import purposes_of
from tests.cast import make_key, make_organization, make_rule, make_ticket
from tests.inbox.doors import Api

STANDARD = ["thank", "de_escalate", "resolve", "inform", "correct", "move_to_private", "decline"]
ADD = "/console/inbox/purpose/add/"


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


@pytest.fixture
def post(northline, ticket):
    """Post a reply to the ticket over the API; return the status and the document."""
    api = Api(make_key(northline, Scope.TICKETS_WRITE)[1])

    def post(text, **fields):
        answer = api.post(f"tickets/{ticket.number}/replies", {"text": text, "seen": 2**63 - 1} | fields)
        return answer.status_code, json.loads(answer.content)

    return post


def reply(text="It left at nine.", **fields):
    return NewReply(text, "public", seen=2**63 - 1, **fields)


def keys(organization):
    return [one.key for one in purposes_of(organization.pk)]


def read(ticket, **fields):
    """Note what was read off the customer's newest message."""
    Ticket.objects.filter(pk=ticket.pk).update(**fields)
    ticket.refresh_from_db()


def composer(client, agnes, ticket):
    client.force_login(agnes)
    return client.get(f"/inbox/open/{ticket.number}/").context["ticket"].composer


def test_an_organization_begins_with_the_standard_purposes(db):
    assert keys(make_organization("Harbour")) == STANDARD


@pytest.mark.parametrize(
    ("sentiment", "key"),
    [
        (Sentiment.POSITIVE, "thank"),
        (Sentiment.NEGATIVE, "de_escalate"),
        (Sentiment.NEUTRAL, "resolve"),
        (None, "resolve"),
    ],
)
def test_the_composer_proposes_one_by_how_the_customer_feels(client, agnes, ticket, sentiment, key):
    read(ticket, sentiment=sentiment)

    assert composer(client, agnes, ticket).purpose == key


def test_one_of_the_organizations_own_is_proposed_for_its_topic_with_its_tone(client, agnes, ticket, northline):
    Purpose.objects.create(
        organization=northline, key="win_back", name="Win back", position=1, topics=["Cancelling"], tone="warm, short"
    )
    assert composer(client, agnes, ticket).purpose == "resolve"

    read(ticket, topic="cancelling")

    shown = composer(client, agnes, ticket)
    assert (shown.purpose, shown.tone) == ("win_back", "warm, short")
    assert "warm, short" in client.get(f"/inbox/open/{ticket.number}/").content.decode()


def test_the_draft_keeps_what_was_chosen_and_so_does_a_reply_that_is_taken_back(client, agnes, ticket):
    client.force_login(agnes)
    client.post(f"/tickets/{ticket.number}/draft/", {"text": "Sorry", "visibility": "public", "purpose": "decline"})
    assert composer(client, agnes, ticket).purpose == "decline"

    sent = send_reply(ticket, reply(purpose="inform"), by=agnes)
    take_back_reply(sent.delivery, by=agnes)

    assert Draft.objects.get().purpose == "inform"


def test_a_reply_that_names_none_gets_what_is_proposed_whatever_door_it_takes(agnes, ticket, post, northline):
    read(ticket, sentiment=Sentiment.NEGATIVE)
    make_rule(northline, "lawyer", outcome="needs_approval")

    send_reply(ticket, reply(), by=agnes)
    hand_over_reply(ticket, reply("Ask your lawyer."), by=agnes)
    assert post("It came at ten.", confirm_stale=True)[0] == 201

    outbound = Message.objects.filter(direction="outbound")
    assert list(outbound.values_list("purpose", flat=True)) == ["de_escalate"] * 3


def test_one_that_is_unknown_or_not_in_use_any_more_is_refused_with_what_is_allowed(agnes, ticket, post, northline):
    Purpose.objects.filter(organization=northline, key__in=STANDARD[3:]).update(active=False)
    Purpose.objects.create(organization=make_organization("Harbour"), key="theirs", name="Theirs")

    for unknown in ("no_such", "inform", "theirs"):
        status, problem = post("It left at nine.", purpose=unknown)
        assert (status, problem["findings"][0]["rule"]) == (422, "purpose")
        assert problem["findings"][0]["reason"] == "Say why you write: thank, de_escalate, resolve."
    with pytest.raises(ReplyStopped, match="Say why you write: Thank, De-escalate, Resolve"):
        send_reply(ticket, reply(purpose="inform"), by=agnes)


def test_where_an_organization_has_switched_all_off_nothing_goes_out(agnes, ticket, northline):
    Purpose.objects.filter(organization=northline).update(active=False)

    with pytest.raises(ReplyStopped):
        send_reply(ticket, reply(), by=agnes)
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_purpose_switched_off_meanwhile_does_not_hold_what_waits_in_the_queue(agnes, ticket, northline):
    Channel.objects.update(external=False)
    sent = send_reply(ticket, reply(purpose="inform"), by=agnes)
    Purpose.objects.filter(organization=northline, key="inform").update(active=False)

    (taken,) = claim_due_deliveries()

    assert taken.pk == sent.delivery.pk


def test_a_saved_draft_of_a_purpose_that_is_gone_is_proposed_another(client, agnes, ticket, northline):
    save_draft(ticket, by=agnes, text="Sorry", visibility="public", purpose="decline")
    Purpose.objects.filter(organization=northline, key="decline").update(active=False)

    assert composer(client, agnes, ticket).purpose == "resolve"


def test_a_manager_adds_an_own_purpose_that_serves_an_objective(client, max_, northline):
    client.force_login(max_)
    objective = {"name": "Fewer people leave", "measure": "happier", "target": "40", "until": "2027-03-31"}
    assert client.post("/console/inbox/objective/add/", objective).status_code == 302

    answer = client.post(
        ADD,
        {
            "key": "Win-Back",
            "name": "Win back",
            "position": "5",
            "active": "on",
            "topics": "cancelling, moving",
            "sentiments": ["-1"],
            "tone": "warm",
            "objective": Objective.objects.get().pk,
        },
    )

    assert answer.status_code == 302
    made = Purpose.objects.get(organization=northline, key="win_back")
    assert (made.topics, made.sentiments, made.objective.name) == (["cancelling", "moving"], [-1], "Fewer people leave")
    assert "Win back" in client.get("/console/inbox/objective/").content.decode()
    assert "cancelling, moving, Negative" in client.get("/console/inbox/purpose/").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key": "win back", "name": "Win back"}, "valid"),
        ({"key": "win_back", "name": ""}, "Say what people call it."),
        ({"key": "thank", "name": "Thanks"}, "already exists"),
        ({"key": "win_back", "name": "Win back", "topics": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_purpose_that_makes_no_sense_is_refused_and_the_page_says_why(client, max_, northline, fields, words):
    client.force_login(max_)

    answer = client.post(ADD, {"position": "5", "active": "on"} | fields)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert keys(northline) == STANDARD


def test_purposes_are_switched_off_and_never_deleted_and_agents_change_none(client, max_, agnes, northline):
    purpose = Purpose.objects.get(organization=northline, key="thank")
    address = f"/console/inbox/purpose/{purpose.pk}/"
    client.force_login(max_)

    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    answer = client.post(f"{address}change/", {"name": "", "position": "10", "tone": "short", "key": "other"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    purpose.refresh_from_db()
    assert (purpose.key, purpose.active, purpose.tone) == ("thank", False, "short")

    client.force_login(agnes)
    assert client.get(f"{address}change/").status_code in {302, 403, 404}


@pytest.mark.parametrize("page", ["/console/inbox/purpose/", "/console/inbox/objective/"])
def test_the_console_costs_the_same_for_ten_as_for_one(client, max_, northline, page):
    client.force_login(max_)
    costs = []
    for numbers in (range(1), range(1, 10)):
        for number in numbers:
            wanted = Objective.objects.create(organization=northline, name=f"{number}", measure="happier", target=1)
            Purpose.objects.create(organization=northline, key=f"own_{number}", name=f"Own {number}", objective=wanted)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        costs.append(len(queries))

    assert costs[0] == costs[1]
