"""The console's part about the voice: positions to look up, terms to keep, examples to forget."""

from django.contrib import admin, messages
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnFilter
from accounts.requests import PersonRequest
from brandvoice.actions.examples import remove_examples
from brandvoice.models import Example, Position, PositionVersion, Status, Term, Wording

STATUS_COLOURS = {
    "signed": "success",
    "in_review": "warning",
    "draft": "info",
    "withdrawn": "danger",
    "expired": "danger",
}


class VersionInline(OrganizationInline):
    """A position's versions, to look at: they are written and signed on their own pages."""

    model = PositionVersion
    read_only = True
    fields = ("number", "status", "signed_by", "signed_at", "valid_until")
    ordering = ("-number",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return versions with those who signed them."""
        rows: QuerySet[Model] = super().get_queryset(request).select_related("signed_by")
        return rows


class WordingInline(OrganizationInline):
    """A version's wordings, to look at."""

    model = Wording
    read_only = True
    fields = ("language", "channel_kind", "text")
    ordering = ("language", "channel_kind")


@admin.register(Position)
class PositionAdmin(OrganizationAdmin):
    """Positions: who owns them and under which topic. Scope and words belong to what was signed."""

    permission = "position.edit"
    can_add = False
    can_delete = False
    list_display = ("question", "topic", "brand", "owner_name", "state", "open_page")
    list_select_related = ("brand", "owner")
    list_filter = ("brand", "topic", "owner")
    search_fields = ("question", "topic", "key")
    search_help_text = _("Question, topic or key")
    fields = ("question", "topic", "owner", "brand", "key", "created_at", "open_page")
    readonly_fields = ("question", "brand", "key", "created_at", "open_page")
    inlines = (VersionInline,)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return positions with their signed version."""
        signed = Prefetch("versions", PositionVersion.objects.signed(), to_attr="signed_versions")
        return super().get_queryset(request).prefetch_related(signed)

    @display(description=_("Owner"), ordering="owner__name")
    def owner_name(self, position: Position) -> str:
        """Return the owner's name."""
        return position.owner.name

    @display(description=_("Status"), label={"signed": "success", "none": "warning"})
    def state(self, position: Position) -> tuple[str, str]:
        """Return whether there are signed words."""
        signed = getattr(position, "signed_versions", ())
        return ("signed", str(Status.SIGNED.label)) if signed else ("none", str(_("Nothing signed")))

    @display(description=_("Page"))
    def open_page(self, position: Position) -> SafeString:
        """Return the way to the position's own page."""
        return _link(position)


@admin.register(PositionVersion)
class PositionVersionAdmin(OrganizationAdmin):
    """Versions, to look at: what was signed never changes, and signing has its own page."""

    read_only = True
    list_display = ("position", "number", "state", "signed_by", "signed_at", "valid_until", "open_page")
    list_select_related = ("position", "signed_by")
    list_filter = ("status", ("position__brand", OwnFilter), "signed_by", "edit_level")
    search_fields = ("position__question", "facts", "wordings__text")
    search_help_text = _("Question, facts or wording")
    date_hierarchy = "signed_at"
    fields = (
        "open_page",
        ("position", "number", "status"),
        "facts",
        ("channel_kinds", "edit_level"),
        ("valid_from", "valid_until", "review_every_days"),
        ("created_by", "created_at"),
        ("submitted_by", "submitted_at"),
        ("signed_by", "signed_at"),
        ("withdrawn_by", "withdrawn_at", "reason"),
    )
    readonly_fields = ("open_page",)
    inlines = (WordingInline,)

    @display(description=_("Status"), ordering="status", label=STATUS_COLOURS)
    def state(self, version: PositionVersion) -> tuple[str, str]:
        """Return the status with its colour."""
        return version.status, version.get_status_display()

    @display(description=_("Page"))
    def open_page(self, version: PositionVersion) -> SafeString:
        """Return the way to the position's own page."""
        return _link(version.position)


@admin.register(Term)
class TermAdmin(OrganizationAdmin):
    """Words that the brand does not use."""

    permission = "term.manage"
    list_display = ("text", "state", "replacement", "brand", "language", "active")
    list_select_related = ("brand",)
    list_filter = ("kind", "active", "brand", "language")
    search_fields = ("text", "replacement", "reason")
    fields = ("text", "kind", "replacement", "reason", ("brand", "language"), "active")

    @display(description=_("Kind"), ordering="kind", label={"banned": "danger", "preferred": "info"})
    def state(self, term: Term) -> tuple[str, str]:
        """Return the kind with its colour."""
        return term.kind, term.get_kind_display()


@admin.register(Example)
class ExampleAdmin(OrganizationAdmin):
    """What suggestion has learned from; forgetting goes through an action, so that every process drops the vector."""

    permission = "position.edit"
    can_add = False
    can_delete = False
    list_display = ("text", "position", "language", "source", "created_at")
    list_select_related = ("position",)
    list_filter = ("source", "language", ("position__brand", OwnFilter))
    search_fields = ("text", "position__question")
    fields = readonly_fields = ("text", "position", "language", "source", "weight", "created_by", "created_at")
    actions = ("forget",)

    @action(description=_("Forget the chosen examples"), permissions=["change"])
    def forget(self, request: PersonRequest, queryset: QuerySet[Example]) -> None:
        """Forget examples that lead to wrong suggestions."""
        chosen = list(queryset.values_list("pk", flat=True))
        remove_examples(chosen, by=request.user)
        text = ngettext("%d example is forgotten.", "%d examples are forgotten.", len(chosen)) % len(chosen)
        messages.success(request, text)


def _link(position: Position) -> SafeString:
    where = reverse("brandvoice:position", kwargs={"key": position.key})
    return format_html('<a class="underline" href="{}">{}</a>', where, _("Open"))
