"""The console's part about the voice: positions to look up, rules to write and try, examples to forget."""

from django.contrib import admin, messages
from django.core import exceptions
from django.db.models import Model, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise
from unfold.decorators import action, display

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnFilter
from accounts.permissions import PermissionDenied
from accounts.requests import PersonRequest
from brandvoice.actions.examples import remove_examples
from brandvoice.actions.rules import TooManyRules, change_rule, create_rules
from brandvoice.models import (
    Evidence,
    Example,
    GuardDecision,
    Position,
    PositionVersion,
    Rule,
    RuleVersion,
    Signature,
    Status,
    Wording,
)
from brandvoice.rule_forms import SAID, RuleForm
from brandvoice.rule_kinds import KINDS, OUTCOMES, ParameterRefused, built_in_kinds
from brandvoice.trials import try_rule

OUTCOME_COLOURS = {"block": "danger", "needs_approval": "warning", "warn": "info", "ok": "success"}
OUTCOME_NAMES: dict[str, StrOrPromise] = {"ok": _("Let out"), **dict(OUTCOMES)}
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
    fields = ("language", "channel_kind", "variant", "text")
    ordering = ("language", "channel_kind", "variant")


class SignatureInline(OrganizationInline):
    """Whose names stand under a version, and how they came there."""

    model = Signature
    read_only = True
    fields = readonly_fields = ("person", "on_behalf_of", "signed_at", "second_factor")
    ordering = ("signed_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return signatures with the people's names."""
        rows: QuerySet[Model] = super().get_queryset(request).select_related("person", "on_behalf_of")
        return rows


class EvidenceInline(OrganizationInline):
    """What a version rests on."""

    model = Evidence
    read_only = True
    fields = readonly_fields = ("title", "url", "file")
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return evidence with the files' names, without their bytes."""
        rows: QuerySet[Model] = super().get_queryset(request).select_related("file").defer("file__content")
        return rows


@admin.register(Position)
class PositionAdmin(OrganizationAdmin):
    """Positions: who owns them and under which topic. Scope and words belong to what was signed."""

    permission = "position.edit"
    can_add = False
    can_delete = False
    list_display = ("question", "topic", "brand", "owner_name", "state", "review_on", "open_page")
    list_select_related = ("brand", "owner")
    list_filter = ("brand", "topic", "owner", "review_on")
    search_fields = ("question", "topic", "key")
    search_help_text = _("Question, topic or key")
    fields = ("question", "topic", "owner", "review_on", "holding", "brand", "key", "created_at", "open_page")
    readonly_fields = ("question", "brand", "key", "created_at", "open_page")
    inlines = (VersionInline,)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return positions with their signed version."""
        signed = Prefetch("versions", PositionVersion.objects.signed(), to_attr="signed_versions")
        return super().get_queryset(request).prefetch_related(signed)

    @display(description=pgettext_lazy("of a position", "Owner"), ordering="owner__name")
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
    list_filter = ("status", ("position__brand", OwnFilter), "signed_by", "edit_level", "sensitivity")
    search_fields = ("position__question", "facts", "wordings__text")
    search_help_text = _("Question, facts or wording")
    date_hierarchy = "signed_at"
    fields = (
        "open_page",
        ("position", "number", "status"),
        "facts",
        ("channel_kinds", "edit_level"),
        ("regions", "audiences", "products"),
        ("sensitivity", "topic_words", "sign_rule"),
        ("valid_from", "valid_until", "review_every_days"),
        ("created_by", "created_at"),
        ("submitted_by", "submitted_at"),
        ("signed_by", "signed_for", "signed_at"),
        ("withdrawn_by", "withdrawn_at", "reason"),
    )
    readonly_fields = ("open_page",)
    inlines = (WordingInline, SignatureInline, EvidenceInline)

    @display(description=_("Status"), ordering="status", label=STATUS_COLOURS)
    def state(self, version: PositionVersion) -> tuple[str, str]:
        """Return the status with its colour."""
        return version.status, version.get_status_display()

    @display(description=_("Page"))
    def open_page(self, version: PositionVersion) -> SafeString:
        """Return the way to the position's own page."""
        return _link(version.position)


class RuleVersionInline(OrganizationInline):
    """What the rule said before, and who changed it."""

    model = RuleVersion
    read_only = True
    fields = ("number", "outcome", "parameters", "brand", "language", "active", "changed_by", "changed_at")
    readonly_fields = fields
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return versions with what the columns show."""
        rows: QuerySet[Model] = super().get_queryset(request).select_related("changed_by", "brand")
        return rows


@admin.register(Rule)
class RuleAdmin(OrganizationAdmin):
    """What the guard looks for. A rule is switched off, never deleted: decisions point at its versions."""

    permission = "term.manage"
    acts = True
    can_delete = False
    form = RuleForm
    refusals = (PermissionDenied, ParameterRefused, TooManyRules)
    list_display = ("title", "kind", "what_happens", "brand", "language", "active", "number")
    list_select_related = ("brand",)
    list_filter = ("kind", "outcome", "active", "brand", "language")
    search_fields = ("name", "kind")
    search_help_text = _("Name or first words")
    ordering = ("kind", "name", "pk")
    fields = ("kind", *SAID, "outcome", ("brand", "language"), "name", "active")
    inlines = (RuleVersionInline,)
    list_before_template = "admin/brandvoice/rule/built_in.html"
    change_form_after_template = "admin/brandvoice/rule/try.html"
    conditional_fields = {
        name: f"{[kind.name for kind in KINDS.values() if name in kind.takes]}.includes(kind)" for name in SAID
    }

    def get_inlines(self, request: PersonRequest, obj: Rule | None) -> tuple[type[OrganizationInline], ...]:
        """Return the history, for a rule that has one."""
        return self.inlines if obj else ()

    def get_changeform_initial_data(self, request: PersonRequest) -> dict[str, str]:
        """Return what the link to a new rule says."""
        return {name: value for name in ("kind", "outcome") if (value := request.GET.get(name))}

    def changelist_view(self, request: PersonRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Show what holds without a rule above what somebody wrote."""
        return super().changelist_view(request, {"built_in": built_in_kinds(), **(extra_context or {})})

    def changeform_view(
        self,
        request: PersonRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Answer the form; one that is only tried is not saved."""
        if request.method == "POST" and "_try" in request.POST:
            return self._try(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: PersonRequest, obj: Rule, form: RuleForm, change: bool) -> None:
        """Write a rule, or its next version, by its action."""
        if change:
            change_rule(obj, form.draft(), by=request.user)
        else:
            obj.pk = create_rules(obj.organization, [form.draft()], by=request.user)[0].pk

    @display(description=_("Rule"), ordering="name")
    def title(self, rule: Rule) -> str:
        """Return its name."""
        return str(rule)

    @display(description=_("What happens"), ordering="outcome", label=OUTCOME_COLOURS)
    def what_happens(self, rule: Rule) -> tuple[str, str]:
        """Return the outcome with its colour."""
        return rule.outcome, rule.get_outcome_display()

    def _try(self, request: PersonRequest, object_id: str | None) -> HttpResponse:
        """Say what the rule would have found in last month's replies."""
        rule = self.get_object(request, object_id) if object_id else None
        if object_id and rule is None:
            raise Http404
        if not (self.has_change_permission(request, rule) if rule else self.has_add_permission(request)):
            raise exceptions.PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(request.POST, instance=rule)
        tried = None
        if form.is_valid() and isinstance(form, RuleForm):
            organization = form.cleaned_data.get("organization") or getattr(rule, "organization", None)
            tried = try_rule(form.draft(), organization.pk if organization else request.user.organization_id)
        context = {**self.admin_site.each_context(request), "title": _("Tried on last month's replies")}
        return TemplateResponse(request, "admin/brandvoice/rule/tried.html", {**context, "form": form, "tried": tried})


@admin.register(GuardDecision)
class GuardDecisionAdmin(OrganizationAdmin):
    """What the guard said, to look up."""

    read_only = True
    list_display = ("created_at", "door", "said", "rules", "by", "key")
    list_select_related = ("by", "key")
    list_filter = ("outcome", "door")
    fields = ("created_at", "door", "outcome", "findings", "versions", "revision", "by", "key", "sha256")
    readonly_fields = fields

    @display(description=_("What happened"), ordering="outcome", label=OUTCOME_COLOURS)
    def said(self, decision: GuardDecision) -> tuple[str, StrOrPromise]:
        """Return the outcome with its colour."""
        return decision.outcome, OUTCOME_NAMES.get(decision.outcome, decision.outcome)

    @display(description=_("Rules"))
    def rules(self, decision: GuardDecision) -> str:
        """Return the names of the rules that spoke, each once."""
        return ", ".join(dict.fromkeys(finding["rule"] for finding in decision.findings)) or "–"

    @display(description=_("SHA-256 of the text"))
    def sha256(self, decision: GuardDecision) -> str:
        """Return what proves the text."""
        return bytes(decision.text_sha256).hex()


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
    return format_html('<a class="underline" href="{}">{}</a>', where, pgettext("the verb", "Open"))
