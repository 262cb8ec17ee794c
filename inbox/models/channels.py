"""One presence of a brand on one network, and which keys may speak for it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Brand, Organization, Team
from inbox.models.secrets import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User


class Network(models.TextChoices):
    """Where a channel lives; its limits and looks follow from it."""

    BLUESKY = "bluesky", "Bluesky"
    EMAIL = "email", _("E-mail")
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    LINE = "line", "LINE"
    MASTODON = "mastodon", "Mastodon"
    MATRIX = "matrix", "Matrix"
    SANDBOX = "sandbox", _("Sandbox")
    SMS = "sms", "SMS"
    TELEGRAM = "telegram", "Telegram"
    WEBCHAT = "webchat", _("Website chat")
    WHATSAPP = "whatsapp", "WhatsApp"
    X = "x", "X"
    OTHER = "other", _("Other")


class ReopenPolicy(models.TextChoices):
    """What a customer's answer to a resolved ticket does."""

    REOPEN = "reopen", _("Reopen the ticket")
    NEW_TICKET = "new_ticket", _("Open a new ticket")


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Conditions on channels."""

    def visible_to(self, user: "User") -> "ChannelQuerySet":
        """Return the channels of the user's organization."""
        return self.filter(organization=user.organization_id)

    def open_to(self, key: ApiKey) -> "ChannelQuerySet":
        """Return the channels that the key may speak for."""
        mine = self.filter(organization=key.organization_id, active=True)
        return mine if key.all_channels else mine.filter(keys__key=key)


class Channel(models.Model):
    """One presence of a brand on one network."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="channels")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="channels")
    team = models.ForeignKey(Team, models.PROTECT, related_name="channels", verbose_name=_("team"))
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    name = models.CharField(_("name"), max_length=120)
    handle = models.CharField(_("handle"), max_length=200, blank=True)
    # Whether our own connector posts (push) or an external program takes replies from the outbox (pull).
    external = models.BooleanField(_("external connector"), default=True)
    active = models.BooleanField(_("active"), default=True)
    reopen_policy = models.CharField(
        _("on a reply to a resolved ticket"),
        max_length=20,
        choices=ReopenPolicy.choices,
        default=ReopenPolicy.REOPEN,
    )
    webhook_secret = EncryptedTextField(_("webhook secret"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return f"{self.name} ({self.network})"


class ChannelKey(models.Model):
    """A key that may speak for this channel, with its own limit."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="keys")
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="channel_keys")
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=600)

    class Meta:
        verbose_name = _("channel of a key")
        verbose_name_plural = _("channels of a key")
        constraints = [models.UniqueConstraint(fields=["key", "channel"], name="channel_key_once")]

    def __str__(self) -> str:
        return f"{self.key_id} → {self.channel_id}"
