"""Replies reach the make-believe network over real HTTP: once, whatever breaks on the way."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from inbox import budgets, intake
from inbox import delivery as dispatcher
from inbox.actions import deliveries as actions
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.connectors import http
from inbox.connectors.base import AccessDenied, OutgoingReply, Uncertain
from inbox.connectors.registry import connector_for
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.models import Post
from inbox.models import Channel, Delivery, DeliveryState, Message
from tests.cast import make_channel, make_incoming, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def reply_to(ticket, text, by):
    message = send_reply(ticket, NewReply(text=text, visibility="public", seen=0, confirm_stale=True), by=by)
    return message.delivery


def make_due():
    """Let the pauses be over: the reply's own, and the account's."""
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(due_at=timezone.now())
    for channel in Channel.objects.all():
        budgets.forget(channel.pk)


@pytest.fixture
def ticket(site, sandbox, account):
    """A conversation that a customer began on the network."""
    post = network.say(account, author="robin", name="Robin", text="Where is my train?", visibility="public")
    return make_ticket(sandbox, thread=post.thread, external_id=str(post.pk), author="robin")


def test_a_reply_is_on_the_network_under_the_customers_post(ticket, agnes):
    delivery = reply_to(ticket, "It is at platform 4.", agnes)

    assert dispatcher.deliver_due() == 1

    delivery.refresh_from_db()
    post = Post.objects.get(key=delivery.idempotency_key)
    assert (post.text, post.thread, post.author) == ("It is at platform 4.", ticket.thread_key, "")
    assert post.in_reply_to == ticket.messages.get(direction="inbound").external_id
    assert delivery.state == DeliveryState.SENT
    assert delivery.message.external_id == str(post.pk)
    assert delivery.url.startswith("http://localhost")
    assert delivery.url.endswith(f"#post-{post.pk}")


def test_a_direct_reply_can_be_read_by_its_customer_alone(ticket, account, agnes):
    send_reply(ticket, NewReply(text="Your code is 1234", visibility="direct", seen=0, confirm_stale=True), by=agnes)

    dispatcher.deliver_due()

    assert account.posts.readable_by("robin").filter(text="Your code is 1234").exists()
    assert not account.posts.readable_by("somebody-else").filter(text="Your code is 1234").exists()


def test_a_refusal_shows_the_networks_words_and_is_not_tried_again(ticket, agnes):
    delivery = reply_to(ticket, "This will #fail", agnes)

    dispatcher.deliver_due()
    make_due()
    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert delivery.error == "This network does not publish posts that contain “#fail”. (422)"
    assert [(a.outcome, a.words) for a in delivery.attempts.all()] == [("failed", delivery.error)]


def test_retry_really_tries_again(ticket, agnes):
    delivery = reply_to(ticket, "This will #fail", agnes)
    dispatcher.deliver_due()
    Message.objects.filter(pk=delivery.message_id).update(text="This will do")

    actions.retry_delivery(delivery, by=agnes)
    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    assert list(delivery.attempts.order_by("number").values_list("outcome", flat=True)) == ["failed", "sent"]


def test_a_network_that_asks_for_patience_gets_it_and_then_the_reply(ticket, agnes):
    delivery = reply_to(ticket, "One at a time #limit", agnes)

    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.QUEUED, "Too many posts. Slow down. (429)")
    assert timedelta(seconds=4) < delivery.due_at - timezone.now() < timedelta(seconds=7)
    assert dispatcher.deliver_due() == 0
    make_due()
    dispatcher.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT


def test_a_network_that_breaks_is_asked_and_then_gets_the_reply_once(ticket, agnes):
    delivery = reply_to(ticket, "Oh no #crash", agnes)

    dispatcher.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.QUEUED
    make_due()
    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    assert Post.objects.filter(text="Oh no #crash").count() == 1


def test_an_answer_that_never_arrives_is_looked_up_and_not_repeated(ticket, agnes, monkeypatch):
    monkeypatch.setattr(network, "SLOW_SECONDS", 1.5)
    http.client().timeout = 0.5
    delivery = reply_to(ticket, "Slowly #slow", agnes)
    try:
        dispatcher.deliver_due()
    finally:
        http.client().timeout = http.TIMEOUT

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == (DeliveryState.SENT, 1)
    assert Post.objects.filter(text="Slowly #slow").count() == 1


def test_a_network_that_cannot_be_reached_is_tried_later(ticket, agnes, settings):
    delivery = reply_to(ticket, "Hello?", agnes)
    settings.SITE_URL = "http://127.0.0.1:9"

    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.QUEUED
    assert "could not be reached" in delivery.error


def test_a_channel_without_a_connector_of_ours_says_so(rail, care, agnes):
    channel = make_channel(rail, care, network="other", external=False)
    delivery = reply_to(make_ticket(channel), "Hello?", agnes)

    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert "no connector for other" in delivery.error


def test_the_same_key_is_one_post_however_often_and_at_once_it_is_sent(ticket, sandbox):

    reply = OutgoingReply(uuid4(), ticket.thread_key, "", "Once, please", "public")
    door = connector_for(sandbox)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: door.post_reply(reply), range(8)))

    assert len({receipt.external_id for receipt in receipts}) == 1
    assert Post.objects.filter(text="Once, please").count() == 1
    assert door.find_reply(reply) == receipts[0]
    assert door.find_reply(dataclasses.replace(reply, key=uuid4())) is None


@pytest.mark.parametrize(("answer", "error"), [(b"HTTP/1.1 200 OK\r\n\r\n", Uncertain), (b"", Uncertain)])
def test_a_broken_answer_leaves_it_uncertain(ticket, sandbox, settings, answer, error):

    listener = socket.create_server(("127.0.0.1", 0))
    settings.SITE_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve():
        client, _ = listener.accept()
        client.recv(65_536)
        client.sendall(answer)
        client.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(error):
        connector_for(sandbox).post_reply(OutgoingReply(uuid4(), "t", "", "hello", "public"))
    thread.join()
    listener.close()


def test_a_wrong_secret_is_refused_and_tells_nothing_more(ticket, sandbox):

    sandbox.webhook_secret = "guessed"
    door = connector_for(sandbox)

    reply = OutgoingReply(uuid4(), "t", "", "hello", "public")

    for ask in (lambda: door.post_reply(reply), lambda: door.find_reply(reply), door.probe):
        with pytest.raises(AccessDenied, match="Unknown account or wrong secret"):
            ask()


def test_a_reply_that_comes_back_as_an_echo_is_shown_once(ticket, sandbox, agnes):
    reply_to(ticket, "It is at platform 4.", agnes)
    dispatcher.deliver_due()

    network.tell_webhooks()

    intake.process_payloads()

    assert ticket.messages.filter(direction="outbound").count() == 1


WORKER = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from inbox import delivery
delivery.deliver_due()
"""


