"""Approval policies in the console: what one fits, and who approves it in which steps."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.permissions import Role, allows
from accounts.requests import PersonRequest
from inbox.models import ApprovalPolicy, ApprovalStep, Network, What
from inbox.queries.approval_policies import POSTS, REPLIES, fits_nothing, stuck_step


class StepForm(forms.ModelForm[models.Model]):
    """A step; one whose people and teams are gone does not become everybody's by being saved."""

    def clean(self) -> dict[str, Any]:
        """Return what was entered, if the step still names somebody where it did."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        step, names = self.instance, said.get("people") or said.get("teams")
        if (
            isinstance(step, ApprovalStep)
            and step.names_people
            and not (names or step.people.exists() or step.teams.exists())
        ):
            self.add_error("people", _now("Those whom it named are gone: name others, or delete the step."))
        return said


class StepInline(OrganizationInline):
    """The steps of a policy, in their order."""

    model = ApprovalStep
    form = StepForm
    permission = "policy.manage"
    fields = ("position", "people", "teams", "everybody", "hours")
    ordering = ("position", "pk")
    verbose_name_plural = _("Steps; without one, nobody has to approve")


class ApprovalPolicyForm(OwnForm):
    """What may be said about an approval policy."""

    networks = forms.MultipleChoiceField(
        label=_("Networks"),
        required=False,
        choices=Network.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    roles = forms.MultipleChoiceField(
        label=_("Written by"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django calls it
        # Also those that the policy names and that write no more: without them, saving would have it fit everybody.
        named = getattr(self.instance, "roles", None) or ()
        roles = [role for role in Role if allows(role, "reply.send") or role in named]
        self.fields["roles"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return what was entered, if the policy still names something where it did."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("brands", "channels"):
            named = self.instance.pk and getattr(self.instance, f"names_{name}")
            if named and not said.get(name) and not getattr(self.instance, name).exists():
                self.add_error(name, _now("What it named is gone: choose others, or delete the policy."))
        return said


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(OrganizationAdmin):
    """Approval policies; what waits already begins again by the steps as they are now."""

    permission = "policy.manage"
    form = ApprovalPolicyForm
    list_display = ("name", "position", "what", "fitting", "step_count", "active")
    list_filter = ("active", "what")
    search_fields = ("name",)
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("name", "position", "active", "what")}),
        (
            _("What it fits; what is left empty fits all"),
            {"fields": ("topics", "brands", "channels", "networks", "roles", "reach")},
        ),
    )
    inlines = (StepInline,)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return policies with what their columns touch."""
        rows = super().get_queryset(request)
        rows = rows.prefetch_related("brands", "channels", "steps__people", "steps__teams__members")
        counted: models.QuerySet[models.Model] = rows.annotate(step_count=models.Count("steps"))
        return counted

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer brands and channels as boxes to tick."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=_("Fits"))
    def fitting(self, policy: ApprovalPolicy) -> str:
        """Return what the policy is for."""
        if fits_nothing(policy):
            return _now("nothing: what it named is gone")
        named = [row.name for rows in (policy.brands, policy.channels) for row in rows.all()]
        named += [*policy.topics, *(str(Network(name).label) for name in policy.networks)]
        named += [str(Role(name).label) for name in policy.roles]
        named += [_now("from %d followers on") % policy.reach] if policy.reach else []
        return ", ".join(named) or _now("everything")

    @display(description=_("Steps"), ordering="step_count")
    def step_count(self, policy: ApprovalPolicy) -> str:
        """Return in how many steps it is approved, and which of them nobody can approve."""
        steps = sorted(policy.steps.all(), key=lambda step: (step.position, step.pk))
        stuck = stuck_step(steps, REPLIES if policy.what == What.REPLIES else POSTS)
        if not stuck:
            return str(len(steps))
        return _now("%(n)d, nobody can approve step %(stuck)d") % {"n": len(steps), "stuck": stuck}

    def save_related(self, request: PersonRequest, form: OwnForm, formsets: list[Any], change: bool) -> None:
        """Store what the policy and its steps name, and that they do."""
        super().save_related(request, form, formsets, change)
        # Read afresh: the form's own has what was named before.
        ApprovalPolicy.objects.get(pk=form.instance.pk).note_what_it_names()
