"""Only the customer answers by a survey's link: what comes back with it in it is shown, told and found without."""

import json

import pytest
from django.utils import timezone

from inbox import calls
from inbox.actions.changes import edit_messages
from inbox.actions.messages import receive_messages
from inbox.actions.payloads import keep_payload_error
from inbox.actions.surveys import ask_due
from inbox.connectors.base import MessageEdited
from inbox.models import Call, Channel, Delivery, Endpoint, Event, Message, Payload, Survey, SurveyPolicy, Ticket
from inbox.queries.surveys import address_of, surveys_in, without_keys
from tests.cast import make_channel, make_incoming, make_key, make_ticket
from tests.inbox.chatwoot_program import Ear, Program, listening
from tests.inbox.surveyed import asked, helped, later, make_mail


@pytest.fixture
def mail(rail, care):
    return make_mail(rail, care, network="email", external=True)


def test_a_letter_that_quotes_the_question_is_kept_without_the_key(mail, agnes, client):
    survey = asked(mail, agnes, thread="t")
    link = address_of(survey)
    wrapped = link.replace("/", "%2F")
    text = f"Yes, thanks!\n> {link}"
    markup = f'<p>Yes, thanks!</p><blockquote><a href="https://safe.example/?url={wrapped}">{link}</a></blockquote>'
    quoted = make_incoming(text, html=markup, thread="t", visibility="direct", external_id="quoted")
    receive_messages(mail, [quoted])
    edit_messages(mail, [MessageEdited("quoted", timezone.now(), f"{text}\n{link}", markup)])

    message = Message.objects.latest("pk")
    assert message.text.startswith("Yes, thanks!\n> http")
    assert survey.key not in f"{message.text} {message.html} {message.revisions.get().text}"
    assert "safe.example" in message.html
    ticket = Ticket.objects.get()
    secret = make_key(mail.organization, "tickets:read")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    told = client.get(f"/api/v1/tickets/{ticket.number}", headers=headers)
    assert "Yes, thanks!" in told.content.decode()
    client.force_login(agnes)
    shown = client.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()
    assert "Yes, thanks!" in shown
    for said in (shown, told.content.decode(), ticket.preview):
        assert survey.key not in said
    found = client.get("/inbox/search/", {"q": survey.key}).content.decode()
    assert f'id="ticket-{ticket.number}"' not in found


def test_what_is_no_link_of_a_survey_stays_as_it_was_said(mail):
    said = "See https://shop.example/s/shoes/ and /s/x.y, or https://shop.example/s/"
    assert make_ticket(mail, said, thread="s").messages.get().text == said
    assert without_keys(said) == said
    assert surveys_in({"one": said}) == {}


def test_a_survey_that_the_network_shows_before_its_receipt_is_no_message_of_its_own(mail, agnes, rail, care):
    survey = asked(mail, agnes, thread="t")
    echo = make_incoming(f"{survey.message.text}\n{address_of(survey)}", thread="t", direction="outbound")
    events = Event.objects.count()

    (received,) = receive_messages(mail, [echo])

    assert received == ("duplicate", survey.ticket.number, survey.message_id)
    assert (Message.objects.filter(direction="outbound").count(), Event.objects.count()) == (2, events)
    elsewhere = make_channel(rail, care, network="x")
    (received,) = receive_messages(elsewhere, [echo])
    assert received.status == "created"
    assert survey.key not in Message.objects.get(pk=received.message_id).text


def test_who_looks_through_calls_and_payloads_cannot_answer(mail, agnes, northline, olga, client):
    endpoint = Endpoint.objects.create(organization=northline, channel=mail, name="Shop", url="https://shop.example/")
    survey = asked(mail, agnes)
    body = json.dumps({"content": f"Happy?\n{address_of(survey)}"})
    call = Call.objects.create(
        organization=northline, endpoint=endpoint, kind="message_created", body=body, due_at=timezone.now()
    )
    payload = Payload.objects.create(
        organization=northline, channel=mail, delivery_key="1", body=body.replace("/", "\\/").encode()
    )
    keep_payload_error(payload, "Strange.")
    client.force_login(olga)
    for address in (
        f"inbox/call/{call.pk}/change/",
        f"inbox/payload/{payload.pk}/change/",
        "dead-letters/?what=payloads",
    ):
        page = client.get(f"/console/{address}", follow=True).content.decode()
        assert "Happy?" in page, address
        assert survey.key not in page, address


@pytest.mark.django_db(transaction=True)
def test_a_program_s_echo_is_the_receipt_of_the_survey(northline, rail, care, agnes, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with listening() as address:
        program = Program(
            northline, "messages:write", "messages:read", "tickets:write", "tickets:read", "channels:write"
        )
        made = program.post("inboxes/", {"name": "Shop", "channel": {"type": "api", "webhook_url": address}}).json()
        channel = Channel.objects.get(pk=made["id"])
        SurveyPolicy.objects.create(organization=northline, channel=channel, active=True)
        ticket = helped(channel, agnes)
        Delivery.objects.update(state="sent")
        ask_due(later())
        calls.call_endpoints()
        survey = Survey.objects.get()
        told = next(one["content"] for one in Ear.heard if one.get("id") == survey.message_id)
    assert told.endswith(address_of(survey))

    echo = program.said(ticket.number, content=told, message_type="outgoing", source_id="WAID:2").json()

    assert echo["id"] == survey.message_id
    assert Message.objects.get(pk=survey.message_id).external_id == "WAID:2"
    assert survey.key not in json.dumps(program.messages(ticket.number))
