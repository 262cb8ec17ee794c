"""The website chat among the networks: what a manager enters, and what a website embeds."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from inbox.connectors.network import NetworkProfile, Presence, Setting
from inbox.connectors.webchat import lines
from inbox.connectors.webchat.connector import WebchatConnector
from inbox.connectors.webchat.origins import mistakes_in


def connect(channel: Presence) -> WebchatConnector:
    """Return the connector of one chat."""
    return WebchatConnector(channel=channel.pk, mistakes=mistakes_in(channel.access()))


def forget(channel: Presence, account: str) -> int:
    """Erase a visitor with their conversation and its files."""
    try:
        visitor = UUID(account)
    except ValueError:
        return 0
    return lines.forget_visitor(channel.pk, visitor)


WEBCHAT = NetworkProfile(
    connect=connect,
    forget=forget,
    settings=(
        Setting(
            "origins",
            _("Websites"),
            _("Those that may show this chat, with spaces between them, such as https://www.example.com"),
        ),
    ),
    steps=(
        _("Enter the websites that may show the chat. On others, browsers don't let it speak to us."),
        _("Put the two lines below before </body> on their pages."),
        _("If those pages send a Content-Security-Policy, name this Onevoice's address in script-src and connect-src."),
    ),
    snippet=(
        '<script src="%(site)s/chat/widget.js" data-channel="%(channel)s" defer></script>\n'
        '<noscript><a href="%(site)s/chat/%(channel)s/">Chat</a></noscript>'
    ),
)
