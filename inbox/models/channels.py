"""One presence of a brand on one network, and which keys may speak for it."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Brand, Organization, Team
from inbox.connectors.base import Unavailable
from inbox.models.secrets import EncryptedTextField

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from accounts.models import User

# Of the advisory locks, the one for renewing a channel's access; and for how many seconds it is waited for.
RENEWING, PATIENCE = 7_301, 15.0

# Workers count at the same time; in one statement none of them loses what another counted.
_COUNT = """
INSERT INTO inbox_channeluse AS known (channel_id, month, name, number, counted_on)
SELECT %s, %s, name, number, %s FROM jsonb_to_recordset(%s::jsonb) AS new(name text, number int) ORDER BY name
ON CONFLICT (channel_id, month, name) DO UPDATE
SET number = known.number + excluded.number, counted_on = excluded.counted_on
WHERE NOT %s OR known.counted_on < excluded.counted_on
"""


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


class Health(models.TextChoices):
    """Whether a channel's network still works with us."""

    OK = "ok", _("Connected")
    DEGRADED = "degraded", _("In trouble")
    NEEDS_AUTHORISATION = "needs_authorisation", _("Must be connected again")


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
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="channels", verbose_name=_("brand"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="channels", verbose_name=_("team"))
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    name = models.CharField(_("name"), max_length=120)
    handle = models.CharField(_("handle"), max_length=200, blank=True)
    # Whether our own connector posts (push) or an external program takes replies from the outbox (pull).
    external = models.BooleanField(_("external connector"), default=True)
    # Of an external one: whether its program publishes planned posts, too.
    publishes = models.BooleanField(
        _("its program publishes posts"),
        default=False,
        db_default=False,
        help_text=_("Planned posts for this channel stand in its outbox beside the replies."),
    )
    followers = models.PositiveIntegerField(
        _("followers"),
        null=True,
        blank=True,
        help_text=_("How many follow it on its network: approval policies go by it."),
    )
    active = models.BooleanField(_("active"), default=True)
    reopen_policy = models.CharField(
        _("on a reply to a resolved ticket"),
        max_length=20,
        choices=ReopenPolicy.choices,
        default=ReopenPolicy.REOPEN,
    )
    undo_seconds = models.PositiveSmallIntegerField(
        _("seconds in which a sent reply can be undone"),
        default=10,
        db_default=10,
        validators=[MaxValueValidator(60)],
        help_text=_("A person’s reply goes out after so long; 0 sends at once. Replies of programs never wait."),
    )
    webhook_secret = EncryptedTextField(_("webhook secret"), blank=True)
    health = models.CharField(_("health"), max_length=20, choices=Health.choices, default=Health.OK, editable=False)
    # The network's own words about what is wrong, and when we asked last.
    health_words = models.TextField(blank=True, editable=False)
    health_since = models.DateTimeField(null=True, editable=False)
    # When managers were written to about it; null while they have yet to be.
    alerted_at = models.DateTimeField(null=True, editable=False)
    probed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return f"{self.name} ({self.network})"

    def access(self) -> dict[str, str]:
        """Return what opens the account: the settings of its network, decrypted."""
        stored = ChannelAccess.objects.filter(channel=self).first()
        return dict(json.loads(stored.settings)) if stored else {}

    def keep_access(self, changes: Mapping[str, str]) -> None:
        """Store settings that were entered, or that the network has renewed, beside the others."""
        with transaction.atomic():
            ChannelAccess.objects.get_or_create(channel=self, defaults={"settings": "{}"})
            stored = ChannelAccess.objects.select_for_update().get(channel=self)
            stored.settings = json.dumps({**json.loads(stored.settings), **changes})
            stored.save()

    @contextmanager
    def renewing(self) -> Iterator[Mapping[str, str]]:
        """Be the only worker that renews the access, and yield what is stored now; raises Unavailable.

        The lock belongs to the connection, not to a transaction: what is kept inside is there for everybody at
        once, and a worker that dies lets go.
        """
        give_up = time.monotonic() + PATIENCE
        with connection.cursor() as cursor:
            while not _ask(cursor, "pg_try_advisory_lock", self.pk):
                if time.monotonic() > give_up:
                    raise Unavailable(_now("Another worker is renewing the access."), 5.0)
                time.sleep(0.1)
            try:
                yield self.access()
            finally:
                _ask(cursor, "pg_advisory_unlock", self.pk)

    def count_use(self, uses: Mapping[str, int], *, once_a_day: bool = False) -> None:
        """Note what the network will charge for, by the names of its prices."""
        today = timezone.now().astimezone(UTC).date()
        rows = [{"name": name, "number": number} for name, number in uses.items() if number]
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self.pk, today.replace(day=1), today, json.dumps(rows), once_a_day])

    def used(self) -> dict[str, int]:
        """Return what the network has charged for this month, by the names of its prices."""
        month = timezone.now().astimezone(UTC).date().replace(day=1)
        return dict(self.uses.filter(month=month).values_list("name", "number"))


def _ask(cursor: "CursorWrapper", function: str, channel: int) -> bool:
    cursor.execute(f"SELECT {function}(%s, %s)", [RENEWING, channel])
    answer: tuple[bool] = cursor.fetchone()
    return answer[0]


class ChannelAccess(models.Model):
    """What opens a channel's account, apart from the channel, which is read far more often."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="+")
    settings = EncryptedTextField()
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"access of {self.channel_id}"


class ChannelUse(models.Model):
    """How often a network has charged a channel for one thing in a month, by UTC."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="uses", db_index=False)
    month = models.DateField()
    # Of the network's prices.
    name = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "month", "name"], name="channel_use_once")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.month:%Y-%m} {self.name}: {self.number}"


class ChannelKey(models.Model):
    """A key that may speak for this channel, with its own limit."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="keys")
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="channel_keys", verbose_name=_("API key"))
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=600)

    class Meta:
        verbose_name = _("channel of a key")
        verbose_name_plural = _("channels of a key")
        constraints = [models.UniqueConstraint(fields=["key", "channel"], name="channel_key_once")]

    def __str__(self) -> str:
        return f"{self.key_id} → {self.channel_id}"
