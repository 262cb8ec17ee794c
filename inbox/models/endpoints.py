"""Programs of others that are told what happened: where they listen, and each call to them. The row is the job."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.channels import Channel
from inbox.models.deliveries import Delivery
from inbox.models.events import Event, TransactionIdField
from inbox.models.secrets import EncryptedTextField


class Shape(models.TextChoices):
    """How an endpoint is told."""

    STANDARD = "standard", _("Standard Webhooks")
    # A program that was written for Chatwoot: it posts the replies that it is told of.
    CHATWOOT = "chatwoot", _("Chatwoot")


class Endpoint(models.Model):
    """An address that is told of events; each call is signed by the Standard Webhooks specification."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="endpoints")
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=1000)
    # "whsec_…"; for a day after it was renewed both sign.
    secret = EncryptedTextField(editable=False)
    old_secret = EncryptedTextField(blank=True, editable=False)
    old_until = models.DateTimeField(null=True, editable=False)
    # None for an endpoint that hears of every channel.
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="endpoints", verbose_name=_("channel")
    )
    shape = models.CharField(_("shape"), max_length=10, choices=Shape.choices, default=Shape.STANDARD)
    # Kinds of event, or "ticket.*" for all about something; empty for everything.
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("kinds of event"), blank=True, default=list)
    active = models.BooleanField(_("active"), default=True)
    # Why it was switched off by itself, and whether managers know.
    trouble = models.TextField(_("trouble"), blank=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = [
            # Two of them would post each reply twice.
            models.UniqueConstraint(fields=["channel"], condition=Q(shape="chatwoot"), name="endpoint_one_poster"),
            models.CheckConstraint(
                condition=Q(shape="standard") | Q(channel__isnull=False), name="endpoint_poster_has_channel"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CallState(models.TextChoices):
    """What became of a call."""

    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    FAILED = "failed", _("Given up")


class Call(models.Model):
    """One event told to one endpoint, with every try: the same id and the same body each time.

    A call with a delivery is one attempt at posting that reply, and is made once.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="calls", db_index=False, verbose_name=_("endpoint")
    )
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, blank=True, related_name="calls", db_index=False)
    # None for a test, and for a reply.
    event = models.ForeignKey(Event, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(_("kind of event"), max_length=40)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=CallState.choices, default=CallState.WAITING)
    attempt_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    # One a try: when, the status or null, the first words of the answer or what went wrong, milliseconds.
    attempts = models.JSONField(default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="call_once")]
        indexes = [
            models.Index(fields=["due_at"], name="call_due", condition=Q(state="waiting")),
            models.Index(fields=["delivery"], name="call_delivery", condition=Q(delivery__isnull=False)),
            models.Index(fields=["organization", "-created_at"], name="call_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.endpoint_id}"


class LogReader(models.Model):
    """How far a reader of the log has come, in commit order."""

    name = models.CharField(max_length=40, primary_key=True)
    transaction = TransactionIdField()
    event = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction}/{self.event}"
