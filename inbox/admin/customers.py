"""Customers and their accounts in the console."""

from django.contrib import admin
from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin import OrganizationAdmin, OrganizationInline
from accounts.requests import PersonRequest
from inbox.models import Contact, Identity


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
    """Customers come by writing; their name and language can be corrected."""

    permission = "channel.manage"
    can_add = False
    can_delete = False
    list_display = ("name", "accounts", "language", "created_at")
    list_filter = ("language",)
    search_fields = ("name", "identities__username")
    fields = ("name", "language", "created_at")
    readonly_fields = ("created_at",)
    inlines = (IdentityInline,)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return customers with their accounts."""
        accounts = Identity.objects.only("contact", "username", "external_id")
        return super().get_queryset(request).prefetch_related(Prefetch("identities", accounts))

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
