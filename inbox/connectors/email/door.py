"""E-mail among the networks: what a manager enters, and how fast an address may write."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.email.connector import EmailConnector
from inbox.connectors.email.imap import Server
from inbox.connectors.network import NetworkProfile, Presence, Setting


def connect(channel: Presence) -> EmailConnector:
    """Return the connector of one address."""
    access = channel.access()
    encrypted = access.get("encryption", "").lower() != "none"
    address = access.get("address", "").lower()
    return EmailConnector(
        address=address,
        user=access.get("user", "") or address,
        password=access.get("password", ""),
        imap=Server(access.get("imap_host", ""), _port(access.get("imap_port", ""), 993), encrypted),
        smtp=Server(access.get("smtp_host", ""), _port(access.get("smtp_port", ""), 465), encrypted),
        name=access.get("name", ""),
        folder=access.get("folder", "") or "INBOX",
        sent=access.get("sent", ""),
        keeps_sent=_yes(access.get("keeps_sent", "")),
        plus=_yes(access.get("plus", "")),
    )


def _port(said: str, usual: int) -> int:
    return int(said) if said.isdecimal() else usual


def _yes(said: str) -> bool:
    return said.strip().lower() in ("yes", "true", "1", "on")


EMAIL = NetworkProfile(
    connect=connect,
    settings=(
        Setting("address", _("Address"), _("To which customers write, such as help@example.org.")),
        Setting("name", _("Name"), _("Under which answers are sent."), required=False),
        Setting("imap_host", _("IMAP server")),
        Setting("imap_port", _("IMAP port"), _("993: encrypted from the start. Any other: STARTTLS."), default="993"),
        Setting("smtp_host", _("SMTP server")),
        Setting("smtp_port", _("SMTP port"), _("465: encrypted from the start. Any other: STARTTLS."), default="465"),
        Setting("user", _("User"), _("Empty where it is the address."), required=False),
        Setting("password", _("Password"), _("Where there are app passwords, one for Onevoice alone."), secret=True),
        Setting("folder", _("Folder"), _("In which letters arrive."), required=False, default="INBOX"),
        Setting("sent", _("Sent folder"), _("Empty where the server names it itself."), required=False),
        Setting(
            "keeps_sent",
            _("Put answers into the sent folder"),
            _("yes or no. Not where the server does so by itself, as those of Google and Microsoft do."),
            required=False,
            default="no",
        ),
        Setting(
            "plus",
            _("Token in the reply address"),
            _("yes or no. Only where the server delivers help+anything@ to help@."),
            required=False,
            default="no",
        ),
        Setting(
            "encryption",
            _("Encryption"),
            _("none only for a server on this very machine."),
            required=False,
            default="required",
        ),
    ),
    budget=Budget(60, timedelta(minutes=1)),
    steps=(
        _("Choose a mailbox that Onevoice reads alone; letters in it are never marked as read, moved or deleted."),
        _("Turn on IMAP for it, and make an app password where the provider has such."),
        _("Letters that come from now on become tickets. Letters that programs wrote, and lists, are left alone."),
    ),
)
