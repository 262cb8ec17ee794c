"""A manager connects a channel on a page that says at once whether the network lets us in."""

import pytest
from django.test import Client

from inbox.connectors.network import Setting
from inbox.connectors.registry import NETWORKS
from inbox.connectors.sandbox.door import SANDBOX
from inbox.models import Channel, ChannelAccess, Cursor, Event, Health
from tests.cast import make_channel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fresh(site, rail, care):
    """A channel that nobody has connected yet."""
    return make_channel(rail, care, network="sandbox", handle="northline")


@pytest.fixture
def managers(max_):
    client = Client()
    client.force_login(max_)
    return client


def page_of(channel):
    return f"/console/inbox/channel/{channel.pk}/connect/"


def test_connecting_makes_onevoice_speak_for_the_channel_and_says_that_it_works(fresh, managers):
    answer = managers.post(page_of(fresh), follow=True)

    assert "It works" in answer.content.decode()
    fresh.refresh_from_db()
    assert (fresh.external, fresh.health, bool(fresh.webhook_secret)) == (False, Health.OK, True)
    assert Event.objects.get(kind="channel.connected").facts == {"channel": fresh.pk}
    assert not Cursor.objects.exists()


def test_what_the_network_says_against_it_is_shown(fresh, managers, settings):
    settings.SITE_URL = "http://127.0.0.1:9"

    answer = managers.post(page_of(fresh), follow=True)

    assert "could not be asked" in answer.content.decode()
    assert Channel.objects.get(pk=fresh.pk).health == Health.DEGRADED


def test_settings_are_asked_for_stored_encrypted_and_secrets_never_shown_again(fresh, managers, monkeypatch):
    settings = (Setting("host", "Server"), Setting("token", "Token", secret=True), Setting("session", "", kept=True))
    monkeypatch.setitem(NETWORKS, "sandbox", SANDBOX.__class__(SANDBOX.connect, settings))

    missing = managers.post(page_of(fresh), {"host": "example.org"}).content.decode()
    assert "This field is required" in missing
    managers.post(page_of(fresh), {"host": "example.org", "token": "planted-token"})
    managers.post(page_of(fresh), {"host": "example.com", "token": ""})

    assert fresh.access() == {"host": "example.com", "token": "planted-token"}
    shown = managers.get(page_of(fresh)).content.decode()
    assert "example.com" in shown
    assert "planted-token" not in shown
    assert "session" not in shown.split("<form method")[1].split("</form>")[0].replace("sessionid", "")
    raw = ChannelAccess.objects.extra(select={"raw": "settings"}).values_list("raw", flat=True).get()
    assert "planted" not in raw


def test_only_those_who_look_after_channels_may_connect_one(fresh, agnes, oscar, lena):
    for person in (agnes, lena):
        client = Client()
        client.force_login(person)
        assert client.post(page_of(fresh)).status_code in (302, 403)
    stranger = Client()
    stranger.force_login(oscar)
    assert stranger.post(page_of(fresh)).status_code == 404
    assert Channel.objects.get(pk=fresh.pk).external


def test_a_network_that_onevoice_does_not_speak_has_no_such_page(rail, care, managers):
    assert managers.get(page_of(make_channel(rail, care, network="other"))).status_code == 404
