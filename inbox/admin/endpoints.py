"""Webhook endpoints in the console: who is told of what, the log of every call, and how to try."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from accounts.admin import OrganizationAdmin, OwnForm
from accounts.admin.base import Names
from accounts.requests import PersonRequest
from inbox import outside
from inbox.actions.endpoints import call_again, change_endpoint, create_endpoint, renew_secret, try_endpoint
from inbox.models import Call, CallState, Channel, Endpoint, Shape
from inbox.queries.surveys import without_keys

CALL_COLOURS = {CallState.WAITING: "info", CallState.TAKEN: "success", CallState.FAILED: "danger"}
EXAMPLES = "message.received, ticket.*, delivery.*"


class EndpointForm(OwnForm):
    """An address, and what it is told."""

    url = forms.URLField(label=_("Address"), assume_scheme="https", widget=UnfoldAdminURLInputWidget)

    def clean_url(self) -> str:
        """Refuse an address that leads into our own network."""
        url: str = self.cleaned_data["url"]
        try:
            outside.resolve(url)
        except outside.Forbidden as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return url

    def clean(self) -> dict[str, object]:
        """Refuse to let a program post for a channel that it does not serve."""
        cleaned = super().clean()
        channel = cleaned.get("channel")
        if cleaned.get("shape") == Shape.CHATWOOT and not (isinstance(channel, Channel) and channel.external):
            self.add_error("channel", _("Choose a channel that an external program serves: it posts what it is told."))
        return cleaned


@admin.register(Endpoint)
class EndpointAdmin(OrganizationAdmin):
    """Endpoints; the secret is shown once, when it is made."""

    permission = "key.manage"
    form = EndpointForm
    acts = True
    list_display = ("name", "url", "channel", "shape", "active", "trouble")
    list_select_related = ("channel",)
    list_filter = ("active", "shape")
    search_fields = ("name", "url")
    ordering = ("name", "pk")
    fields = ("name", "url", "channel", "shape", "kinds", "active", "trouble")
    readonly_fields = ("trouble",)
    actions = ("test", "renew")

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return endpoints without their secrets, which no page shows."""
        return super().get_queryset(request).defer("secret", "old_secret", "channel__webhook_secret")

    def get_form(
        self, request: PersonRequest, obj: Model | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[Model]]:
        """Return the form with a word about the kinds."""
        help_texts = {
            "kinds": _now("With commas, for instance: %s. Empty for everything.") % EXAMPLES,
            "channel": _now("Empty for every channel, and for what belongs to none."),
            "shape": _now("“Chatwoot” for a program that was written for it and posts the replies it is told of."),
        }
        return super().get_form(request, obj, change, help_texts=help_texts, **kwargs)

    def get_fields(self, request: PersonRequest, obj: Model | None = None) -> Names:
        """Return the fields; a new endpoint has had no trouble yet."""
        return [name for name in super().get_fields(request, obj) if obj or name != "trouble"]

    def save_model(self, request: PersonRequest, obj: Endpoint, form: OwnForm, change: bool) -> None:
        """Store an endpoint by its action; show a new one's secret."""
        if change:
            change_endpoint(obj, by=request.user)
        else:
            self._show(request, create_endpoint(obj, by=request.user))

    def has_test_permission(self, request: PersonRequest) -> bool:
        """Return whether the person looks after keys."""
        return request.user.may(self.permission)

    @admin.action(description=_("Send a test"), permissions=["test"])
    def test(self, request: PersonRequest, endpoints: QuerySet[Endpoint]) -> None:
        """Queue a call that says nothing."""
        for endpoint in endpoints:
            try_endpoint(endpoint, by=request.user)
        messages.success(request, _now("Queued: see the calls in a moment."))

    @admin.action(description=_("Renew the secret"), permissions=["test"])
    def renew(self, request: PersonRequest, endpoints: QuerySet[Endpoint]) -> None:
        """Make new secrets; the old ones sign beside them for a day."""
        for endpoint in endpoints:
            self._show(request, renew_secret(endpoint, by=request.user))

    def _show(self, request: PersonRequest, secret: str) -> None:
        messages.warning(request, _now("The secret, shown this once: %s") % secret)


@admin.register(Call)
class CallAdmin(OrganizationAdmin):
    """Every call, what was said, and what came back."""

    permission = "key.manage"
    read_only = True
    list_display = ("created_at", "endpoint", "kind", "condition", "attempt_count", "last_answer")
    list_select_related = ("endpoint",)
    list_filter = ("state", "endpoint")
    search_fields = ("=kind",)
    ordering = ("-created_at",)
    fields = ("endpoint", "kind", "state", "created_at", "due_at", "tries", "text")
    readonly_fields = ("tries", "text")
    actions = ("again",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return calls with their endpoints, secrets left out."""
        rows = super().get_queryset(request).select_related("endpoint")
        return rows.defer("endpoint__secret", "endpoint__old_secret")

    def has_again_permission(self, request: PersonRequest) -> bool:
        """Return whether the person looks after keys."""
        return request.user.may(self.permission)

    @admin.action(description=_("Call again"), permissions=["again"])
    def again(self, request: PersonRequest, calls: QuerySet[Call]) -> None:
        """Queue the chosen calls once more."""
        done = call_again(list(calls), by=request.user)
        messages.success(request, ngettext("%d call is queued again.", "%d calls are queued again.", done) % done)

    @display(description=_("State"), ordering="state", label=CALL_COLOURS)
    def condition(self, call: Call) -> tuple[str, str]:
        """Return the state with its colour."""
        return call.state, call.get_state_display()

    @display(description=_("Body"))
    def text(self, call: Call) -> str:
        """Return what was said; of a survey all but what it could be answered by."""
        return without_keys(call.body)

    @display(description=_("Last answer"))
    def last_answer(self, call: Call) -> str:
        """Return the last status, or what went wrong."""
        return str(call.attempts[-1][1] or call.attempts[-1][2]) if call.attempts else "–"

    @display(description=_("Tries"))
    def tries(self, call: Call) -> SafeString | str:
        """Return every try: when, what came back, how long it took."""
        rows = ((moment, status or "–", words, ms) for moment, status, words, ms in call.attempts)
        return format_html_join("", "<div>{} · {} · {} · {} ms</div>", rows) or "–"
