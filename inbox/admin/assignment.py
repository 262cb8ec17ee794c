"""Assignment in the console: how each team's tickets find somebody, and what people know."""

from typing import ClassVar

from django import forms
from django.conf.locale import LANG_INFO
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from accounts.admin import OrganizationAdmin, OrganizationInline, OwnForm
from accounts.requests import PersonRequest
from brandvoice.languages import base_language
from inbox import outbox
from inbox.models import AssignmentPolicy, Capacity, Skill


class CapacityFormSet(BaseInlineFormSet[models.Model, models.Model, forms.ModelForm[models.Model]]):
    """The capacities of single people, each of whom works in the team."""

    def clean(self) -> None:
        """Refuse people who are not in the team: nothing would come of it."""
        super().clean()
        team = self.instance.team if isinstance(self.instance, AssignmentPolicy) and self.instance.team_id else None
        members = set(team.members.values_list("pk", flat=True)) if team else set()
        for form in self.forms:
            person = getattr(form, "cleaned_data", {}).get("user")
            if team and person and not form.cleaned_data.get("DELETE") and person.pk not in members:
                raise ValidationError(_now("%(name)s is not in %(team)s.") % {"name": person.name, "team": team.name})


class CapacityInline(OrganizationInline):
    """People who hold more or fewer tickets than the team says."""

    model = Capacity
    permission = "policy.manage"
    formset = CapacityFormSet
    fields = ("user", "tickets")
    verbose_name_plural = _("People with a capacity of their own")


class _Nudging(OrganizationAdmin):
    """Has whatever waits looked at again after each change."""

    permission = "policy.manage"

    def save_related(
        self, request: PersonRequest, form: OwnForm, formsets: list[forms.BaseFormSet[OwnForm]], change: bool
    ) -> None:
        """Store what belongs to the row, and look again at what waits."""
        super().save_related(request, form, formsets, change)
        outbox.nudge(outbox.ASSIGN)


@admin.register(AssignmentPolicy)
class AssignmentPolicyAdmin(_Nudging):
    """How each team's tickets find somebody; a team without a row does it by hand."""

    list_display = ("team", "method", "capacity", "own_capacities")
    ordering = ("team__name", "pk")
    fields = ("team", "method", "capacity", "absent_minutes", "skill_minutes")
    inlines = (CapacityInline,)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return policies with what their columns touch."""
        return super().get_queryset(request).select_related("team").prefetch_related("capacities__user")

    def get_readonly_fields(self, request: PersonRequest, obj: models.Model | None = None) -> list[str]:
        """Return the fields that can't be changed: a row stays with its team."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "team"] if obj else fields

    @display(description=_("People"))
    def own_capacities(self, policy: AssignmentPolicy) -> str:
        """Return who has a capacity of their own."""
        own = sorted((capacity.user.name, capacity.tickets) for capacity in policy.capacities.all())
        return ", ".join(f"{name} {tickets}" for name, tickets in own) or "–"


class SkillForm(OwnForm):
    """What a skill is, and which tickets require it."""

    languages = SimpleArrayField(
        forms.CharField(max_length=10),
        label=_("Languages"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Their codes, with commas: de, fr"),
    )
    topics = SimpleArrayField(
        forms.CharField(max_length=80),
        label=_("Topics"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("As positions name them, with commas."),
    )

    def clean_languages(self) -> list[str]:
        """Return the languages as tickets have them, each once; raises ValidationError for what is none."""
        codes = list(dict.fromkeys(base_language(code) for code in self.cleaned_data["languages"]))
        unknown = [code for code in codes if code not in LANG_INFO]
        if unknown:
            raise ValidationError(_now("“%(code)s” is no language. German is de.") % {"code": unknown[0]})
        return codes


@admin.register(Skill)
class SkillAdmin(_Nudging):
    """Skills: who has them, and what requires them."""

    form = SkillForm
    list_display = ("name", "holders", "required_by")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "people")}),
        (
            _("Which tickets require it: all that is filled in has to fit; with nothing, none does"),
            {"fields": ("languages", "topics", "labels", "brands")},
        ),
    )

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return skills with what their columns touch."""
        return super().get_queryset(request).prefetch_related("people", "labels", "brands")

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer people, labels and brands as boxes to tick, by name."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.order_by("name", "pk")
        return field

    @display(description=_("People"))
    def holders(self, skill: Skill) -> str:
        """Return who has the skill."""
        return ", ".join(sorted(person.name for person in skill.people.all())) or "–"

    @display(description=_("Required by"))
    def required_by(self, skill: Skill) -> str:
        """Return which tickets require the skill."""
        named = [*skill.languages, *skill.topics]
        named += [row.name for rows in (skill.labels, skill.brands) for row in rows.all()]
        return ", ".join(named) or "–"
