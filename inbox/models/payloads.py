"""What a network's webhook sent, stored raw before it is answered, processed afterwards."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.channels import Channel


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

    class Meta:
        verbose_name = _("payload")
        verbose_name_plural = _("payloads")
        constraints = [models.UniqueConstraint(fields=["channel", "delivery_key"], name="payload_once")]
        indexes = [models.Index(fields=["id"], name="payload_unprocessed", condition=Q(processed_at__isnull=True))]

    def __str__(self) -> str:
        return f"payload {self.pk} of {self.channel_id}"
