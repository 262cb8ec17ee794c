"""The log in the console: searched, looked at, and taken away as a file."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from django_stubs_ext import StrOrPromise
from unfold.decorators import display

from accounts.admin import OrganizationAdmin
from accounts.models import Organization
from accounts.requests import PersonRequest
from inbox.actions.log_exports import record_log_export
from inbox.models import Event
from inbox.queries import log_export
from inbox.queries.log_export import MOST_DAYS, Span, TooManyEvents

USUAL_DAYS = 30


class DaysForm(forms.Form):
    """Of which days the log is taken."""

    since = forms.DateField(label=pgettext_lazy("a moment", "From"))
    until = forms.DateField(label=_("Until"))

    def __init__(self, organization: Organization, data: Mapping[str, Any] | None = None) -> None:
        self.zone = ZoneInfo(organization.time_zone)
        today = timezone.now().astimezone(self.zone).date()
        super().__init__(data, initial={"since": today - timedelta(days=USUAL_DAYS - 1), "until": today})
        for field in self.fields.values():
            field.widget = forms.DateInput({"type": "date", "class": "dead-letters__select"}, format="%Y-%m-%d")

    def clean(self) -> dict[str, Any]:
        """Refuse days that are none or too many."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not 0 <= (until - since).days < MOST_DAYS:
            raise ValidationError(_("Choose at least one day and %(most)d at most."), params={"most": MOST_DAYS})
        return cleaned

    @property
    def span(self) -> Span:
        """Return the days, once they are valid."""
        return Span(self.cleaned_data["since"], self.cleaned_data["until"], self.zone)

    @property
    def problem(self) -> str:
        """Return what is wrong, in one sentence."""
        return next(str(problem) for problems in self.errors.values() for problem in problems)


@admin.register(Event)
class EventAdmin(OrganizationAdmin):
    """The log: everything that happened, by whom."""

    read_only = True
    list_display = ("created_at", "kind", "who", "ticket_number", "facts")
    list_select_related = ("ticket", "actor", "key")
    list_filter = ("team", "actor")
    search_fields = ("^kind", "=ticket__number")
    search_help_text = _("The beginning of a kind, such as “reply.”, or a ticket's number")
    fields = ("created_at", "kind", "who", "ticket", "message", "team", "facts")
    readonly_fields = ("who",)
    list_before_template = "admin/inbox/event/export.html"

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return events with what their page touches."""
        return super().get_queryset(request).select_related(*self.list_select_related).defer("actor__password")

    @display(description=_("Who"))
    def who(self, event: Event) -> StrOrPromise:
        """Return the person or the key behind the event."""
        if event.actor:
            return event.actor.name
        return str(event.key) if event.key else _("Onevoice")

    @display(description=_("Ticket"), ordering="ticket")
    def ticket_number(self, event: Event) -> str:
        """Return the ticket's number."""
        return f"#{event.ticket.number}" if event.ticket else "–"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, with that of the export."""
        export = self.admin_site.admin_view(require_POST(self.export_view))
        return [path("export/", export, name="inbox_event_export"), *super().get_urls()]

    def changelist_view(self, request: PersonRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the log, and to whom may take it away, how."""
        organization = request.user.organization
        may = organization is not None and request.user.may("log.export")
        export = DaysForm(organization) if organization and may else None
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "export": export})
        return response

    def export_view(self, request: PersonRequest) -> HttpResponseBase:
        """Hand out what the list shows of some days as CSV, of one's own organization; write down who took it."""
        request.user.require("log.export")
        if request.user.organization is None:
            raise Http404
        form = DaysForm(request.user.organization, request.POST)
        if not form.is_valid():
            return self._refuse(request, form.problem)
        shown = self.get_changelist_instance(request).queryset
        try:
            rows = log_export.events_in(shown, request.user.organization.pk, form.span)
        except TooManyEvents as refusal:
            return self._refuse(request, str(refusal))
        record_log_export(form.span, narrowed=request.GET.urlencode(), by=request.user)
        return _file(rows, form.span)

    def _refuse(self, request: PersonRequest, problem: str) -> HttpResponse:
        messages.error(request, problem)
        query = request.GET.urlencode()
        return HttpResponseRedirect(reverse("admin:inbox_event_changelist") + (f"?{query}" if query else ""))


def _file(rows: QuerySet[Event], span: Span) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_parts(rows, span.zone), content_type=log_export.CSV_TYPE)
    # Django would pack each part by itself, of which browsers read the first.
    answer["Content-Encoding"] = "identity"
    answer["Content-Disposition"] = f'attachment; filename="log-{span.since}-{span.until}.csv"'
    return answer


async def _parts(rows: QuerySet[Event], zone: ZoneInfo) -> AsyncIterator[bytes]:
    """Read and write some rows at a time: what is large is never whole in memory, nor written in the server's loop."""
    yield log_export.head()
    read = sync_to_async(log_export.part_before)
    part, last = await read(rows, None, zone)
    while last is not None:
        yield part
        part, last = await read(rows, last, zone)
