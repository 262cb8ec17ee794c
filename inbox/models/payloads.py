"""What a network's webhook sent, stored raw before it is answered, processed afterwards."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.channels import Channel

# So often a payload is tried; then a person has to look at it.
MOST_ATTEMPTS = 8


class PayloadQuerySet(models.QuerySet["Payload"]):
    """Conditions on payloads."""

    def unread(self) -> "PayloadQuerySet":
        """Return what was tried and could not be read, whether or not it will be tried again."""
        return self.filter(~Q(error="") | Q(attempt_count__gte=MOST_ATTEMPTS), processed_at=None)


class Payload(models.Model):
    """One verified webhook body; it can be processed again at any time."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="payloads", verbose_name=_("channel"))
    delivery_key = models.CharField(_("key of the delivery"), max_length=255)
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what went wrong"), blank=True)

    objects = PayloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("payload")
        verbose_name_plural = _("payloads")
        constraints = [models.UniqueConstraint(fields=["channel", "delivery_key"], name="payload_once")]
        indexes = [models.Index(fields=["id"], name="payload_unprocessed", condition=Q(processed_at__isnull=True))]

    def __str__(self) -> str:
        return f"payload {self.pk} of {self.channel_id}"

    @property
    def is_given_up(self) -> bool:
        """Return whether nobody will try to read it again by themselves."""
        return self.processed_at is None and self.attempt_count >= MOST_ATTEMPTS
