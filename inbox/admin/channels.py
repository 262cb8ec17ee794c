"""Channels and labels in the console."""

import secrets

from django import forms
from django.contrib import admin, messages
from django.core import exceptions
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.admin.base import Names
from accounts.requests import PersonRequest
from inbox.actions.channels import connect_channel
from inbox.admin import consent
from inbox.admin.connect import ConnectForm, meter_of, snippet_of, steps_of
from inbox.connectors.base import Rejected, Unavailable, Uncertain
from inbox.connectors.network import NetworkProfile
from inbox.connectors.registry import NETWORKS, connect
from inbox.connectors.sandbox.network import HandleTaken
from inbox.delivery import probe
from inbox.intake import subscribe
from inbox.models import Channel, ChannelKey, Health, Label

HEALTH_COLOURS = {Health.OK: "success", Health.DEGRADED: "warning", Health.NEEDS_AUTHORISATION: "danger"}


class ChannelForm(OwnForm):
    """What may be said about a channel; its secret can be replaced and never read."""

    webhook_secret = forms.CharField(
        label=_("webhook secret"),
        required=False,
        help_text=_("Leave it empty to keep the one that is stored; the sandbox is given one."),
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
    list_display = ("name", "network", "handle", "brand", "team", "external", "active", "how_it_is")
    list_select_related = ("brand", "team")
    list_filter = ("network", "brand", "team", "active", "external", "health")
    search_fields = ("name", "handle")
    ordering = ("name", "pk")
    fields = (
        "name",
        "network",
        "handle",
        "brand",
        "team",
        "external",
        "publishes",
        "followers",
        "active",
        "reopen_policy",
        "undo_seconds",
        "webhook_secret",
        "connecting",
    )
    readonly_fields = ("connecting",)
    inlines = (ChannelKeyInline,)
    refusals = (*OrganizationAdmin.refusals, HandleTaken)

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, with that of the page that connects a channel."""
        ours = {"connect": self.connect_view, "allow": self.allow_view, "allowed": self.allowed_view}
        return [
            path(f"<int:object_id>/{name}/", self.admin_site.admin_view(view), name=f"inbox_channel_{name}")
            for name, view in ours.items()
        ] + super().get_urls()

    def connect_view(self, request: PersonRequest, object_id: int) -> HttpResponse:
        """Show what the channel's network needs; store what was entered, and ask the network whether it works."""
        channel, profile = self._channel(request, object_id)
        form = ConnectForm(profile, channel.access(), request.POST or ({} if request.method == "POST" else None))
        if request.method == "POST" and form.is_valid():
            self._connect(request, channel, form.changes())
            return HttpResponseRedirect(request.path)
        title = _now("Connect %(channel)s to %(network)s") % {
            "channel": channel.name,
            "network": channel.get_network_display(),
        }
        context = {**self.admin_site.each_context(request), "title": title, "channel": channel, "form": form}
        told = {
            "steps": steps_of(channel, profile),
            "snippet": snippet_of(channel, profile),
            "meter": meter_of(channel, profile),
            "consent": profile.consent,
        }
        return TemplateResponse(request, "admin/inbox/channel/connect.html", {**context, **told})

    def allow_view(self, request: PersonRequest, object_id: int) -> HttpResponse:
        """Send the manager to the network's page on which the account allows us in, where it has one."""
        channel, profile = self._channel(request, object_id)
        try:
            if profile.consent:
                return HttpResponseRedirect(consent.begin(request, channel, profile.consent))
        except Rejected as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:inbox_channel_connect", channel.pk)

    def allowed_view(self, request: PersonRequest, object_id: int) -> HttpResponse:
        """Connect the channel with what the network has sent the manager back with."""
        channel, profile = self._channel(request, object_id)
        try:
            if profile.consent:
                self._connect(request, channel, dict(consent.finish(request, channel, profile.consent)))
        except (Rejected, Unavailable, Uncertain) as refusal:
            messages.error(request, _now("The network says: %s") % refusal)
        return redirect("admin:inbox_channel_connect", channel.pk)

    def _channel(self, request: PersonRequest, object_id: int) -> tuple[Channel, NetworkProfile]:
        """Return a channel that this person may connect, and its network."""
        channel = self.get_queryset(request).filter(pk=object_id).first()
        if not isinstance(channel, Channel) or channel.network not in NETWORKS:
            raise Http404
        if not self.has_change_permission(request, channel):
            raise exceptions.PermissionDenied
        return channel, NETWORKS[channel.network]

    def _connect(self, request: PersonRequest, channel: Channel, changes: dict[str, str]) -> None:
        try:
            connect_channel(channel, changes, by=request.user)
        except self.refusals as refusal:
            messages.error(request, str(refusal))
            return
        channel.refresh_from_db()
        if not probe(channel):
            channel.refresh_from_db(fields=["health_words"])
            messages.error(request, _now("Stored, but the network says: %s") % channel.health_words)
        elif trouble := subscribe(channel):
            messages.warning(request, _now("It works, but the network does not push yet: %s") % trouble)
        else:
            messages.success(request, _now("It works: Onevoice speaks for this channel from now on."))

    @display(description=_("Health"), ordering="health", label=HEALTH_COLOURS)
    def how_it_is(self, channel: Channel) -> tuple[str, str]:
        """Return the health with its colour; of a channel that a program serves nothing is known."""
        if channel.external:
            return "", _now("Served by a program")
        return channel.health, channel.get_health_display()

    @display(description=_("Connection"))
    def connecting(self, channel: Channel) -> str | SafeString:
        """Return the way to the page that connects the channel."""
        if channel._state.adding:
            return _now("Save the channel first.")
        if channel.network not in NETWORKS:
            return _now("An external program serves it.")
        address = reverse("admin:inbox_channel_connect", args=[channel.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, _now("Connect and test"))

    def save_model(self, request: PersonRequest, obj: Channel, form: OwnForm, change: bool) -> None:
        """Save a channel, and make one that our own connector serves known to its network."""
        super().save_model(request, obj, form, change)
        if obj.external or obj.network not in NETWORKS:
            return
        if not obj.webhook_secret:
            obj.webhook_secret = secrets.token_urlsafe(32)
            obj.save(update_fields=["webhook_secret"])
        connect(obj)

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
