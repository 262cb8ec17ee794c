"""The demo's own connector: replies on the demo's channels get an answer, and nobody can take it for a network's."""

import stat
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import ApiKey
from accounts.queries.keys import find_key
from inbox.actions.replies import NewReply, send_reply
from inbox.management.demo.connector import ACCEPTED, DELIVERED, open_desks, serve_round
from inbox.management.demo.keys import keep_key, kept_secrets
from inbox.models import Delivery
from tests.cast import make_channel, make_ticket


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def said():
    return []


@pytest.fixture
def desk(transactional_db, live_server, channel, northline, olga, said):
    """The desk of Northline's key, which was made when there was only the channel on Bluesky."""
    keep_key(northline)
    (desk,) = open_desks(live_server.url, kept_secrets().values(), {}, said.append)
    return desk


def make_reply(channel, by):
    ticket = make_ticket(channel)
    message = send_reply(ticket, NewReply("We are on it.", "public", seen=0, confirm_stale=True), by=by)
    return Delivery.objects.select_related("message").get(message=message)


def test_a_reply_is_accepted_then_delivered_and_says_that_it_is_the_demo(desk, channel, agnes, said):
    delivery = make_reply(channel, agnes)

    assert serve_round(desk, said.append, seconds=0)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.message.external_id) == ("sent", f"demo-{delivery.idempotency_key}")
    assert delivery.error == ACCEPTED

    assert serve_round(desk, said.append, seconds=0)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("delivered", DELIVERED)
    assert len(said) == 2
    assert all("demo" in line and "We are on it" not in line for line in said)


def test_it_leaves_channels_alone_that_came_after_the_demo(desk, channel, rail, care, agnes, said):
    later = make_reply(make_channel(rail, care, network="x"), agnes)

    serve_round(desk, said.append, seconds=0)

    assert list(desk.channels.values()) == [channel.name]
    later.refresh_from_db()
    assert later.state == "queued"


def test_its_secrets_are_for_the_owner_of_the_folder_only(desk, folder, northline, oscar):
    (file,) = folder.glob("demo_keys.*")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = find_key(kept_secrets()[northline.slug])
    assert (key.scopes, key.all_channels) == (["outbox"], False)
    keep_key(oscar.organization)
    assert set(kept_secrets()) == {northline.slug, oscar.organization.slug}


def test_a_key_made_anew_takes_the_lost_one_back(northline, channel, olga):
    keep_key(northline)
    keep_key(northline)

    assert ApiKey.objects.filter(organization=northline).count() == 2
    assert ApiKey.objects.live().filter(organization=northline).count() == 1


def test_it_ends_when_its_keys_open_nothing_any_more_and_prints_no_secret(desk, live_server):
    ApiKey.objects.all().delete()
    printed = StringIO()

    call_command("demo_connector", "--url", live_server.url, stdout=printed)

    assert "nothing to do" in printed.getvalue()
    assert not any(secret in printed.getvalue() for secret in kept_secrets().values())


def test_it_waits_for_a_server_that_does_not_answer(northline, channel, olga, said, monkeypatch):
    monkeypatch.setattr("inbox.management.demo.connector.ROUND_SECONDS", 0)
    keep_key(northline)
    (desk,) = open_desks("http://127.0.0.1:1", kept_secrets().values(), {}, said.append)

    assert serve_round(desk, said.append, seconds=0)
    assert "does not answer" in said[0]


def test_without_the_demo_there_is_nothing_to_do():
    printed = StringIO()

    call_command("demo_connector", stdout=printed)

    assert "not loaded" in printed.getvalue()
