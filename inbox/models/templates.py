"""A message that a network has approved before it is sent: the only one that it takes when the customer was silent."""

from collections.abc import Mapping

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.connectors.templates import APPROVED, blanks_in, fill
from inbox.models.channels import Channel


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    """Conditions on templates."""

    def usable(self) -> "MessageTemplateQuerySet":
        """Return those that the network takes now."""
        return self.filter(status=APPROVED)


class MessageTemplate(models.Model):
    """A template of a channel's account, as its network last had it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="templates", verbose_name=_("channel"))
    external_id = models.CharField(max_length=255)
    name = models.CharField(_("name"), max_length=512)
    # As the network writes it: "en_US".
    language = models.CharField(_("language"), max_length=15)
    # In the network's own words, as the status is.
    category = models.CharField(_("category"), max_length=40)
    status = models.CharField(_("status"), max_length=40)
    header = models.TextField(blank=True)
    body = models.TextField(_("text"))
    footer = models.TextField(blank=True)
    buttons = ArrayField(models.CharField(max_length=255), default=list)
    # Whether its blanks have names; else they are counted from 1.
    named = models.BooleanField(default=False)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="message_template_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def blanks(self) -> list[str]:
        """Return the names of what has to be filled in."""
        return blanks_in(self.body)

    def said(self, values: Mapping[str, str]) -> str:
        """Return all that the customer reads, with these values in the blanks."""
        return "\n\n".join(part for part in (self.header, fill(self.body, values), self.footer) if part)
