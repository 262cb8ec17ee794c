"""Templates: kept as the network has them, filled in, judged by the guard, and sent when nothing else may be."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions import deliveries
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.actions.sending_files import PickedFile
from inbox.actions.taking_back import take_back_reply
from inbox.actions.templates import ChosenTemplate, TemplateNotTaken, keep_templates
from inbox.connectors.templates import NetworkTemplate, OutgoingTemplate
from inbox.models import Draft, MessageTemplate, Ticket
from inbox.queries.outgoing import outgoing_replies
from tests.cast import make_channel, make_key, make_rule, make_ticket
from tests.inbox.doors import bearer

BODY = "Hi {{1}}, {{2}} is back. Do you still need us?"


@pytest.fixture
def channel(rail, care):
    return make_channel(rail, care, network="whatsapp", external=False)


@pytest.fixture
def template(channel):
    keep_templates(channel, [make_template()])
    return MessageTemplate.objects.get()


@pytest.fixture
def ticket(channel):
    """A conversation in which the customer was heard two days ago."""
    ticket = make_ticket(channel, visibility="direct", language="en")
    Ticket.objects.update(last_inbound_at=timezone.now() - timedelta(days=2))
    return Ticket.objects.get(pk=ticket.pk)


def make_template(name="train_back", **fields):
    told = {"external_id": name, "language": "en_US", "category": "UTILITY", "status": "APPROVED", "body": BODY}
    return NetworkTemplate(name=name, **told | fields)


def reply(template, *values, **fields):
    chosen = ChosenTemplate(template.pk, {str(number): value for number, value in enumerate(values, start=1)})
    return NewReply(text="", visibility="direct", seen=10**9, template=chosen, **fields)


def outgoing(message):
    (delivery,) = deliveries.claim_due_deliveries(now=timezone.now() + timedelta(minutes=1))
    assert delivery.message_id == message.pk
    return outgoing_replies([delivery])[delivery.pk]


def test_a_template_goes_out_when_no_free_answer_may(ticket, template, agnes):
    with pytest.raises(ReplyStopped):
        send_reply(ticket, NewReply(text="Hello", visibility="direct", seen=10**9), by=agnes)

    message = send_reply(ticket, reply(template, "Robin", "the\n  7:42"), by=agnes)

    assert message.text == "Hi Robin, the 7:42 is back. Do you still need us?"
    sent = outgoing(message)
    assert sent.template == OutgoingTemplate("train_back", "en_US", (("1", "Robin"), ("2", "the 7:42")))
    assert Ticket.objects.get().preview == message.text


def test_the_guard_judges_all_that_the_customer_reads(ticket, template, agnes, northline):
    make_rule(northline, "legendary", reason="We do not boast.")

    with pytest.raises(ReplyStopped, match="We do not boast"):
        send_reply(ticket, reply(template, "Robin", "our legendary train"), by=agnes)

    keep_templates(ticket.channel, [make_template(footer="Your legendary railway")])
    with pytest.raises(ReplyStopped, match="We do not boast"):
        send_reply(ticket, reply(template, "Robin", "the 7:42"), by=agnes)


def test_what_may_not_go_out_any_more_is_held_at_the_last_moment(ticket, template, agnes, northline):
    message = send_reply(ticket, reply(template, "Robin", "the legendary 7:42"), by=agnes)
    make_rule(northline, "legendary", reason="We do not boast.")

    assert deliveries.claim_due_deliveries(now=timezone.now() + timedelta(minutes=1)) == []
    message.delivery.refresh_from_db()
    assert message.delivery.error == "We do not boast."


def test_a_template_that_needs_approval_is_handed_over_whole(ticket, template, agnes, lena):
    chosen = reply(template, "Robin", "you are legally right and it")

    message = hand_over_reply(ticket, chosen, by=agnes)
    approve_reply(message, by=lena)

    assert outgoing(message).template.values[1] == ("2", "you are legally right and it")


@pytest.mark.parametrize(
    ("values", "fields", "words"),
    [
        (("Robin",), {}, "Fill in .*2"),
        (("Robin", "  "), {}, "Fill in .*2"),
        (("Robin", "the 7:42"), {"files": (PickedFile(1),)}, "without files"),
    ],
)
def test_what_can_not_be_sent_as_a_template_is_refused(ticket, template, agnes, values, fields, words):
    with pytest.raises(TemplateNotTaken, match=words):
        send_reply(ticket, reply(template, *values, **fields), by=agnes)


def test_a_template_of_another_channel_or_one_that_is_paused_is_none(ticket, template, agnes, rail, care):
    other = make_ticket(make_channel(rail, care, network="whatsapp", handle="other"), visibility="direct")
    with pytest.raises(TemplateNotTaken, match="any more"):
        send_reply(other, reply(template, "Robin", "it"), by=agnes)

    keep_templates(ticket.channel, [make_template(status="PAUSED")])
    with pytest.raises(TemplateNotTaken, match="any more"):
        send_reply(ticket, reply(template, "Robin", "it"), by=agnes)


def test_what_the_network_no_longer_has_is_gone_and_the_rest_stays_the_same_row(channel, template):
    keep_templates(channel, [make_template(body="Hello"), make_template("another")])
    assert set(MessageTemplate.objects.values_list("name", "body")) == {("train_back", "Hello"), ("another", BODY)}
    assert MessageTemplate.objects.get(name="train_back").pk == template.pk

    keep_templates(channel, [])
    assert not MessageTemplate.objects.exists()


def test_a_draft_outlives_the_template_and_a_template_taken_back_leaves_it_alone(ticket, template, agnes):
    Draft.objects.create(
        organization=ticket.organization, ticket=ticket, user=agnes, text="My own", updated_at=timezone.now()
    )
    message = send_reply(ticket, reply(template, "Robin", "it"), by=agnes)

    take_back_reply(message.delivery, by=agnes)

    assert Draft.objects.get().text == "My own"


class TestOverRest:
    @pytest.fixture
    def secret(self, northline):
        return make_key(northline, Scope.TICKETS_READ, Scope.TICKETS_WRITE)[1]

    def test_a_program_finds_a_template_and_sends_it(self, client, ticket, template, secret):
        listed = client.get(f"/api/v1/channels/{ticket.channel_id}/templates", headers=bearer(secret)).json()
        (found,) = listed["templates"]
        assert (found["id"], found["name"], found["blanks"]) == (template.pk, "train_back", ["1", "2"])
        sent = {"template": {"id": found["id"], "values": {"1": "Robin", "2": "it"}}, "seen": 10**9}

        answer = self.post(client, ticket, secret, sent)

        assert answer.status_code == 201
        assert ticket.messages.latest("pk").text == "Hi Robin, it is back. Do you still need us?"

    def test_what_is_missing_is_said(self, client, ticket, template, secret):
        answer = self.post(client, ticket, secret, {"template": {"id": template.pk, "values": {}}, "seen": 10**9})

        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": "template", "message": "Fill in {{1}}, {{2}}."}]

    def test_ten_templates_cost_the_queries_of_one(self, client, channel, secret):
        costs = []
        client.get(f"/api/v1/channels/{channel.pk}/templates", headers=bearer(secret))
        for number in (1, 10):
            keep_templates(channel, [make_template(f"t{each}") for each in range(number)])
            with CaptureQueriesContext(connection) as asked:
                listed = client.get(f"/api/v1/channels/{channel.pk}/templates", headers=bearer(secret)).json()
            assert len(listed["templates"]) == number
            costs.append(len(asked))
        assert costs[0] == costs[1]

    def post(self, client, ticket, secret, body):
        address = f"/api/v1/tickets/{ticket.number}/replies"
        return client.post(address, json.dumps(body), content_type="application/json", headers=bearer(secret))


class TestInTheComposer:
    @pytest.fixture
    def page(self, client, agnes):
        client.force_login(agnes)
        return client

    def fill(self, page, ticket, template, htmx=True, **blanks):
        form = {"template": template.pk, "visibility": "direct", "seen": 10**9, "purpose": "inform", **blanks}
        headers = {"HX-Request": "true"} if htmx else {}
        return page.post(f"/tickets/{ticket.number}/template/", form, headers=headers)

    def send(self, page, ticket, template, **blanks):
        form = {"template": template.pk, "visibility": "direct", "seen": 10**9, "purpose": "inform", **blanks}
        return page.post(f"/tickets/{ticket.number}/reply/", form, headers={"HX-Request": "true"})

    def test_templates_are_offered_when_the_time_is_over_and_only_then(self, page, ticket, template):
        late = page.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()
        Ticket.objects.update(last_inbound_at=timezone.now())
        early = page.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()

        assert "train_back · en_US · utility" in late
        assert "train_back" not in early

    @pytest.mark.parametrize("htmx", [True, False])
    def test_what_the_customer_will_read_is_shown_with_what_the_guard_thinks_of_it(
        self, page, ticket, template, northline, htmx
    ):
        make_rule(northline, "legendary", reason="We do not boast.")
        half = self.fill(page, ticket, template, htmx, **{"blank-1": "Robin"}).content.decode()
        whole = {"blank-1": "Robin", "blank-2": "our legendary train"}
        stopped = self.fill(page, ticket, template, htmx, **whole).content.decode()

        assert "Hi Robin, {{2}} is back." in half
        assert "Hi Robin, our legendary train is back." in stopped
        assert ("We do not boast." in half, "We do not boast." in stopped) == (False, True)

    def test_it_is_sent_or_comes_back_as_it_was_with_why_not(self, page, ticket, template):
        missing = self.send(page, ticket, template, **{"blank-1": "Robin"})
        assert (missing.status_code, 'value="Robin"' in missing.content.decode()) == (422, True)
        assert "Fill in {{2}}." in missing.content.decode()

        sent = self.send(page, ticket, template, **{"blank-1": "Robin", "blank-2": "it"})
        assert sent.status_code == 200
        assert ticket.messages.latest("pk").text == "Hi Robin, it is back. Do you still need us?"

    def test_ten_templates_cost_the_queries_of_one(self, page, ticket, template):
        costs = []
        page.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"})
        for number in (1, 10):
            keep_templates(ticket.channel, [make_template(f"t{each}") for each in range(number)])
            with CaptureQueriesContext(connection) as asked:
                page.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"})
            costs.append(len(asked))
        assert costs[0] == costs[1]
