"""Our connector on a real homeserver: every case of the conformance suite, and what only a real one shows."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db import connections
from django.utils import timezone

from inbox import attachments, intake, listening
from inbox.actions.cursors import open_cursor
from inbox.connectors.base import AccessDenied, NotThere, OutgoingReply, RateLimited, Rejected
from inbox.connectors.matrix import connector
from inbox.connectors.matrix.door import MATRIX
from inbox.connectors.registry import connector_for
from inbox.models import Attachment, Cursor, DeliveryState, FileState, Message, Payload, Ticket
from tests.cast import make_channel
from tests.connectors.conformance import CASES, answer, dispatch, lacking, only_ticket, state_of
from tests.connectors.email.stage import PICTURE
from tests.networks.matrix_stage import (
    SERVER_TOKEN,
    SERVICE,
    SERVICE_TOKEN,
    Person,
    PushDoorway,
    RealMatrixStage,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(matrix, rail, care):
    stage = RealMatrixStage(matrix, rail, care)
    yield stage
    stage.close()


@pytest.fixture
def listener(stage, monkeypatch):
    """Somebody who listens until the test is over."""
    monkeypatch.setattr(listening, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(listening, "WAIT_SECONDS", 3.0)
    stop = threading.Event()

    def listen():
        try:
            listening.listen_on(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=listen)
    thread.start()
    yield
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def files(settings, own_files):
    """A folder of the test's own, and leave to fetch from this machine."""
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def pushed_channel(matrix, site, rail, care):
    """A channel to which the homeserver pushes as to an application service."""
    account = Person(matrix, "pushed-care")
    channel = make_channel(rail, care, network="matrix", handle=account.id, external=False, webhook_secret=SERVER_TOKEN)
    channel.keep_access({"server": matrix, "token": account.token, "account": account.id})
    open_cursor(channel)
    door = PushDoorway(f"{site}/webhooks/{channel.pk}")
    # A homeserver to which nobody listened waits longer and longer; this ends it.
    ping = f"{matrix}/_matrix/client/v1/appservice/{SERVICE}/ping"
    pinged = httpx.post(ping, json={}, headers={"Authorization": f"Bearer {SERVICE_TOKEN}"}, timeout=30)
    assert pinged.is_success, pinged.text
    yield channel
    door.close()


def eventually(condition, seconds=8):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"It has not happened within {seconds} seconds."
        time.sleep(0.05)
    return found


def reply_to(room, asked="", text="At platform 4."):
    return OutgoingReply(uuid4(), room, asked, text, "direct", created_at=timezone.now())


@pytest.mark.parametrize("case", [case for case in CASES if not lacking("matrix", RealMatrixStage, case)])
def test_the_connector_conforms(case, stage, agnes):
    CASES[case](stage, agnes)


def test_a_message_is_here_within_seconds_because_the_server_says_so(stage, listener):
    said = stage.say("Hello")
    eventually(lambda: Message.objects.filter(external_id=said).exists(), 10)
    eventually(lambda: Cursor.objects.get(channel=stage.channel).listened_until)
    # Now it waits, and nobody asks.
    time.sleep(1)

    stage.say("Where is my train?", thread=said)

    eventually(lambda: Message.objects.filter(text="Where is my train?").exists(), 4)


def test_who_wrote_is_known_by_name_and_what_was_said_before_we_came_is_there(stage):
    robin = stage.person("robin")
    robin.call("PUT", f"/profile/{robin.id}/displayname", json={"displayname": "Robin Reed"})
    room = stage.open_room(robin)
    for number in range(30):
        robin.say(room, f"Line {number}")
    stage.pump()

    messages = Message.objects.in_order().select_related("identity")
    assert [message.text for message in messages] == [f"Line {number}" for number in range(30)]
    assert {message.identity.name for message in messages} == {"Robin Reed"}


def test_more_than_one_answer_holds_comes_without_a_gap(stage, monkeypatch):
    monkeypatch.setattr(connector, "PAGE", 10)
    first = stage.say("Line 0")
    stage.pump()
    room = stage.rooms[first]
    for number in range(1, 36):
        stage.person("robin").say(room, f"Line {number}")
    stage.pump()

    said = list(Message.objects.in_order().values_list("text", flat=True))
    assert said == [f"Line {number}" for number in range(36)]


