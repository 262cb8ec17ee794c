"""An agent's unsent text: a row of its own, never in the browser only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.messages import Visibility
from inbox.models.tickets import Ticket


class DraftKind(models.TextChoices):
    """What the text will become."""

    REPLY = "reply", _("Reply")
    NOTE = "note", _("Note")


class Draft(models.Model):
    """An agent's unsent text on a ticket; no change to the ticket touches it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind.choices, default=DraftKind.REPLY)
    text = models.TextField(blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.DIRECT)
    # The key of the purpose that its writer has chosen.
    purpose = models.CharField(max_length=20, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    # Whether colleagues see it before it is sent.
    shared = models.BooleanField(default=False, db_default=False)
    # Since when it rests on signed words that may no longer be used.
    overtaken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["ticket", "user", "kind"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft {self.pk} of {self.user_id} on {self.ticket_id}"


class DraftVersion(models.Model):
    """What a draft said some time ago, so that a text that was overwritten can be brought back."""

    # So many of each draft are kept.
    MOST = 10

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="versions")
    text = models.TextField()
    # Where signed words stood: wording, start, end.
    spans = models.JSONField(default=list)
    # The ids of the files beside it.
    files = models.JSONField(default=list, db_default=[])
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a draft")
        verbose_name_plural = _("versions of drafts")

    def __str__(self) -> str:
        return f"version {self.pk} of draft {self.draft_id}"
