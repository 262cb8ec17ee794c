"""API keys in the console: the secret is shown once, a key is revoked and never deleted."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.actions.keys import create_key, revoke_key
from accounts.admin.base import Names, OrganizationAdmin, OwnForm
from accounts.admin.shown_once import keep, show_once
from accounts.models import ApiKey, Scope
from accounts.requests import PersonRequest


class KeyForm(OwnForm):
    """What may be said about a key."""

    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


@admin.register(ApiKey)
class ApiKeyAdmin(OrganizationAdmin):
    """Keys of connectors."""

    permission = "key.manage"
    acts = True
    can_delete = False
    form = KeyForm
    list_display = ("name", "prefix", "scope_names", "created_by", "created_at", "last_used_at", "state")
    list_select_related = ("created_by",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "prefix")
    fields = ("name", "scopes", "all_channels", "per_minute", "prefix", "created_by", "created_at", "last_used_at")
    readonly_fields = ("prefix", "created_by", "created_at", "last_used_at")
    actions = ("revoke",)

    def get_fields(self, request: PersonRequest, obj: ApiKey | None = None) -> Names:
        """Return the fields; a key that does not exist yet has no history."""
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name not in self.readonly_fields]

    def save_model(self, request: PersonRequest, obj: ApiKey, form: OwnForm, change: bool) -> None:
        """Make a new key by its action."""
        if change:
            super().save_model(request, obj, form, change)
            return
        key, secret = create_key(
            obj.name,
            organization=obj.organization,
            scopes=obj.scopes,
            all_channels=obj.all_channels,
            per_minute=obj.per_minute,
            by=request.user,
        )
        obj.pk, obj.prefix = key.pk, key.prefix
        keep(request, secret)

    def response_add(self, request: PersonRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret, this once."""
        return show_once(
            request,
            self.admin_site,
            title=_("The key “%s” is ready") % obj.name,
            hint=_("Copy it now: it can't be shown again. Connectors send it as “Authorization: Bearer …”."),
            back="admin:accounts_apikey_changelist",
        )

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: PersonRequest, keys: QuerySet[ApiKey]) -> None:
        """Take the chosen keys back."""
        done = [revoke_key(key, by=request.user) for key in keys]
        text = ngettext("%d key revoked.", "%d keys revoked.", len(done)) % len(done)
        messages.success(request, text)

    @display(description=_("Scopes"))
    def scope_names(self, key: ApiKey) -> str:
        """Return the scopes, as one text."""
        return ", ".join(key.scopes)

    @display(description=_("State"), label={"live": "success", "revoked": "danger"})
    def state(self, key: ApiKey) -> tuple[str, StrOrPromise]:
        """Return whether the key still opens the door."""
        return ("revoked", _("Revoked")) if key.revoked_at else ("live", _("Live"))
