"""WhatsApp's own examples of what it pushes, read; and what the connector says to its network."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from inbox.connectors.base import AccessRevoked, MessageEdited, MessageRemoved, NotThere, StatusReported
from inbox.connectors.whatsapp import reading
from inbox.connectors.whatsapp.connector import WhatsAppConnector
from tests.connectors.meta.replies import make_graph, make_reply
from tests.connectors.meta.simulator import NUMBER

EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text())["examples"]
MEDIA = "https://graph.facebook.com/v23.0"
CUSTOMER = "16505551234"


def read(body, number=NUMBER, **more):
    return reading.read(json.dumps(body).encode(), number=number, media=MEDIA, **more)


def value(field="messages", **said):
    told = {"metadata": {"phone_number_id": NUMBER}, **said}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": field, "value": told}]}]}


def test_a_text_says_who_wrote_it_and_when():
    (message,) = read(EXAMPLES["Text Message"])

    assert message.text == "Does it come in another color?"
    assert (message.author.external_id, message.author.username) == (CUSTOMER, "+16505551234")
    assert (message.author.name, message.thread_key) == ("Sheena Nelson", CUSTOMER)
    assert message.sent_at == datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC)
    assert (message.direction, message.visibility) == ("inbound", "direct")


def test_a_picture_is_an_attachment_that_is_asked_for_by_its_id():
    (message,) = read(EXAMPLES["Image Message"])

    assert message.text == "Taj Mahal"
    assert [(file.url, file.type) for file in message.attachments] == [(f"{MEDIA}/1003383421387256", "image/jpeg")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Text Message with Context (Product Inquiry)", "Is this still available?"),
        ("Location Message", "[location] Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301 https://philzcoffee.com/"),
        ("Contact Sharing Message", "[contact] Lucía Gómez +1 (983) 555-2319"),
        ("Unsupported Message", "[a kind of message that WhatsApp does not pass on]"),
        ("Button Message", "Unsubscribe"),
        ("Interactive List Reply Message", "Priority Mail Express"),
        ("Interactive Button Reply Message", "Cancel"),
        ("Order Message", "[order] 2 × di9ozbzfi4, 1 × nqryix03ez"),
    ],
)
def test_other_kinds_are_put_into_words(name, text):
    (message,) = read(EXAMPLES[name])

    assert message.text == text


@pytest.mark.parametrize(
    "name", ["Reaction Message", "System Message", "Group Create Message", "Group Settings Update"]
)
def test_what_says_nothing_is_left_out(name):
    assert read(EXAMPLES[name]) == []


def test_every_example_can_be_read_and_none_is_of_another_number():
    for example in EXAMPLES.values():
        read(example)
        assert read(example, number="another") == []


# The forms of the messages "edit" and "revoke" and of the webhook smb_message_echoes are those of Meta's reference of
# May and July 2026; user ids in place of numbers those that came with usernames in April 2026.
def test_edits_and_removals_name_the_message_that_they_are_about():
    edited = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "At noon"}}}
    told = [
        {"from": CUSTOMER, "id": "wamid.2", "timestamp": "1749416383", "type": "edit", "edit": edited},
        {
            "from": CUSTOMER,
            "id": "wamid.3",
            "timestamp": "1749416384",
            "type": "revoke",
            "revoke": {"original_message_id": "wamid.1"},
        },
    ]

    edit, removal = read(value(messages=told))

    assert edit == MessageEdited("wamid.1", datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC), text="At noon")
    assert removal == MessageRemoved("wamid.1", datetime(2025, 6, 8, 20, 59, 44, tzinfo=UTC))


def test_what_the_brand_types_on_its_phone_is_its_own():
    echo = {"from": "15550783881", "to": CUSTOMER, "id": "wamid.4", "timestamp": "1749416383"}
    echoes = [{**echo, "type": "text", "text": {"body": "We are on it"}}]

    (message,) = read(value("smb_message_echoes", message_echoes=echoes))

    assert (message.direction, message.thread_key, message.text) == ("outbound", CUSTOMER, "We are on it")


def test_a_customer_without_a_number_is_known_by_an_id_and_answered_by_it(network):
    said = {"from_user_id": "DE.1502576394655843", "id": "wamid.5", "timestamp": "1749416383", "type": "text"}
    contact = {"profile": {"name": "Sheena", "username": "sheena"}, "user_id": "DE.1502576394655843"}
    (message,) = read(value(contacts=[contact], messages=[{**said, "text": {"body": "Hi"}}]))
    assert (message.thread_key, message.author.username) == ("DE.1502576394655843", "sheena")

    WhatsAppConnector(make_graph(network), NUMBER, "").post_reply(make_reply(message.thread_key))

    body = network.posted[0].body
    assert (body["recipient"], body.get("to")) == ("DE.1502576394655843", None)


def test_a_status_says_by_our_key_which_reply_it_is_about():
    key = uuid4()
    told = [{"id": "wamid.9", "status": "delivered", "timestamp": "1749416383", "biz_opaque_callback_data": str(key)}]

    assert read(value(statuses=told)) == [StatusReported("delivered", "wamid.9", key=key)]
    assert read(value(statuses=[{"id": "wamid.9", "status": "warning"}])) == []


def test_a_failure_says_why_in_words_for_an_agent():
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "More than 24 hours."}}

    (status,) = read(value(statuses=[{"id": "wamid.9", "status": "failed", "errors": [error]}]))

    assert (status.status, status.key) == ("failed", None)
    assert "wrote too long ago" in status.words
    assert "More than 24 hours. [131047]" in status.words


def test_a_closed_account_is_told():
    body = {"entry": [{"id": "77", "changes": [{"field": "account_update", "value": {"event": "ACCOUNT_DELETED"}}]}]}

    assert read(body, account="77") == [AccessRevoked("WhatsApp: ACCOUNT_DELETED")]
    assert read(body, account="78") == read(body) == []


def test_a_file_is_asked_for_by_its_id_and_read_with_the_token(network):
    network.media["1003383421387256"] = b"a picture"
    connector = WhatsAppConnector(make_graph(network), NUMBER, "")

    source = connector.open_file(f"{network.address}/1003383421387256")

    assert source.address == f"{network.address}/media/1003383421387256"
    assert source.headers["Authorization"].startswith("Bearer ")
    for wrong in ("https://elsewhere.example/1003383421387256", network.address + "/"):
        with pytest.raises(NotThere):
            connector.open_file(wrong)


def test_our_key_goes_with_the_reply_and_the_account_is_known(network):
    connector, reply = WhatsAppConnector(make_graph(network), NUMBER, ""), make_reply(CUSTOMER)
    connector.post_reply(reply)

    assert UUID(network.posted[0].body["biz_opaque_callback_data"]) == reply.key
    assert connector.probe().handle == "+1 555-078-3881"


def test_a_status_says_by_our_key_which_part_of_a_reply_it_is_about():
    key = uuid4()
    status = {"id": "wamid.out", "status": "failed", "biz_opaque_callback_data": f"{key}/1"}

    (told,) = read(value(statuses=[status]))

    assert (told.key, told.part, told.external_id) == (key, 1, "wamid.out")
