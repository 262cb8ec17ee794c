"""The engine under every connector: budgets that all workers share, health, changes afterwards, early statuses."""

import dataclasses
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from inbox import budgets, intake
from inbox import delivery as dispatcher
from inbox.actions import cursors
from inbox.actions.alarm_mail import tell_managers
from inbox.actions.replies import NewReply, send_reply
from inbox.connectors import registry
from inbox.connectors.base import (
    Budget,
    IncomingAttachment,
    MessageContinued,
    MessageEdited,
    MessageRemoved,
    StatusReported,
    Window,
)
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.connector import SandboxConnector
from inbox.connectors.sandbox.door import SANDBOX
from inbox.models import Channel, Delivery, DeliveryState, Event, Health, Message, RawMessage, Revision, Ticket
from tests.cast import make_incoming, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(site, sandbox, account):
    """A conversation that a customer began on the network."""
    post = network.say(account, author="robin", name="Robin", text="Where is my train?", visibility="public")
    return make_ticket(sandbox, thread=post.thread, external_id=str(post.pk), author="robin")


def reply_to(ticket, text, by):
    return send_reply(ticket, NewReply(text=text, visibility="public", seen=0, confirm_stale=True), by=by).delivery


def test_a_budget_is_shared_by_everybody_who_takes_from_it():
    account, budget = 987_001, Budget(20, timedelta(seconds=30))
    budgets.forget(account)
    granted = []

    def take():
        granted.extend(budgets.take(account, budget) == 0 for _ in range(20))

    workers = [threading.Thread(target=take) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(granted) == 20
    assert 0 < budgets.take(account, budget) <= 1.6


def test_a_pause_that_the_network_asked_for_holds_everybody():
    budgets.forget(987_002)
    budgets.pause(987_002, 3)

    assert 2 < budgets.take(987_002, Budget(1000, timedelta(seconds=1))) <= 3
    budgets.forget(987_002)
    assert budgets.take(987_002, None) == 0


def test_replies_beyond_the_budget_wait_without_a_try_being_counted(ticket, sandbox, agnes):
    budgets.forget(sandbox.pk)
    first = reply_to(ticket, "One", agnes)
    budgets.pause(sandbox.pk, 30)

    dispatcher.deliver_due()

    first.refresh_from_db()
    assert (first.state, first.attempt_count, first.attempts.count()) == (DeliveryState.QUEUED, 0, 0)
    assert timedelta(seconds=25) < first.due_at - timezone.now() <= timedelta(seconds=30)
    budgets.forget(sandbox.pk)
    Delivery.objects.update(due_at=timezone.now())
    dispatcher.deliver_due()
    first.refresh_from_db()
    assert (first.state, first.attempt_count) == (DeliveryState.SENT, 1)


def test_several_tickets_are_answered_at_the_same_time(site, sandbox, account, agnes, monkeypatch):
    monkeypatch.setattr(network, "SLOW_SECONDS", 1.0)
    tickets = []
    for number in range(4):
        post = network.say(account, author=f"c{number}", name="", text="Hello?", visibility="public")
        tickets.append(make_ticket(sandbox, thread=post.thread, external_id=str(post.pk), author=f"c{number}"))
    deliveries = [reply_to(ticket, "Slowly #slow", agnes) for ticket in tickets]
    began = timezone.now()

    dispatcher.deliver_due()

    assert timezone.now() - began < timedelta(seconds=3)
    assert {Delivery.objects.get(pk=each.pk).state for each in deliveries} == {DeliveryState.SENT}


def test_a_fault_of_ours_in_one_post_leaves_a_doubt_and_the_others_go_out(site, sandbox, account, agnes, monkeypatch):
    tickets = []
    for name in ("one", "two"):
        post = network.say(account, author=name, name="", text="Hello?", visibility="public")
        tickets.append(make_ticket(sandbox, thread=post.thread, external_id=str(post.pk), author=name))
    posted = SandboxConnector.post_reply

    def stumble(self, reply):
        if "stumble" in reply.text:
            raise KeyError("ours")
        return posted(self, reply)

    monkeypatch.setattr(SandboxConnector, "post_reply", stumble)
    first, second = reply_to(tickets[0], "Please stumble", agnes), reply_to(tickets[1], "Walk on", agnes)

    dispatcher.deliver_due()

    states = [Delivery.objects.get(pk=each.pk).state for each in (first, second)]
    assert states == [DeliveryState.UNCERTAIN, DeliveryState.SENT]


def test_a_channel_that_lost_its_access_keeps_its_replies_and_tells_the_managers(ticket, sandbox, account, agnes, max_):
    delivery = reply_to(ticket, "It is at platform 4.", agnes)
    Channel.objects.filter(pk=sandbox.pk).update(webhook_secret="")
    changed = Channel.objects.get(pk=sandbox.pk)
    changed.webhook_secret = "no longer the right one"
    changed.save()

    dispatcher.deliver_due()

    channel = Channel.objects.get(pk=sandbox.pk)
    assert channel.health == Health.NEEDS_AUTHORISATION
    assert "wrong secret" in channel.health_words
    Delivery.objects.update(due_at=timezone.now())
    assert dispatcher.deliver_due() == 0
    tell_managers()
    tell_managers()
    assert [letter.to for letter in mail.outbox].count([max_.email]) == 1
    assert Event.objects.filter(kind="channel.health_changed").count() == 1

    channel.webhook_secret = "a secret that both sides know"
    channel.save()
    assert dispatcher.probe(channel)

    assert dispatcher.deliver_due() == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    assert Channel.objects.get(pk=sandbox.pk).health == Health.OK


def test_probes_ask_those_in_trouble_sooner(site, sandbox):
    assert dispatcher.probe_channels() == 1
    assert dispatcher.probe_channels() == 0
    two_minutes_ago = timezone.now() - timedelta(minutes=2)
    Channel.objects.filter(pk=sandbox.pk).update(probed_at=two_minutes_ago)
    assert dispatcher.probe_channels() == 0
    Channel.objects.filter(pk=sandbox.pk).update(health=Health.DEGRADED, health_words="?")
    assert dispatcher.probe_channels() == 1
    assert Channel.objects.get(pk=sandbox.pk).health == Health.OK


def test_an_edit_changes_the_words_and_keeps_what_the_agent_saw(channel):
    ticket = make_ticket(channel, "I hate you", external_id="m1")
    later = timezone.now() + timedelta(minutes=1)

    assert intake.take_news(channel, [MessageEdited("m1", later, text="I like you")]) == []
    intake.take_news(channel, [MessageEdited("m1", later - timedelta(seconds=30), text="an older edit")])
    intake.take_news(channel, [MessageEdited("m1", later, text="I like you")])

    message = ticket.messages.get()
    assert (message.text, message.edited_at) == ("I like you", later)
    assert [revision.text for revision in message.revisions.all()] == ["I hate you"]
    ticket.refresh_from_db()
    assert ticket.preview == "I like you"
    assert Event.objects.filter(kind="message.edited", message=message).count() == 1


def test_a_removed_message_is_marked_and_one_to_be_erased_is_gone_for_good(channel):
    incoming = [
        make_incoming("My number is 555-2368", external_id="m1", thread="t", author="kai"),
        make_incoming("Forget it", external_id="m2", thread="t", author="kai"),
    ]
    intake.take_news(channel, incoming)
    now = timezone.now()
    intake.take_news(channel, [MessageEdited("m1", now, text="My number is 555-2369")])

    intake.take_news(channel, [MessageRemoved("m1", now, erase=True), MessageRemoved("m2", now)])

    erased, marked = Message.objects.get(external_id="m1"), Message.objects.get(external_id="m2")
    assert (erased.text, erased.removed_at, marked.text, marked.removed_at) == ("", now, "Forget it", now)
    assert not Revision.objects.exists()
    assert not RawMessage.objects.filter(message=erased).exists()


def test_pieces_of_a_message_are_put_together_once_whichever_comes_first(channel):
    files = [IncomingAttachment(url=f"https://files.example/{number}") for number in range(3)]
    pieces = [MessageContinued("album", "Look" if number == 1 else "", (file,)) for number, file in enumerate(files)]
    assert intake.take_news(channel, pieces) == pieces
    first = make_incoming("", external_id="album", thread="t", author="kai", attachments=(files[2],))

    for _ in range(2):
        assert intake.take_news(channel, [first, *pieces]) == []

    message = Message.objects.get()
    assert (message.text, message.edited_at, message.revisions.count()) == ("Look", None, 0)
    assert sorted(message.attachments.values_list("url", flat=True)) == [file.url for file in files]
    assert message.ticket.preview == "Look"
    assert Event.objects.filter(kind="message.continued").count() == 1


def test_the_conversation_shows_what_was_changed_and_taken_away(channel, agnes, client):
    incoming = [make_incoming("I hate you", external_id="m1", thread="t", author="kai")]
    intake.take_news(channel, incoming)
    now = timezone.now()
    intake.take_news(channel, [MessageEdited("m1", now, text="I like you"), MessageRemoved("m1", now)])
    client.force_login(agnes)

    page = client.get(f"/tickets/{Ticket.objects.get().number}/thread/").content.decode()

    assert '<del dir="auto">I hate you</del>' in page
    assert "Taken away by its author" in page
    assert "message--removed" in page


def test_the_composer_says_what_is_wrong_and_how_long_there_is(ticket, sandbox, agnes, client, monkeypatch):
    client.force_login(agnes)
    page = f"/inbox/open/{ticket.number}/"
    fine = client.get(page).content.decode()
    assert "composer-text" in fine
    assert "notice--" not in fine

    Channel.objects.update(health=Health.NEEDS_AUTHORISATION)
    window = Window(timedelta(hours=24), timedelta(days=7), frozenset({"public"}))
    monkeypatch.setitem(registry.NETWORKS, "sandbox", dataclasses.replace(SANDBOX, window=window))
    shown = client.get(page).content.decode()
    assert "must be connected again" in shown
    assert "The network takes replies for" in shown

    Ticket.objects.update(last_inbound_at=timezone.now() - timedelta(days=2))
    assert "only what a person writes now" in client.get(page).content.decode()
    Ticket.objects.update(last_inbound_at=timezone.now() - timedelta(days=8))
    assert "takes replies is over" in client.get(page).content.decode()


def test_what_is_about_a_message_that_is_not_here_is_handed_back(channel):
    now = timezone.now()
    news = [MessageEdited("nope", now, text="x"), MessageRemoved("nope", now), StatusReported("read", "nope")]

    assert intake.take_news(channel, news) == news


def test_networks_report_by_id_by_key_and_by_all_until_then(ticket, sandbox, agnes):
    first = reply_to(ticket, "One", agnes)
    dispatcher.deliver_due()
    second = reply_to(ticket, "Two", agnes)
    dispatcher.deliver_due()
    first.refresh_from_db()
    posted = Message.objects.get(delivery=first).external_id

    intake.take_news(sandbox, [StatusReported("delivered", posted), StatusReported("read", key=second.idempotency_key)])
    assert [each.state for each in Delivery.objects.order_by("pk")] == ["delivered", "read"]

    until = timezone.now() + timedelta(seconds=1)
    intake.take_news(sandbox, [StatusReported("read", thread_key=ticket.thread_key, until=until)])
    assert [each.state for each in Delivery.objects.order_by("pk")] == ["read", "read"]


def test_a_cursor_is_taken_by_one_and_comes_back_when_that_one_dies(sandbox):
    cursors.open_cursor(sandbox)
    now = timezone.now() + timedelta(seconds=1)

    assert [each.channel_id for each in cursors.claim_due_cursors(limit=5, now=now)] == [sandbox.pk]
    assert cursors.claim_due_cursors(limit=5, now=now) == []
    assert cursors.claim_cursor(sandbox, now) is None
    assert cursors.claim_due_cursors(limit=5, now=now + cursors.CLAIM * 2) != []


def test_a_network_in_trouble_is_asked_ever_later_and_the_channel_says_so(sandbox):
    cursors.open_cursor(sandbox)
    for _ in range(4):
        intake.poll_channel(sandbox)
    state = sandbox.cursor
    state.refresh_from_db()
    assert "pushes" in state.error
    assert state.failures == 4
    assert state.due_at > timezone.now() + timedelta(seconds=60)


def test_a_network_that_asks_for_ages_is_asked_again_after_a_day(sandbox):
    cursor = cursors.open_cursor(sandbox)

    cursors.postpone_cursor(cursor, "Not now.", pause=timedelta(seconds=5), retry_after=float("inf"))

    cursor.refresh_from_db()
    assert timedelta(days=1) <= cursor.due_at - timezone.now() + timedelta(minutes=1) < timedelta(days=2)


def test_the_reply_window_is_the_networks_own():
    heard = timezone.now()

    assert registry.window_of("sandbox", "direct", heard) is None
    assert registry.window_of("nowhere", "direct", heard) is None
