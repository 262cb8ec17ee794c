"""Keys by which connectors enter the REST API."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Organization, OwnedQuerySet
from accounts.models.users import User


class Scope(models.TextChoices):
    """What a key may be used for."""

    MESSAGES_WRITE = "messages:write", _("Post customer messages")
    OUTBOX = "outbox", _("Take replies from the outbox and report on them")
    TICKETS_READ = "tickets:read", _("Read tickets")
    TICKETS_WRITE = "tickets:write", _("Change tickets and reply")
    POSITIONS_READ = "positions:read", _("Read signed wording")
    POSTS_READ = "posts:read", _("Read planned posts")
    POSTS_WRITE = "posts:write", _("Plan posts, which somebody approves, and call them off")
    INCIDENTS_READ = "incidents:read", _("Read incidents")
    INCIDENTS_WRITE = "incidents:write", _("Declare incidents, and stand them down")
    CHANNELS_WRITE = "channels:write", _("Make channels and say who is told of their replies")


class ApiKeyQuerySet(OwnedQuerySet["ApiKey"]):
    """Conditions on keys."""

    def live(self) -> Self:
        """Return the keys that still open the door."""
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """A connector's key: shown once, stored as a hash, known by its prefix."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="api_keys", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices), verbose_name=_("scopes"))
    all_channels = models.BooleanField(_("every channel"), default=True)
    per_minute = models.PositiveIntegerField(_("requests a minute and channel"), default=6000)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def allows(self, scope: str) -> bool:
        """Return whether this key may be used for `scope`."""
        return scope in self.scopes
