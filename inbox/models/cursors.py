"""How far a channel that is asked for news has been read, and when it is asked again. The row is the job."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.models.channels import Channel


class Cursor(models.Model):
    """Where to go on in what a network has to tell a channel."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="cursor")
    # In the network's own terms; empty before the first look.
    value = models.TextField(blank=True)
    due_at = models.DateTimeField(db_index=True)
    # Whoever asks holds the row until then.
    claimed_until = models.DateTimeField(null=True, blank=True)
    # A process that waits for the network to speak up holds the channel until then.
    listened_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")

    def __str__(self) -> str:
        return f"cursor of {self.channel_id}"
