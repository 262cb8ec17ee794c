"""Approval policies in the console: what one fits, and who approves it in which steps."""

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
from inbox.models import ApprovalPolicy, ApprovalStep, Network


class StepInline(OrganizationInline):
    """The steps of a policy, in their order."""

    model = ApprovalStep
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
        rows = super().get_queryset(request).prefetch_related("brands", "channels")
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
        named = [row.name for rows in (policy.brands, policy.channels) for row in rows.all()]
        named += [*policy.topics, *(str(Network(name).label) for name in policy.networks)]
        named += [str(Role(name).label) for name in policy.roles]
        named += [_now("from %d followers on") % policy.reach] if policy.reach else []
        return ", ".join(named) or _now("everything")

    @display(description=_("Steps"), ordering="step_count")
    def step_count(self, policy: ApprovalPolicy) -> int:
        """Return in how many steps it is approved."""
        count: int = getattr(policy, "step_count", 0)
        return count
