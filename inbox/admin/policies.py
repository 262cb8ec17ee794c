"""SLA policies in the console: which tickets one fits, and how long what may take."""

import re

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.requests import PersonRequest
from inbox.actions.deadlines import count_again
from inbox.deadlines import Metric
from inbox.models import Network, Priority, SlaPolicy, SlaTarget

# The longest time that a target can be given.
MOST_MINUTES = 90 * 24 * 60
_SPAN = re.compile(r"(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*m)?", re.IGNORECASE)


class SpanField(forms.CharField):
    """A span of time as people write it: 30m, 4h, 1h 30m; in minutes for the program."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: object) -> object:
        """Return minutes as people write them, and what they wrote as it is."""
        return span_of(value) if isinstance(value, int) else value

    def to_python(self, value: object) -> int | None:
        """Return the minutes; raises ValidationError for what is no span."""
        text = str(super().to_python(value)).strip()
        if not text:
            return None
        found = _SPAN.fullmatch(text)
        minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else -1
        if not found or not (found[1] or found[2]):
            raise ValidationError(_now("Write hours and minutes, such as 30m, 4h or 1h 30m. Days are hours, too: 48h."))
        if minutes > MOST_MINUTES:
            raise ValidationError(_now("%(most)s is the longest.") % {"most": span_of(MOST_MINUTES)})
        return minutes

    def has_changed(self, initial: object, data: object) -> bool:
        """Return whether something else was written than what stood there."""
        return str(data or "").strip() != str(self.prepare_value(initial) or "")


def span_of(minutes: int) -> str:
    """Return minutes as hours and minutes: "1h 30m"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{rest}m" if rest or not hours else "") if part)


class TargetForm(forms.ModelForm[models.Model]):
    """How long one measure may take."""

    minutes = SpanField(label=_("within"), help_text=_("such as 30m, 4h, 1h 30m"))
    warning = SpanField(label=_("warn before"), required=False, help_text=_("empty: no warning"))
    priority = forms.TypedChoiceField(
        label=_("priority"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("every other")), *Priority.choices],
        widget=UnfoldAdminSelectWidget(),
    )

    def clean_minutes(self) -> int:
        """Return the time; nothing can be done in none."""
        minutes: int = self.cleaned_data["minutes"]
        if minutes < 1:
            raise ValidationError(_now("A minute is the shortest."))
        return minutes

    def clean_warning(self) -> int:
        """Return the warning; it comes before the deadline and after the beginning."""
        warning: int = self.cleaned_data["warning"] or 0
        minutes = self.cleaned_data.get("minutes")
        if minutes and warning >= minutes:
            raise ValidationError(_now("A warning comes later than the beginning: less than %s.") % span_of(minutes))
        return warning


class TargetFormSet(BaseInlineFormSet[models.Model, models.Model, TargetForm]):
    """All targets of a policy: of each measure one a priority."""

    def clean(self) -> None:
        """Refuse two targets for the same, and name it."""
        super().clean()
        seen = set[tuple[object, object]]()
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            same = (said.get("metric"), said.get("priority"))
            if not said.get("metric") or said.get("DELETE"):
                continue
            if same in seen:
                raise ValidationError(
                    _now("“%(measure)s” has two targets for the same priority.")
                    % {"measure": Metric(str(same[0])).label}
                )
            seen.add(same)


class TargetInline(OrganizationInline):
    """The targets of a policy."""

    model = SlaTarget
    permission = "policy.manage"
    form = TargetForm
    formset = TargetFormSet
    fields = ("metric", "priority", "minutes", "warning", "working")
    verbose_name_plural = _("Targets")


class PolicyForm(OwnForm):
    """What may be said about a policy."""

    networks = forms.MultipleChoiceField(
        label=_("Networks"),
        required=False,
        choices=Network.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )


@admin.register(SlaPolicy)
class SlaPolicyAdmin(OrganizationAdmin):
    """Policies; whatever is changed holds for running targets, too."""

    permission = "policy.manage"
    form = PolicyForm
    list_display = ("name", "position", "fitting", "promised", "active")
    list_filter = ("active",)
    search_fields = ("name",)
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("name", "position", "active")}),
        (
            _("Which tickets it fits; what is left empty fits all"),
            {"fields": ("brands", "teams", "channels", "networks", "audience")},
        ),
    )
    inlines = (TargetInline,)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return policies with what their columns touch."""
        return super().get_queryset(request).prefetch_related("brands", "teams", "channels", "targets")

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer brands, teams and channels as boxes to tick."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(
        self,
        request: PersonRequest,
        form: OwnForm,
        formsets: list[BaseModelFormSet[models.Model, OwnForm]],
        change: bool,
    ) -> None:
        """Store the targets, and have the deadlines counted again."""
        super().save_related(request, form, formsets, change)
        if isinstance(form.instance, SlaPolicy):
            count_again(form.instance.organization_id, by=request.user)

    def delete_model(self, request: PersonRequest, obj: SlaPolicy) -> None:
        """Delete a policy, and have the deadlines counted again."""
        super().delete_model(request, obj)
        count_again(obj.organization_id, by=request.user)

    def delete_queryset(self, request: PersonRequest, queryset: models.QuerySet[models.Model]) -> None:
        """Delete policies, and have the deadlines counted again."""
        with transaction.atomic():
            organizations = set(queryset.values_list("organization", flat=True))
            super().delete_queryset(request, queryset)
            for organization in organizations:
                count_again(organization, by=request.user)

    @display(description=_("Fits"))
    def fitting(self, policy: SlaPolicy) -> str:
        """Return which tickets the policy is for."""
        named = [row.name for rows in (policy.brands, policy.teams, policy.channels) for row in rows.all()]
        named += [str(Network(name).label) for name in policy.networks] + ([policy.audience] if policy.audience else [])
        return ", ".join(named) or _now("every ticket")

    @display(description=_("Targets"))
    def promised(self, policy: SlaPolicy) -> str:
        """Return what the policy promises, the shortest of each measure."""
        shortest: dict[str, int] = {}
        for target in policy.targets.all():
            name = str(target.get_metric_display())
            shortest[name] = min(target.minutes, shortest.get(name, target.minutes))
        return ", ".join(f"{name} {span_of(minutes)}" for name, minutes in shortest.items()) or "–"
