"""What the guard objects to, through every door by which a text can leave."""

import json

import pytest

from accounts.models.keys import Scope
from brandvoice.actions import positions as voice
from brandvoice.models import GuardDecision
from inbox.actions import deliveries
from inbox.actions.replies import NewReply, ReplyStopped, send_replies, send_reply
from inbox.models import DeliveryState
from tests.cast import make_channel, make_key, make_rule, make_ticket
from tests.inbox.doors import Api

LINE = "We do not comment on rumours about our staff."
SAID = "Nobody fears the layoffs."
FORM = "Hi {}, we are sorry that your train did not come at all this morning."
HARD = " ".join(["so we departed"] * 11)


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Are there layoffs?", thread="t", external_id="post", language="en")


@pytest.fixture
def silence(amira, lena, rail):
    """Return a maker of a signed position: layoffs are not discussed, except by the people who are named."""

    def silence(*named):
        position = voice.create_position("Are there layoffs?", by=lena, brand=rail, topic="Jobs")
        people = tuple(person.pk for person in named)
        content = voice.VersionContent(
            (voice.NewWording(LINE),), sensitivity="silent", topic_words=("layoff",), named_people=people
        )
        version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
        return voice.sign_version(version, by=amira)

    return silence


@pytest.fixture
def type_text(client, agnes, ticket):
    """Type a text as Agnes; return what the composer shows below it."""
    client.force_login(agnes)

    def type_text(text, **fields):
        said = {"text": text, "visibility": "public"} | fields
        return client.post(f"/tickets/{ticket.number}/guard/", said).content.decode()

    return type_text


@pytest.fixture
def press_send(client, agnes, ticket):
    """Press Send as Agnes, with and without a script; return the answer."""
    client.force_login(agnes)

    def press_send(text, **fields):
        said = {"text": text, "visibility": "public", "seen": ticket.messages.latest("pk").pk} | fields
        return client.post(f"/tickets/{ticket.number}/reply/", said)

    return press_send


@pytest.fixture
def post(northline, ticket):
    """Post a reply to the ticket over the API; return the status and the document."""
    api = Api(make_key(northline, Scope.TICKETS_WRITE)[1])

    def post(text, **fields):
        body = {"text": text, "seen": 2**63 - 1} | fields
        answer = api.post(f"tickets/{ticket.number}/replies", body)
        return answer.status_code, json.loads(answer.content)

    return post


def reply(ticket, text, **fields):
    seen = ticket.messages.latest("pk").pk
    return NewReply(**({"text": text, "visibility": "public", "seen": seen} | fields))


# What is not discussed ------------------------------------------------------------------------------


def test_the_composer_says_what_is_not_discussed_and_offers_the_signed_line(silence, type_text):
    version = silence()

    shown = type_text(SAID)

    assert "We do not discuss “layoffs”." in shown
    assert f'data-fix="{LINE}"' in shown
    assert f'data-fix-wording="{version.wordings.get().pk}"' in shown
    assert "Version 1" in shown


def test_send_is_refused_in_the_composer_and_the_decision_names_the_version(silence, press_send):
    version = silence()

    answer = press_send(SAID)

    assert answer.status_code == 422
    assert LINE in answer.content.decode()
    (finding,) = GuardDecision.objects.get().findings
    assert (finding["rule"], finding["signed_version"]) == ("topic.silent", version.pk)


def test_named_people_may_send(silence, press_send, agnes):
    silence(agnes)

    assert press_send(SAID).status_code < 400


def test_the_api_refuses_with_the_words_the_version_and_the_signed_line(silence, post):
    version = silence()

    status, problem = post(SAID)

    assert status == 422
    (finding,) = problem["findings"]
    assert SAID[finding["start"] : finding["end"]] == "layoffs"
    assert (finding["rule"], finding["version"], finding["signed_version"]) == ("topic.silent", 1, version.pk)
    fix = finding["fix"]
    assert (fix["text"], fix["wording"]) == (LINE, version.wordings.get().pk)


def test_the_fix_of_the_api_goes_out_as_it_says(silence, post):
    silence()
    fix = post(SAID)[1]["findings"][0]["fix"]
    text = SAID[: fix["start"]] + fix["text"] + SAID[fix["end"] :]
    span = {"wording": fix["wording"], "start": fix["start"], "end": fix["start"] + len(fix["text"])}

    status, _queued = post(text, spans=[span])

    assert status == 201


def test_of_many_at_once_those_are_refused_that_say_it(silence, channel, agnes):
    silence()
    tickets = [make_ticket(channel), make_ticket(channel)]
    texts = [SAID, "It left at nine."]

    sent = send_replies({one.number: reply(one, text) for one, text in zip(tickets, texts, strict=True)}, by=agnes)

    assert isinstance(sent[tickets[0].number], ReplyStopped)
    assert sent[tickets[1].number].text == texts[1]


def test_what_waits_in_the_queue_is_held_once_it_is_no_longer_discussed(silence, rail, care, agnes):
    push = make_channel(rail, care, network="sandbox", external=False, handle="@push")
    ticket = make_ticket(push)
    held = send_reply(ticket, reply(ticket, SAID), by=agnes).delivery
    silence()

    assert deliveries.claim_due_deliveries(limit=2) == []

    held.refresh_from_db()
    assert (held.state, held.decision.findings[0]["rule"]) == (DeliveryState.HELD, "topic.silent")


# A stop says what would help ------------------------------------------------------------------------


def test_the_api_offers_both_the_removal_and_signed_words(post, signed, northline, ticket):
    from brandvoice.actions.examples import add_examples, embed_missing_examples

    add_examples(signed.position, ["Are there layoffs?"], language="en", by=signed.created_by)
    embed_missing_examples()

    _status, problem = post("Write to ana@mail.example.", visibility="public")

    (finding,) = problem["findings"]
    assert (finding["fix"]["text"], finding["fix"]["wording"]) == ("", None)
    assert finding["instead"]["wording"] == signed.wordings.get().pk


def test_the_version_of_the_organizations_own_rule_is_in_the_findings(post, northline):
    rule = make_rule(northline, "legendary")

    _status, problem = post("Our legendary trains!")

    (finding,) = problem["findings"]
    assert (finding["rule_id"], finding["version"], finding["signed_version"]) == (rule.pk, 1, None)


# Advice and stops that are not about single words -----------------------------------------------------


def test_a_form_letter_is_stopped_by_both_doors_where_a_rule_says_so(post, press_send, channel, agnes, northline):
    for name in ("Ana", "Joe", "Kim"):
        ticket = make_ticket(channel)
        send_reply(ticket, reply(ticket, FORM.format(name)), by=agnes)
    make_rule(northline, kind="repeated", outcome="block")

    status, problem = post(FORM.format("Lee"), visibility="public")

    assert (status, [one["rule"] for one in problem["findings"]]) == (422, ["repeated"])
    assert "networks take that for a robot" in press_send(FORM.format("Lee")).content.decode()


def test_what_is_hard_to_read_is_pointed_out_while_writing_and_stopped_by_both_doors_where_a_rule_says_so(
    post, press_send, type_text, northline
):
    assert "Hard to read" in type_text(HARD)
    make_rule(northline, kind="tone.reading_level", outcome="block")

    status, problem = post(HARD)

    assert (status, [one["rule"] for one in problem["findings"]]) == (422, ["tone.reading_level"])
    assert press_send(HARD).status_code == 422
