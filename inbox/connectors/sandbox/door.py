"""The make-believe network among the others: how Onevoice opens an account on it, and how fast it may post."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.connectors.network import NetworkProfile, Presence, Setting
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.connector import SandboxConnector
from inbox.connectors.sandbox.models import Post


def connect(channel: Presence) -> SandboxConnector:
    """Return the connector of one account, on our own sandbox unless the channel names another."""
    server = channel.access().get("server") or f"{settings.SITE_URL}/sandbox"
    return SandboxConnector(handle=channel.handle, secret=channel.webhook_secret, server=server)


def open_account(channel: Presence) -> None:
    """Open the channel's account on our own sandbox; raises HandleTaken and NoSecret."""
    network.open_account(
        handle=channel.handle,
        name=channel.name,
        secret=channel.webhook_secret,
        webhook_path=reverse("webhooks:receive", args=[channel.pk]),
    )


def forget(channel: Presence, account: str) -> int:
    """Erase what a make-believe customer has written, and what was written to them."""
    posts = Post.objects.filter(account__handle=channel.handle)
    return posts.filter(Q(author=account) | Q(addressee=account)).delete()[0]


SANDBOX = NetworkProfile(
    connect=connect,
    publishes=True,
    root=lambda thread: thread,
    open_account=open_account,
    forget=forget,
    settings=(Setting("server", _("Server"), _("Empty for the sandbox of this installation."), required=False),),
)
