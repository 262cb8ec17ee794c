"""Which connector speaks for a channel: one literal, read top to bottom."""

from collections.abc import Callable
from typing import Protocol

from django.urls import reverse

from inbox.connectors.base import Connector
from inbox.connectors.sandbox import network as sandbox_network
from inbox.connectors.sandbox.connector import SandboxConnector


class Presence(Protocol):
    """What a connector may know of a channel."""

    @property
    def pk(self) -> int:
        """Return the channel's id, part of its webhook address."""

    @property
    def network(self) -> str:
        """Return the network it lives on."""

    @property
    def handle(self) -> str:
        """Return its name on that network."""

    @property
    def name(self) -> str:
        """Return its name among us."""

    @property
    def webhook_secret(self) -> str:
        """Return the secret that it shares with its network."""


def _sandbox(channel: Presence) -> Connector:
    return SandboxConnector(handle=channel.handle, secret=channel.webhook_secret)


CONNECTORS: dict[str, Callable[[Presence], Connector]] = {
    "sandbox": _sandbox,
}


class NoConnector(Exception):
    """Onevoice has no connector of its own for this network; an external one may serve the channel."""


def connector_for(channel: Presence) -> Connector:
    """Return the connector that speaks for the channel; raises NoConnector."""
    try:
        return CONNECTORS[channel.network](channel)
    except KeyError:
        message = f"Onevoice has no connector for {channel.network}; the channel needs an external one."
        raise NoConnector(message) from None


def connect(channel: Presence) -> None:
    """Make a channel known to its network where that takes no person; call it again when the channel changes.

    Raises what the network raises: for the sandbox HandleTaken and NoSecret.
    """
    if channel.network == "sandbox":
        sandbox_network.open_account(
            handle=channel.handle,
            name=channel.name,
            secret=channel.webhook_secret,
            webhook_path=reverse("webhooks:receive", args=[channel.pk]),
        )
