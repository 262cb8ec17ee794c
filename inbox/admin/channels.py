"""Channels and labels in the console."""

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.admin.base import Names
from accounts.requests import PersonRequest
from inbox.models import Channel, ChannelKey, Label


class ChannelForm(OwnForm):
    """What may be said about a channel; its secret can be replaced and never read."""

    webhook_secret = forms.CharField(
        label=_("webhook secret"),
        required=False,
        help_text=_("Leave it empty to keep the one that is stored."),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean_webhook_secret(self) -> str:
        """Return the new secret, or the stored one."""
        secret: str = self.cleaned_data["webhook_secret"] or getattr(self.instance, "webhook_secret", "")
        return secret


class ChannelKeyInline(OrganizationInline):
    """Which keys may speak for this channel, and how fast."""

    model = ChannelKey
    permission = "key.manage"
    fields = ("key", "per_minute")
    verbose_name_plural = _("Keys that may speak for this channel")


@admin.register(Channel)
class ChannelAdmin(OrganizationAdmin):
    """Channels; one that is no longer used is switched off, so that its conversations stay."""

    permission = "channel.manage"
    can_delete = False
    form = ChannelForm
    list_display = ("name", "network", "handle", "brand", "team", "external", "active")
    list_select_related = ("brand", "team")
    list_filter = ("network", "brand", "team", "active", "external")
    search_fields = ("name", "handle")
    ordering = ("name", "pk")
    fields = ("name", "network", "handle", "brand", "team", "external", "active", "reopen_policy", "webhook_secret")
    inlines = (ChannelKeyInline,)

    def get_readonly_fields(self, request: PersonRequest, obj: Model | None = None) -> list[str]:
        """Return the fields that can't be changed: a channel stays on its network."""
        fields: list[str] = super().get_readonly_fields(request, obj)
        return [*fields, "network"] if obj else fields

    def get_fields(self, request: PersonRequest, obj: Model | None = None) -> Names:
        """Return the fields; who may only look is not shown the secret."""
        fields = super().get_fields(request, obj)
        changes = self.has_change_permission(request, obj)
        return fields if changes else [name for name in fields if name != "webhook_secret"]

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return channels without their secrets, which only the form of one channel reads."""
        return super().get_queryset(request).defer("webhook_secret")


@admin.register(Label)
class LabelAdmin(OrganizationAdmin):
    """Labels that people put on tickets."""

    permission = "channel.manage"
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name",)