def start_worker(site):
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    environment = {
        **os.environ,
        "ONEVOICE_DATABASE_URL": address + (f"&port={database['PORT']}" if database["PORT"] else ""),
        "ONEVOICE_VALKEY_URL": django_settings.VALKEY_URL,
        "ONEVOICE_SECRET_KEY": django_settings.SECRET_KEY,
        "ONEVOICE_SITE_URL": site,
        "ONEVOICE_ROLE": "worker",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=django_settings.BASE_DIR)


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("word", ["#slow", "#late"])
def test_a_worker_killed_in_the_middle_leaves_one_post_and_a_settled_delivery(ticket, site, agnes, monkeypatch, word):
    """#slow: the post is there and its answer is lost. #late: nothing is there yet when the worker dies."""
    monkeypatch.setattr(network, "SLOW_SECONDS", 3.0)
    delivery = reply_to(ticket, f"On its way {word}", agnes)
    worker = start_worker(site)
    posted = Post.objects.filter(key=delivery.idempotency_key)
    sending = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING)
    wait_until(posted.exists if word == "#slow" else sending.exists)

    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING
    dispatcher.sweep_deliveries(timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENDING, "it is not doubted before its minute is over"

    dispatcher.sweep_deliveries(timezone.now() + timedelta(seconds=61))
    wait_until(posted.exists) if word == "#slow" else make_due()
    dispatcher.sweep_deliveries(timezone.now())

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    time.sleep(network.SLOW_SECONDS if word == "#late" else 0)
    assert posted.count() == 1
    assert delivery.message.external_id == str(posted.get().pk)


def test_eight_dispatchers_at_once_post_each_reply_once(site, sandbox, account, agnes):

    for number in range(12):
        post = network.say(account, author="robin", name="Robin", text=str(number), visibility="public")
        reply_to(make_ticket(sandbox, thread=post.thread, external_id=str(post.pk)), f"Answer {number}", agnes)

    def work(_):
        try:
            return dispatcher.deliver_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        tried = sum(pool.map(work, range(8)))

    assert tried == 12
    assert set(Delivery.objects.values_list("state", "attempt_count")) == {(DeliveryState.SENT, 1)}
    assert Post.objects.filter(author="").count() == 12


def test_a_customers_post_becomes_a_ticket_through_the_signed_webhook(site, sandbox, account):
    network.say(account, author="robin", name="Robin Meyer", text="Hello, anybody?", visibility="direct")

    assert network.tell_webhooks() == 1

    assert intake.process_payloads() == 1

    message = Message.objects.get(channel=sandbox)
    assert (message.text, message.visibility, message.identity.name) == ("Hello, anybody?", "direct", "Robin Meyer")
    assert network.tell_webhooks() == 0


def test_an_announcement_that_is_not_taken_is_made_again_later(site, sandbox, account, settings):
    network.say(account, author="robin", name="Robin", text="Hello?", visibility="public")
    settings.SITE_URL = "http://127.0.0.1:9"
    assert network.tell_webhooks() == 0
    settings.SITE_URL = site

    assert network.tell_webhooks() == 0
    assert network.tell_webhooks(timezone.now() + timedelta(seconds=30)) == 1


def test_messages_of_a_conversation_that_began_elsewhere_can_be_answered_too(site, sandbox, agnes):
    (received,) = receive_messages(sandbox, [make_incoming("Hello", thread="imported/thread 7")])
    ticket = sandbox.tickets.get(number=received.ticket)
    delivery = reply_to(ticket, "Hello yourself", agnes)

    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT


def test_a_reply_that_a_manager_sends_again_from_the_dead_letters_is_on_the_network(ticket, agnes, max_, client):
    delivery = reply_to(ticket, "It is at platform 4. #fail", agnes)
    dispatcher.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    Message.objects.filter(pk=delivery.message_id).update(text="It is at platform 4.")
    client.force_login(max_)

    client.post("/console/dead-letters/", {"do": f"retry {delivery.pk}"})
    dispatcher.deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == (DeliveryState.SENT, 2)
    assert Post.objects.get(key=delivery.idempotency_key).text == "It is at platform 4."
