"""What Twilio pushes, read; and what the connector says to Twilio."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from inbox.connectors.base import BadSignature, RateLimited, Rejected, StatusReported, WebhookRequest
from inbox.connectors.sms import reading
from inbox.connectors.sms.connector import SmsConnector, sign
from tests.connectors.meta.replies import make_reply
from tests.connectors.sms.stage import AUTH_TOKEN, NUMBER, SID, FakeTwilio

HOOK, CUSTOMER = "https://desk.example/webhooks/1/", "+14017122661"


@pytest.fixture
def network():
    fake = FakeTwilio()
    yield fake
    fake.close()


@pytest.fixture
def connector(network):
    return SmsConnector(network.address, SID, AUTH_TOKEN, NUMBER, HOOK)


# Names as in Twilio's reference of its messaging webhooks.
def read(**form):
    told = {"MessageSid": "SM1", "From": CUSTOMER, "To": NUMBER, **form}
    return reading.read(urlencode(told).encode(), number=NUMBER)


def test_a_message_with_pictures_is_one():
    (message,) = read(Body="Grüße 👋", NumMedia="2", MediaUrl0="https://a.example/0", MediaUrl1="https://a.example/1")

    assert (message.external_id, message.thread_key, message.text) == ("SM1", CUSTOMER, "Grüße 👋")
    assert [file.url for file in message.attachments] == ["https://a.example/0", "https://a.example/1"]
    assert datetime.now(UTC) - message.sent_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "reported"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("undelivered", "failed"), ("failed", "failed")],
)
def test_statuses(status, reported):
    assert read(MessageStatus=status) == [StatusReported(reported, "SM1")]


def test_what_is_on_its_way_is_no_news_and_a_failure_says_why():
    assert read(MessageStatus="queued") == read(MessageStatus="sending") == []
    (failed,) = read(MessageStatus="undelivered", ErrorCode="30003")
    assert failed.words == "The phone is switched off or out of reach. [30003]"


def test_another_number_is_none_of_ours_but_a_messaging_service_is():
    assert read(To="+1999", Body="Hi") == []
    told = urlencode({"MessageSid": "SM1", "From": CUSTOMER, "To": "+1999", "MessagingServiceSid": "MG1", "Body": "Hi"})
    assert len(reading.read(told.encode(), number="MG1")) == 1


def test_the_signature_covers_the_address_and_all_that_came(connector):
    # The address, the token and the signature are those of the example in Twilio's guide to webhook security.
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310"}
    body = urlencode({**form, "To": "+18005551212"}).encode()
    address = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign(address, body, "12345") == "L/OH5YylLD5NRKLltdqwSvS0BnU="

    signed = {"x-twilio-signature": sign(HOOK, body, AUTH_TOKEN)}
    assert connector.verify_webhook(WebhookRequest(body, signed, HOOK))
    wrong = [
        WebhookRequest(body + b"&A=1", signed, HOOK),
        WebhookRequest(body, signed, HOOK + "?a=1"),
        WebhookRequest(body, {}, HOOK),
    ]
    for request in wrong:
        with pytest.raises(BadSignature):
            connector.verify_webhook(request)


def test_an_earlier_attempt_is_found_but_never_an_older_message_that_says_the_same(connector):
    older = connector.post_reply(make_reply(CUSTOMER))
    reply = make_reply(CUSTOMER, earlier=(older.external_id,))
    assert connector.find_reply(reply) is None

    placed = connector.post_reply(reply)

    assert connector.find_reply(reply).external_id == placed.external_id
    assert connector.find_reply(make_reply(CUSTOMER, "Something else")) is None
    assert connector.find_reply(make_reply(CUSTOMER, created_at=datetime.now(UTC) + timedelta(minutes=5))) is None


def test_whoever_has_sent_stop_is_not_written_to_and_the_agent_reads_why(network, connector):
    network.stopped.add(CUSTOMER)
    with pytest.raises(Rejected, match="has sent STOP"):
        connector.post_reply(make_reply(CUSTOMER))

    network.faults.append("rate_limit")
    with pytest.raises(RateLimited):
        connector.post_reply(make_reply(CUSTOMER))


def test_the_number_the_hook_and_the_pictures(network, connector):
    connector.post_reply(make_reply(CUSTOMER))

    assert network.messages[0]["hook"] == HOOK
    assert connector.probe().name == "Northline"
    assert connector.open_file(f"{network.address}/media/1").headers
    assert not connector.open_file("https://elsewhere.example/1").headers
    assert connector.thanks == "<Response/>"
