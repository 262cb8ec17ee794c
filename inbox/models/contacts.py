"""Customers, and their accounts on the networks.

The rows of intake (contact, identity, ticket, message, event) point at their organization, brand, channel
and team without a constraint in the database: checking one locks the parent row, which every message of an
organization shares, and costs a quarter of the write. The parent in the conversation is always constrained.
Nor do they carry an index for a column with which an index in Meta begins.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.channels import Channel

if TYPE_CHECKING:
    from accounts.models import User


# The end of what has none.
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)


def plain_fact(text: str) -> str:
    """Return a region, audience or product as positions write theirs."""
    return text.strip().lower()


class ContactQuerySet(models.QuerySet["Contact"]):
    """Conditions on customers."""

    def visible_to(self, user: "User") -> "ContactQuerySet":
        """Return the customers of whom the user may see a ticket, or all of them for those who see all tickets.

        A customer who turned out to be another one is that other one.
        """
        mine = self.filter(organization=user.organization_id, merged_into=None)
        if user.may("ticket.view_all"):
            return mine
        tickets = apps.get_model("inbox", "Ticket").objects.visible_to(user)
        return mine.filter(Exists(tickets.filter(contact=OuterRef("pk"))))

    def called(self, text: str, organization_id: int | None) -> "ContactQuerySet":
        """Return an organization's customers whose name this is, or an account of whom holds it in name or handle."""
        accounts = Identity.objects.filter(organization=organization_id).named(text).values("contact")
        names = Contact.objects.filter(organization=organization_id, name=text).values("pk")
        return self.filter(organization=organization_id, pk__in=accounts.union(names))

    def lock(self, pk: int) -> "Contact":
        """Return the customer, locked against other writers until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Contact(models.Model):
    """A customer, whatever networks they write from."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="contacts", db_constraint=False, db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # What words that are signed for some customers only ask for, in lower case; empty where nobody knows.
    region = models.CharField(_("region"), max_length=40, blank=True, default="", db_default="")
    audience = models.CharField(_("audience"), max_length=40, blank=True, default="", db_default="")
    # Somebody to take special care of.
    is_vip = models.BooleanField(_("VIP"), default=False, db_default=False)
    # Of the organization's own fields (CustomField) those that are filled in, by key.
    fields = models.JSONField(_("custom fields"), default=dict, db_default={}, editable=False)
    # The customer who they turned out to be; what they had stands there.
    merged_into = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="merged", db_index=False, editable=False
    )
    # When all that was known of them was erased.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["organization", "name"], name="contact_name"),
            # The few who are VIPs: `is:vip`, and the list of them.
            models.Index(fields=["organization", "name"], name="contact_vip", condition=Q(is_vip=True)),
            # `field.key:value`.
            GinIndex(
                OpClass(F("fields"), name="jsonb_path_ops"),
                name="contact_fields",
                condition=~Q(fields=Value({}, models.JSONField())),
            ),
            # Who turned out to be this customer.
            models.Index(fields=["merged_into"], name="contact_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


# All that an account is called, to be searched.
NAMES = Lower(Concat("username", Value(" "), "name"))


class IdentityQuerySet(models.QuerySet["Identity"]):
    """Conditions on accounts."""

    def named(self, text: str) -> "IdentityQuerySet":
        """Return the accounts whose name or handle holds this text."""
        return self.annotate(names=NAMES).filter(names__contains=text.lower().removeprefix("@"))

    def called_like(self, text: str) -> "IdentityQuerySet":
        """Return the accounts a part of whose name or handle is nearly this text, the likest first.

        How near is for pg_trgm.word_similarity_threshold to say.
        """
        like = self.annotate(names=NAMES).filter(names__trigram_word_similar=text)
        return like.annotate(likeness=TrigramWordSimilarity(text, "names")).order_by("-likeness", "-pk")


class Identity(models.Model):
    """A customer's account as one channel sees it; which contact it belongs to can be changed and changed back."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel,
        models.CASCADE,
        related_name="identities",
        db_constraint=False,
        db_index=False,
        verbose_name=_("channel"),
    )
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities", verbose_name=_("customer"))
    external_id = models.CharField(_("id on the network"), max_length=255)
    username = models.CharField(_("username"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    avatar_url = models.URLField(_("address of the picture"), max_length=1000, blank=True)
    followers = models.PositiveIntegerField(_("followers"), null=True, blank=True)
    # Until then what it writes makes no work; intake looks here. Why stands in its blocks.
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        indexes = [GinIndex(OpClass(NAMES, name="gin_trgm_ops"), name="identity_names")]
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.username or self.external_id} #{self.pk}"

    @property
    def is_blocked(self) -> bool:
        """Return whether what it writes makes no work now."""
        return self.blocked_until is not None and self.blocked_until > timezone.now()

    @property
    def shown_name(self) -> str:
        """Return the best name we have for this account."""
        return self.name or self.username or self.external_id
