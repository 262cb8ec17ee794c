"""What networks push is verified on its raw bytes, kept once, and read afterwards, as often as it takes."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from inbox import intake
from inbox.actions.payloads import claim_due_payloads, store_payload
from inbox.connectors.sandbox.network import sign
from inbox.models import Event, Message, Payload
from tests.cast import make_channel

SECRET = "a secret that both sides know"


@pytest.fixture
def sandbox(rail, care):
    return make_channel(rail, care, network="sandbox", handle="northline", external=False, webhook_secret=SECRET)


def body_of(*texts, **fields):
    posts = [
        {
            "id": f"post-of-{text}",
            "thread": "thread",
            "author": {"id": "robin", "name": "Robin"},
            "by_account": False,
            "text": text,
            "visibility": "public",
            "created_at": "2026-03-01T10:00:00+00:00",
            **fields,
        }
        for text in texts
    ]
    return json.dumps({"posts": posts}).encode()


def push(channel, body, *, key="delivery-1", secret=SECRET, signature=None, client=None):
    headers = {"Sandbox-Delivery": key, "Sandbox-Signature": sign(body, secret) if signature is None else signature}
    address = f"/webhooks/{channel.pk}/"
    return (client or Client()).post(address, body, content_type="application/json", headers=headers)


def test_a_signed_body_is_kept_answered_and_then_read(sandbox):
    answer = push(sandbox, body_of("Hello"))

    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", "0")
    assert not Message.objects.exists()
    assert intake.process_payloads() == 1
    assert Message.objects.get().text == "Hello"
    assert Payload.objects.get().processed_at is not None
    assert intake.process_payloads() == 0


def test_the_same_delivery_again_is_kept_once(sandbox):
    assert [push(sandbox, body_of("Hello")).status_code for _ in range(3)] == [200, 200, 200]

    assert Payload.objects.count() == 1


def test_the_same_messages_under_another_delivery_are_stored_once(sandbox):
    push(sandbox, body_of("Hello", "Hello again"), key="one")
    push(sandbox, body_of("Hello again", "And again"), key="two")

    intake.process_payloads()

    assert sorted(Message.objects.values_list("text", flat=True)) == ["And again", "Hello", "Hello again"]


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, sign(b"another body", SECRET), sign(body_of("Hello"), "guessed"), "é"],
)
def test_a_wrong_signature_is_refused_without_a_word_and_nothing_is_kept(sandbox, signature):
    answer = push(sandbox, body_of("Hello"), signature=signature)

    assert (answer.status_code, answer.content) == (403, b"")
    assert not Payload.objects.exists()


def test_a_body_changed_by_one_byte_is_refused(sandbox):
    body = body_of("Hello")

    assert push(sandbox, body + b" ", signature=sign(body, SECRET)).status_code == 403


def test_a_channel_without_a_secret_takes_nothing(rail, care):
    channel = make_channel(rail, care, network="sandbox", webhook_secret="")

    assert push(channel, body_of("Hello"), secret="").status_code == 403


def test_channels_that_take_no_webhooks_are_not_there(sandbox, channel):
    sandbox.active = False
    sandbox.save(update_fields=["active"])

    assert push(sandbox, body_of("Hello")).status_code == 404
    assert push(channel, body_of("Hello")).status_code == 404
    sandbox.pk = 987654
    assert push(sandbox, body_of("Hello")).status_code == 404


def test_a_page_of_another_site_can_push_too_but_only_by_post(sandbox):
    strict = Client(enforce_csrf_checks=True)

    assert push(sandbox, body_of("Hello"), client=strict).status_code == 200
    assert strict.get(f"/webhooks/{sandbox.pk}/").status_code == 405


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 200), (1_000_001, 413)])
def test_a_body_may_have_a_megabyte(sandbox, size, status):
    body = body_of("Hello")

    assert push(sandbox, body + b" " * (size - len(body))).status_code == status


def test_what_cannot_be_read_keeps_its_error_and_does_not_hold_up_the_others(sandbox):
    push(sandbox, b"this is not JSON", key="bad")
    push(sandbox, body_of("no time", created_at="yesterday"), key="worse")
    push(sandbox, body_of("nul \x00 byte"), key="worst")
    push(sandbox, body_of("Hello"), key="good")

    assert intake.process_payloads() == 4

    unread = Payload.objects.filter(processed_at=None).order_by("pk")
    assert [payload.delivery_key for payload in unread] == ["bad", "worse", "worst"]
    assert all(payload.error for payload in unread)
    assert "created_at" in unread[1].error
    assert Message.objects.get().text == "Hello"


def test_what_cannot_be_read_is_tried_again_ever_later_eight_times_in_all(sandbox):
    push(sandbox, b"this is not JSON")
    payload = Payload.objects.get()
    waits = []
    for attempt in range(8):
        earliest = 10 * (2**attempt - 1)
        assert not claim_due_payloads(limit=1, now=payload.received_at + timedelta(seconds=earliest - 1))
        waits.append(len(claim_due_payloads(limit=1, now=payload.received_at + timedelta(seconds=earliest + 1))))

    assert waits == [1] * 8
    assert not claim_due_payloads(limit=1, now=timezone.now() + timedelta(days=9))


def test_a_payload_can_be_read_again_at_any_time(sandbox, monkeypatch):
    push(sandbox, body_of("Hello"))
    intake.process_payloads()
    Message.objects.all().delete()

    intake.replay_payload(Payload.objects.get())

    assert Message.objects.get().text == "Hello"
    payload = Payload.objects.get()
    assert (payload.attempt_count, payload.error) == (1, "")


def test_a_manager_processes_payloads_again_in_the_console(sandbox, max_, client):
    push(sandbox, body_of("Hello"))
    push(sandbox, b"{", key="broken")
    intake.process_payloads()
    Message.objects.all().delete()
    client.force_login(max_)
    good, broken = Payload.objects.order_by("pk")

    chosen = {"action": "process_again", "_selected_action": [good.pk, broken.pk]}
    page = client.post("/console/inbox/payload/", chosen, follow=True).content.decode()

    assert Message.objects.get().text == "Hello"
    assert "1 body is read." in page
    assert f"{broken.pk}: DecodeError" in page
    again = Event.objects.filter(kind="payload.reopened").order_by("pk")
    assert [(event.actor, event.facts["payload"]) for event in again] == [(max_, good.pk), (max_, broken.pk)]


def test_nobody_processes_the_payloads_of_another_organization_again(sandbox, oscar, client):
    push(sandbox, body_of("Hello"))
    client.force_login(oscar)

    client.post("/console/inbox/payload/", {"action": "process_again", "_selected_action": [Payload.objects.get().pk]})

    assert not Message.objects.exists()


def test_an_operator_processes_payloads_again_on_the_command_line(sandbox):
    push(sandbox, body_of("Hello"))
    push(sandbox, b"{", key="broken")
    good, broken = Payload.objects.order_by("pk").values_list("pk", flat=True)
    printed = StringIO()

    with pytest.raises(CommandError, match=rf"no payload {broken + 1}\. Nothing was done"):
        call_command("replay_payload", str(good), str(broken + 1), stdout=printed)
    assert not Message.objects.exists()

    with pytest.raises(CommandError, match="1 of 2 could not be read"):
        call_command("replay_payload", str(good), str(broken), stdout=printed)
    assert Message.objects.get().text == "Hello"
    assert printed.getvalue().splitlines()[0] == f"{good}: read"


def test_kinds_of_event_that_we_do_not_know_are_kept_and_say_so(sandbox):
    push(sandbox, b'{"follows": [{"id": 1}]}')

    intake.process_payloads()

    payload = Payload.objects.get()
    assert payload.processed_at is not None
    assert payload.error == "Nothing in it that Onevoice reads."


@pytest.mark.django_db(transaction=True)
def test_a_webhook_delivered_twice_at_once_is_read_once(sandbox):
    bodies = [body_of(f"message {n}") for n in range(6)]

    def deliver(offset):
        try:
            for number, body in enumerate(bodies):
                assert push(sandbox, body, key=f"delivery {number}").status_code == 200
                intake.process_payloads()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, range(2)))

    assert Payload.objects.count() == 6
    assert set(Payload.objects.values_list("attempt_count", flat=True)) == {1}
    assert Message.objects.count() == 6
    assert sandbox.tickets.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_readers_at_once_read_each_payload_once(sandbox):
    for number in range(24):
        store_payload(sandbox, delivery_key=str(number), body=body_of(f"message {number}"))

    def read(_):
        try:
            return intake.process_payloads()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(read, range(8))) == 24
    assert Message.objects.count() == 24