def test_a_reply_stands_below_its_question_and_is_told_to_the_customer(stage, agnes):
    asked = stage.say("Where is my train?")
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)

    received = stage.person("robin").history(stage.rooms[asked])[-1]

    assert (received["sender"], received["content"]["body"]) == (stage.account.id, "At platform 4.")
    assert received["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}


def test_the_same_reply_twice_is_one_event_and_is_found(stage):
    asked = stage.say("Where is my train?")
    stage.pump()
    door, reply = connector_for(stage.channel), reply_to(stage.rooms[asked], asked)
    assert door.find_reply(reply) is None

    first, again = door.post_reply(reply), door.post_reply(reply)

    assert first == again == door.find_reply(reply)
    assert len(stage.posts()) == 1
    assert door.find_reply(reply_to(stage.rooms[asked])) is None


def test_an_edit_by_somebody_else_is_not_believed(stage):
    asked = stage.say("I like you")
    room, mallory = stage.rooms[asked], stage.person("mallory")
    stage.person("robin").call("POST", f"/rooms/{room}/invite", json={"user_id": mallory.id})
    mallory.call("POST", f"/join/{room}", json={})
    stage.pump()
    mallory.edit(room, asked, "I hate you")
    stage.pump()

    assert Message.objects.get(external_id=asked).text == "I like you"


def test_two_edits_and_then_a_removal_are_told_in_that_order(stage):
    asked = stage.say("one")
    stage.pump()
    for words in ("two", "three"):
        stage.edit(asked, words)
    stage.pump()
    stage.remove(asked)
    stage.pump()

    message = Message.objects.get()
    assert (message.text, message.removed_at is not None) == ("three", True)
    assert message.revisions.order_by("pk").values_list("text", flat=True)[0] == "one"


def test_a_file_is_fetched_with_the_accounts_token(stage, files):
    robin = stage.person("robin")
    room = stage.open_room(robin)
    address = robin.upload(PICTURE, "image/png")
    info = {"mimetype": "image/png", "size": len(PICTURE)}
    robin.send(room, {"msgtype": "m.image", "body": "My seat", "filename": "seat.png", "url": address, "info": info})
    stage.pump()

    assert attachments.fetch_due() == 1

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.name, attachment.message.text) == (FileState.KEPT, "seat.png", "My seat")
    assert attachment.file.read() == PICTURE


def test_a_file_that_is_not_there_is_given_up(stage, files):
    robin = stage.person("robin")
    room = stage.open_room(robin)
    robin.send(room, {"msgtype": "m.image", "body": "seat.png", "url": "mxc://localhost/nothing"})
    stage.pump()
    attachments.fetch_due()

    assert Attachment.objects.get().state == FileState.REFUSED


def test_a_reply_is_shown_as_read_when_the_customer_has_read_it(stage, agnes):
    asked = stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)
    room = stage.rooms[asked]
    stage.person("robin").read(room, stage.person("robin").history(room)[-1]["event_id"])
    stage.pump()

    assert state_of(delivery) == DeliveryState.READ


def test_the_servers_own_limit_is_obeyed_for_as_long_as_it_says(stage):
    asked = stage.say("Where is my train?")
    stage.pump()
    stage.account.set_limit()
    door, budget = connector_for(stage.channel), MATRIX.budget
    assert (budget.requests, budget.per) == (10, timedelta(seconds=20))

    with pytest.raises(RateLimited) as refused:
        post_many(door, stage.rooms[asked], 12)

    assert len(stage.posts()) >= budget.requests - 1
    assert 0 < refused.value.retry_after <= 6


def test_what_the_server_does_not_take_is_refused_in_its_words(stage):
    asked = stage.say("Where is my train?")
    stage.pump()
    door = connector_for(stage.channel)

    with pytest.raises(Rejected, match="too large"):
        door.post_reply(reply_to(stage.rooms[asked], text="x" * 66_000))
    with pytest.raises(Rejected, match="not in room"):
        door.post_reply(reply_to("!nowhere:localhost"))
    with pytest.raises((NotThere, Rejected)):
        door.open_file("https://elsewhere.example/")


def test_an_encrypted_message_is_a_line_that_says_so(stage):
    robin = stage.person("robin")
    room = stage.open_room(robin)
    robin.send(room, {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEn"}, kind="m.room.encrypted")
    stage.pump()

    assert "encrypted" in Message.objects.get().text


def test_a_token_that_was_signed_out_is_access_that_was_denied(stage):
    stage.account.sign_out()

    with pytest.raises(AccessDenied, match="M_UNKNOWN_TOKEN"):
        connector_for(stage.channel).probe()


def test_what_is_pushed_to_an_application_service_is_here_at_once_and_once(matrix, pushed_channel, agnes):
    robin = Person(matrix, "robin")
    room = robin.open_room(pushed_channel.handle)
    assert intake.poll_channel(pushed_channel)
    robin.say(room, "Where is my train?")
    eventually(lambda: intake.process_payloads() and Message.objects.filter(direction="inbound").exists())
    assert intake.poll_channel(pushed_channel)
    assert [message.text for message in Message.objects.all()] == ["Where is my train?"]

    delivery = answer(Ticket.objects.get(), "At platform 4.", agnes)
    dispatch(pushed_channel)
    posted = robin.history(room)[-1]
    robin.read(room, posted["event_id"])

    assert (posted["sender"], posted["content"]["body"]) == (pushed_channel.handle, "At platform 4.")
    eventually(lambda: [intake.process_payloads()] and state_of(delivery) == DeliveryState.READ)
    assert not Payload.objects.filter(processed_at=None).exists()


def post_many(door, room, count):
    for number in range(count):
        door.post_reply(reply_to(room, text=f"Line {number}"))
