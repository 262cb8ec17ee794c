"""A manager lets the brand's account allow the app on X's own page, and comes back connected."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from inbox.models import Channel, Event
from tests.connectors.x.simulator import APP_TOKEN, CODE
from tests.connectors.x.stage import XStage


@pytest.fixture
def stage(rail, care, settings):
    settings.SITE_URL = "https://desk.example"
    stage = XStage("", rail, care)
    stage.channel.keep_access({"refresh_token": "", "app_token": APP_TOKEN})
    Channel.objects.update(external=True)
    yield stage
    stage.close()


@pytest.fixture
def managers(max_):
    client = Client()
    client.force_login(max_)
    return client


def place(stage, name):
    return f"/console/inbox/channel/{stage.channel.pk}/{name}/"


def begin(client, stage):
    """Return what X's page is asked."""
    answer = client.get(place(stage, "allow"))
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer["Location"]).query)) | {"page": answer["Location"].split("?")[0]}


def test_an_account_that_allows_the_app_is_connected_and_pushed_at_once(stage, managers):
    asked = begin(managers, stage)
    page = managers.get(place(stage, "allowed"), {"state": asked["state"], "code": CODE}, follow=True)

    assert "It works: Onevoice speaks for this channel" in page.content.decode()
    assert asked["page"] == "https://x.com/i/oauth2/authorize"
    assert asked["redirect_uri"] == f"https://desk.example{place(stage, 'allowed')}"
    assert asked["scope"].split() == [
        "tweet.read",
        "tweet.write",
        "users.read",
        "dm.read",
        "dm.write",
        "media.write",
        "offline.access",
    ]
    (brought,) = stage.server.codes
    made = urlsafe_b64encode(sha256(brought["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (made, "S256")
    assert brought["redirect_uri"] == asked["redirect_uri"]
    assert (stage.server.renewals, len(stage.server.hooks), len(stage.server.subscriptions)) == (2, 1, 6)
    assert not Channel.objects.get(pk=stage.channel.pk).external
    assert Event.objects.filter(kind="channel.connected").count() == 1


def test_nobody_is_made_to_connect_what_another_has_allowed(stage, managers, olga):
    another = Client()
    another.force_login(olga)
    state = begin(another, stage)["state"]

    assert managers.get(place(stage, "allowed"), {"state": state, "code": CODE}).status_code == 403
    begin(managers, stage)
    assert managers.get(place(stage, "allowed"), {"state": state, "code": CODE}).status_code == 403
    assert managers.get(place(stage, "allowed"), {"code": CODE}).status_code == 403
    assert another.get(place(stage, "allowed"), {"state": state, "code": CODE}).status_code == 302
    assert another.get(place(stage, "allowed"), {"state": state, "code": CODE}).status_code == 403
    assert stage.server.renewals == 2


def test_what_goes_wrong_on_the_way_is_said(stage, managers):
    def come_back(**brought):
        state = begin(managers, stage)["state"]
        return managers.get(place(stage, "allowed"), {"state": state, **brought}, follow=True).content.decode()

    assert "The account has not allowed the app." in come_back(error="access_denied")
    assert "Value passed for the token was invalid" in come_back(code="made-up")
    stage.channel.keep_access({"client_id": ""})
    page = managers.get(place(stage, "allow"), follow=True).content.decode()
    assert "Enter the client ID and its secret first" in page
    assert Channel.objects.get(pk=stage.channel.pk).external


def test_only_those_who_look_after_channels_may_let_an_account_in(stage, agnes, oscar):
    for person, status in ((agnes, (302, 403)), (oscar, (404,))):
        client = Client()
        client.force_login(person)
        for name in ("allow", "allowed"):
            answer = client.get(place(stage, name))
            assert answer.status_code in status
            assert "x.com" not in answer.get("Location", "")


def test_a_network_without_such_a_page_has_none(stage, managers):
    Channel.objects.update(network="matrix")

    for name in ("allow", "allowed"):
        assert managers.get(place(stage, name))["Location"] == place(stage, "connect")
    assert "allow it" not in managers.get(place(stage, "connect")).content.decode()
    assert not Event.objects.filter(kind="channel.connected").exists()
