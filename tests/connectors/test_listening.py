"""Where a network says that something is new, it comes at once; one process listens, and nothing depends on it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from inbox import intake, listening
from inbox.actions import cursors
from inbox.models import Channel, Cursor, Health, Message
from tests.connectors.email.stage import EmailStage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(site, rail, care):
    stage = EmailStage(site, rail, care)
    yield stage
    stage.close()


@pytest.fixture
def listener(stage, monkeypatch):
    """Somebody who listens until the test is over."""
    monkeypatch.setattr(listening, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(listening, "WAIT_SECONDS", 2.0)
    monkeypatch.setattr(listening, "FIRST_PAUSE", 0.1)
    stop = threading.Event()

    def listen():
        try:
            listening.listen_on(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=listen)
    thread.start()
    yield thread
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def eventually(condition, seconds=8):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_held(channel):
    held = Cursor.objects.get(channel=channel.pk).listened_until
    return held is not None and held > timezone.now()


def is_due_in_a_minute(channel):
    return Cursor.objects.get(channel=channel.pk).due_at > timezone.now() + timedelta(seconds=45)


def test_a_letter_is_here_as_soon_as_the_server_says_so(stage, listener):
    assert eventually(lambda: is_held(stage.channel))
    intake.poll_channel(stage.channel)

    stage.say("Where is my train?")

    assert eventually(lambda: Message.objects.filter(text="Where is my train?").exists())


def test_while_somebody_listens_it_is_asked_less_often_and_afterwards_as_before(stage, listener):
    assert eventually(lambda: is_held(stage.channel))
    stage.say("One")
    assert eventually(lambda: is_due_in_a_minute(stage.channel))
    assert Message.objects.filter(text="One").exists()


def test_a_channel_that_somebody_else_listens_to_is_left_to_them(stage):
    until = timezone.now() + timedelta(minutes=1)

    assert cursors.listen_to(stage.channel, until=until)
    assert not cursors.listen_to(stage.channel, until=until)
    assert cursors.listen_to(stage.channel, until=until, now=until + timedelta(seconds=1))


def test_a_channel_that_is_switched_off_or_lost_its_access_is_let_go(stage, listener):
    assert eventually(lambda: is_held(stage.channel))
    Channel.objects.update(health=Health.NEEDS_AUTHORISATION)
    assert eventually(lambda: not is_held(stage.channel))

    Channel.objects.update(health=Health.OK)
    assert eventually(lambda: is_held(stage.channel))
    Channel.objects.update(active=False)
    assert eventually(lambda: not is_held(stage.channel))


def test_a_server_that_goes_away_is_listened_to_again_when_it_is_back(stage, listener):
    assert eventually(lambda: is_held(stage.channel))
    stage.mail.password = "another one"
    time.sleep(2.5)
    stage.mend()
    Channel.objects.update(health=Health.OK)

    stage.say("Back again")

    assert eventually(lambda: Message.objects.filter(text="Back again").exists(), seconds=15)


def test_nothing_depends_on_it(stage):
    stage.say("Nobody listens")
    assert intake.poll_due() == 1
    assert Message.objects.get().text == "Nobody listens"
