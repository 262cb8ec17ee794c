"""The make-believe network over real HTTP, with an account and the channel that it belongs to."""

import pytest

from inbox.connectors import registry
from inbox.connectors.sandbox.models import Account
from tests.cast import make_channel

SECRET = "a secret that both sides know"


@pytest.fixture
def site(live_server, settings):
    """A web server of the test's own, where the network and our webhooks live."""
    settings.SITE_URL = live_server.url
    settings.SANDBOX = True
    return live_server.url


@pytest.fixture
def sandbox(rail, care):
    """Northline Rail's channel on the make-believe network, posted to by our own connector."""
    channel = make_channel(rail, care, network="sandbox", handle="northline", external=False, webhook_secret=SECRET)
    registry.connect(channel)
    return channel


@pytest.fixture
def account(sandbox):
    """The same presence as the network knows it."""
    return Account.objects.get(handle=sandbox.handle)
