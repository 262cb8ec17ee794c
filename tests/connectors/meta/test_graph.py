"""What Meta's signature, handshake and error codes mean, the same for its three networks."""

import json

import pytest

from inbox.connectors.base import (
    AccessDenied,
    BadSignature,
    NotThere,
    RateLimited,
    Rejected,
    Unavailable,
    Uncertain,
    WebhookRequest,
)
from inbox.connectors.meta import hooks
from inbox.connectors.meta.graph import Graph
from inbox.connectors.whatsapp.connector import WhatsAppConnector
from tests.connectors.fake import Answer
from tests.connectors.meta.replies import make_graph, make_reply
from tests.connectors.meta.simulator import APP_SECRET, NUMBER, TOKEN


@pytest.mark.parametrize(
    ("code", "subcode", "error"),
    [
        (190, 463, AccessDenied),
        (4, 0, RateLimited),
        (17, 0, RateLimited),
        (32, 0, RateLimited),
        (613, 0, RateLimited),
        (80007, 0, RateLimited),
        (130429, 0, RateLimited),
        (131056, 0, Unavailable),
        (131016, 0, Unavailable),
        (131047, 0, Rejected),
        (100, 0, Rejected),
        (100, 33, NotThere),
        (10, 2018278, Rejected),
    ],
)
def test_a_code_says_what_the_status_does_not(network, code, subcode, error):
    network.refusal = (code, subcode)
    connector = WhatsAppConnector(make_graph(network), NUMBER, "")

    with pytest.raises(error) as refused:
        connector.post_reply(make_reply("16505551234"))

    assert refused.type is error
    assert f"[{code}]" in str(refused.value)
    assert not network.posted


def test_a_customer_who_gets_too_much_does_not_stop_the_account(network):
    network.refusal = (131056, 0)

    with pytest.raises(Unavailable) as refused:
        WhatsAppConnector(make_graph(network), NUMBER, "").post_reply(make_reply("16505551234"))

    assert not isinstance(refused.value, RateLimited)
    assert refused.value.retry_after == 6


def test_a_closed_window_is_explained(network):
    network.refusal = (131047, 0)

    with pytest.raises(Rejected, match="wrote too long ago"):
        WhatsAppConnector(make_graph(network), NUMBER, "").post_reply(make_reply("16505551234"))


def test_graphs_own_header_says_how_long_to_wait(network):
    usage = {"102290129340398": [{"type": "messages", "call_count": 100, "estimated_time_to_regain_access": 3}]}
    body = {"error": {"code": 80007, "message": "Rate limit issues"}}
    network.handle = lambda _call: Answer(body, 400, {"X-Business-Use-Case-Usage": json.dumps(usage)})

    with pytest.raises(RateLimited) as refused:
        make_graph(network).post("x", {}, dict)

    assert refused.value.retry_after == 180


def test_an_answer_that_is_no_json_leaves_it_open_what_happened(network):
    network.handle = lambda _call: Answer(b"<html>")

    with pytest.raises(Uncertain):
        make_graph(network).post("x", {}, dict)


def test_the_secret_is_proved_with_each_request_and_a_wrong_one_refused(network):
    with pytest.raises(Rejected, match="appsecret_proof"):
        Graph(network.address, TOKEN, "another").get(NUMBER, dict)
    with pytest.raises(AccessDenied):
        Graph(network.address, "another", APP_SECRET).get(NUMBER, dict)


def test_a_webhook_is_verified_on_its_raw_bytes():
    body = b'{"text": "Gr\\u00fc\\u00dfe"}'
    signed = {"x-hub-signature-256": hooks.sign(body, APP_SECRET)}

    key = hooks.verify(WebhookRequest(body, signed), APP_SECRET)
    assert key == hooks.verify(WebhookRequest(body, signed), APP_SECRET)
    for wrong in (
        WebhookRequest(body.replace(b"text", b"Text"), signed),
        WebhookRequest(body),
        WebhookRequest(body, {}),
    ):
        with pytest.raises(BadSignature):
            hooks.verify(wrong, APP_SECRET)
    unsafe = WebhookRequest(body, {"x-hub-signature-256": hooks.sign(body, "")})
    with pytest.raises(BadSignature):
        hooks.verify(unsafe, "")


def test_only_who_knows_the_token_gets_its_challenge_back():
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify me", "hub.challenge": "1158201444"}

    assert hooks.shake_hands(query, "verify me") == "1158201444"
    for token, asked in (("other", query), ("", query), ("verify me", {**query, "hub.mode": ""}), ("verify me", {})):
        with pytest.raises(BadSignature):
            hooks.shake_hands(asked, token)
