"""Customers and their accounts in the console."""

from django.contrib import admin
from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.requests import PersonRequest
from inbox.models import Contact, Identity
from inbox.models.contacts import plain_fact


class IdentityInline(OrganizationInline):
    """The customer's accounts."""

    model = Identity
    read_only = True
    fields = ("username", "name", "external_id", "channel", "followers")
    show_change_link = True

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return accounts with their channel."""
        return super().get_queryset(request).select_related("channel").defer("channel__webhook_secret")


@admin.register(Contact)
class ContactAdmin(OrganizationAdmin):
    """Customers come by writing; what is known of them can be corrected."""

    permission = "channel.manage"
    can_add = False
    can_delete = False
    list_display = ("name", "accounts", "region", "audience", "language", "created_at")
    list_filter = ("language", "region", "audience")
    search_fields = ("name", "identities__username")
    fields = ("name", "language", ("region", "audience"), "created_at")
    readonly_fields = ("created_at",)
    inlines = (IdentityInline,)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return customers with their accounts; who became part of another stands there."""
        accounts = Identity.objects.only("contact", "username", "external_id")
        shown = super().get_queryset(request).filter(merged_into=None)
        return shown.prefetch_related(Prefetch("identities", accounts))

    def save_model(self, request: PersonRequest, obj: Contact, form: OwnForm, change: bool) -> None:
        """Keep region and audience as positions write theirs."""
        obj.region, obj.audience = plain_fact(obj.region), plain_fact(obj.audience)
        super().save_model(request, obj, form, change)

    @display(description=_("Accounts"))
    def accounts(self, contact: Contact) -> str:
        """Return the customer's accounts, as one text."""
        return ", ".join(identity.username or identity.external_id for identity in contact.identities.all()) or "–"


@admin.register(Identity)
class IdentityAdmin(OrganizationAdmin):
    """Accounts, as their networks describe them."""

    read_only = True
    list_display = ("username", "name", "channel", "contact", "followers", "created_at")
    list_select_related = ("channel", "contact")
    list_filter = ("channel",)
    search_fields = ("username", "name", "=external_id")
    fields = ("channel", "contact", "external_id", "username", "name", "avatar_url", "followers", "created_at")

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return accounts with what their page touches."""
        rows = super().get_queryset(request).select_related("channel", "contact")
        return rows.defer("channel__webhook_secret")
