"""What networks push is verified on its raw bytes, kept once, and read afterwards, as often as it takes."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import httpx
import pytest
from channels.db import database_sync_to_async
from django.core.asgi import get_asgi_application
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from inbox import intake
from inbox.actions.payloads import NewPayload, claim_due_payloads, store_payloads
from inbox.connectors.sandbox.network import sign
from inbox.connectors.sms.connector import sign as sign_as_twilio
from inbox.connectors.x.meter import EVENTS
from inbox.connectors.x.signatures import BY_CLIENT_SECRET
from inbox.connectors.x.signatures import sign as sign_as_x
from inbox.models import Channel, Event, Message, Payload
from inbox.webhooks.fast import FastWebhooks
from tests.cast import make_channel
from tests.inbox.doors import BOTH_DOORS, FastHook, View, a_database_that_chokes

SECRET = "a secret that both sides know"
VIEW = View()


@pytest.fixture
def door(request):
    return {"view": VIEW, "fast": FastHook()}[request.param]


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


def make_push(channel, body, *, key="delivery-1", secret=SECRET, signature=None):
    given = sign(body, secret) if signature is None else signature
    return f"/webhooks/{channel.pk}/", body, {"Sandbox-Delivery": key, "Sandbox-Signature": given}


def push(channel, body, *, door=VIEW, **signed):
    return door.post(*make_push(channel, body, **signed))


def push_together(requests):
    return asyncio.run(FastHook().post_together(requests))


@BOTH_DOORS
def test_a_signed_body_is_kept_answered_and_then_read(sandbox, door):
    answer = push(sandbox, body_of("Hello"), door=door)

    told = {name.lower(): value for name, value in answer.headers.items()}
    assert (answer.status, answer.body, told["content-length"]) == (200, b"", "0")
    assert not Message.objects.exists()
    assert intake.process_payloads() == 1
    assert Message.objects.get().text == "Hello"
    assert Payload.objects.get().processed_at is not None
    assert intake.process_payloads() == 0


@BOTH_DOORS
def test_the_same_delivery_again_is_kept_once(sandbox, door):
    assert [push(sandbox, body_of("Hello"), door=door).status for _ in range(3)] == [200, 200, 200]

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
@BOTH_DOORS
def test_a_wrong_signature_is_refused_without_a_word_and_nothing_is_kept(sandbox, signature, door):
    answer = push(sandbox, body_of("Hello"), signature=signature, door=door)

    assert (answer.status, answer.body) == (403, b"")
    assert not Payload.objects.exists()


@BOTH_DOORS
def test_a_body_changed_by_one_byte_is_refused(sandbox, door):
    body = body_of("Hello")

    assert push(sandbox, body + b" ", signature=sign(body, SECRET), door=door).status == 403


@BOTH_DOORS
def test_a_channel_without_a_secret_takes_nothing(rail, care, door):
    channel = make_channel(rail, care, network="sandbox", webhook_secret="")

    assert push(channel, body_of("Hello"), secret="", door=door).status == 403


@BOTH_DOORS
def test_channels_that_take_no_webhooks_are_not_there(sandbox, channel, door):
    sandbox.active = False
    sandbox.save(update_fields=["active"])

    assert push(sandbox, body_of("Hello"), door=door).status == 404
    assert push(channel, body_of("Hello"), door=door).status == 404
    sandbox.pk = 987654
    assert push(sandbox, body_of("Hello"), door=door).status == 404


def test_a_page_of_another_site_can_push_too_but_only_by_post(sandbox):
    strict = Client(enforce_csrf_checks=True)
    address, body, headers = make_push(sandbox, body_of("Hello"))

    assert strict.post(address, body, content_type="application/json", headers=headers).status_code == 200
    assert strict.get(f"/webhooks/{sandbox.pk}/").status_code == 405


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 200), (1_000_001, 413)])
@BOTH_DOORS
def test_a_body_may_have_a_megabyte(sandbox, size, status, door):
    body = body_of("Hello")

    assert push(sandbox, body + b" " * (size - len(body)), door=door).status == status


@BOTH_DOORS
def test_a_network_reads_the_thanks_that_it_wants(rail, care, settings, door):
    channel = make_channel(rail, care, network="sms", external=False)
    channel.keep_access({"auth_token": SECRET})
    address = f"/webhooks/{channel.pk}/?from=far%20away"
    body = b"MessageSid=SM1&From=%2B4915112345678&Body=Hello"
    headers = {"X-Twilio-Signature": sign_as_twilio(settings.SITE_URL + address, body, SECRET)}

    answer = door.post(address, body, headers | {"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status, answer.media_type, answer.body) == (200, "text/xml", b"<Response/>")
    assert bytes(Payload.objects.get().body) == body


@BOTH_DOORS
def test_what_a_network_charges_for_is_counted_once_for_each_delivery(rail, care, door):
    channel = make_channel(rail, care, network="x", external=False)
    channel.keep_access({"client_secret": SECRET})
    mention = {"data": {"event_type": "post.mention.create", "event_uuid": "one"}}
    body = json.dumps(mention).encode()
    headers = {BY_CLIENT_SECRET: sign_as_x(body, SECRET).decode()}

    answers = [door.post(f"/webhooks/{channel.pk}/", body, headers) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert channel.used() == {EVENTS["post.mention.create"]: 1}


@BOTH_DOORS
def test_a_body_that_cannot_even_be_told_apart_is_an_error_and_not_kept(rail, care, door):
    channel = make_channel(rail, care, network="telegram", external=False, webhook_secret=SECRET)

    answer = door.post(f"/webhooks/{channel.pk}/", b"{", {"X-Telegram-Bot-Api-Secret-Token": SECRET})

    assert (answer.status, answer.body) == (500, b"")
    assert not Payload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_pushed_together_is_kept_in_few_transactions(sandbox):
    requests = [make_push(sandbox, body_of(str(number)), key=str(number)) for number in range(40)]

    assert [answer.status for answer in push_together(requests)] == [200] * 40

    assert Payload.objects.count() == 40
    assert Payload.objects.values("received_at").distinct().count() <= 10


def test_what_is_kept_together_is_read_in_the_order_in_which_it_came(sandbox):
    keys = ["c", "a", "b", "a"]

    store_payloads(sandbox, [NewPayload(key, str(number).encode()) for number, key in enumerate(keys)])

    assert [bytes(payload.body) for payload in claim_due_payloads(limit=9)] == [b"0", b"1", b"2"]


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_pushed_together_fails_for_its_neighbour(sandbox):
    requests = [make_push(sandbox, body_of(text), key=text) for text in ("one", "two", "three", "poison")]
    requests[1] = make_push(sandbox, body_of("two"), key="two", secret="guessed")
    requests[2] = make_push(sandbox, b" " * 1_000_001, key="three")

    with a_database_that_chokes("22000", "inbox_payload", "delivery_key"):
        answers = push_together(requests)

    assert [answer.status for answer in answers] == [200, 403, 413, 500]
    assert Payload.objects.get().delivery_key == "one"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [VIEW, FastHook()], ids=["view", "fast"])
def test_while_the_database_cannot_be_reached_the_network_is_told_to_come_again(sandbox, door):
    with a_database_that_chokes("57P03", "inbox_payload", "delivery_key"):
        assert push(sandbox, body_of("Hello"), key="poison", door=door).status == 503

    assert push(sandbox, body_of("Hello"), key="poison", door=door).status == 200


@pytest.mark.django_db(transaction=True)
def test_a_secret_is_good_as_soon_as_it_is_entered_and_a_channel_that_is_off_takes_nothing_soon(sandbox):
    app = FastWebhooks(get_asgi_application())

    async def scenario():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:

            async def knock(**signed):
                address, body, headers = make_push(sandbox, body_of("Hello"), **signed)
                return (await client.post(address, content=body, headers=headers)).status_code

            answers = [await knock()]
            sandbox.webhook_secret = "a new one"
            await database_sync_to_async(sandbox.save)(update_fields=["webhook_secret"])
            answers += [await knock(secret="a new one"), await knock(secret="guessed")]
            await database_sync_to_async(Channel.objects.filter(pk=sandbox.pk).update)(active=False)
            app.places.clear()  # five seconds later
            return [*answers, await knock(secret="a new one")]

    assert asyncio.run(scenario()) == [200, 200, 403, 404]


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
                assert push(sandbox, body, key=f"delivery {number}").status == 200
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
        store_payloads(sandbox, [NewPayload(str(number), body_of(f"message {number}"))])

    def read(_):
        try:
            return intake.process_payloads()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(read, range(8))) == 24
    assert Message.objects.count() == 24
