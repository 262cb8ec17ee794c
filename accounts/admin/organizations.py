"""The company, its brands and its teams in the console."""

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Count
from django.forms.models import BaseModelFormSet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts import signals
from accounts.actions.people import NotColleagues, change_members
from accounts.admin.base import OrganizationAdmin, OwnForm
from accounts.admin.hours import CompanyForm, HolidayInline, HoursInline, TeamForm
from accounts.models import Brand, Organization, Team
from accounts.permissions import PermissionDenied
from accounts.requests import PersonRequest

Rows = list[BaseModelFormSet[models.Model, OwnForm]]


@admin.register(Organization)
class CompanyAdmin(OrganizationAdmin):
    """The company; operators open new ones."""

    permission = "organization.manage"
    can_delete = False
    form = CompanyForm
    list_display = ("name", "slug", "time_zone", "created_at")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "time_zone", "reopen_days", "changes_read_first")
    prepopulated_fields = {"slug": ("name",)}

    def has_add_permission(self, request: PersonRequest) -> bool:
        """Return whether the person is an operator."""
        return request.user.is_superuser and super().has_add_permission(request)

    def save_model(self, request: PersonRequest, obj: models.Model, form: OwnForm, change: bool) -> None:
        """Store the company, and have its days counted by its new clock where that has changed."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if change and "time_zone" in form.changed_data:
                signals.zone_changed.send(None, organization_id=obj.pk)


@admin.register(Brand)
class BrandAdmin(OrganizationAdmin):
    """Brands: deleting one would take its conversations along, so nobody does it here."""

    permission = "channel.manage"
    can_delete = False
    list_display = ("name", "slug", "language")
    list_filter = ("language",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "language")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Team)
class TeamAdmin(OrganizationAdmin):
    """Teams; joining and leaving close and open sockets, so it goes through an action."""

    permission = "people.manage"
    acts = True
    refusals = (NotColleagues, PermissionDenied)
    form = TeamForm
    list_display = ("name", "member_count", "time_zone")
    search_fields = ("name",)
    fields = ("name", "members", "time_zone")
    inlines = (HoursInline, HolidayInline)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return teams with the number of their members."""
        rows: models.QuerySet[models.Model] = super().get_queryset(request).annotate(member_count=Count("members"))
        return rows

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer people by name, as boxes to tick: that works on a phone and with a screen reader."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.order_by("name", "pk")
        return field

    def save_related(
        self,
        request: PersonRequest,
        form: OwnForm,
        formsets: list[BaseModelFormSet[models.Model, OwnForm]],
        change: bool,
    ) -> None:
        """Make the chosen people the members, and tell those who count by its hours where they have changed."""
        team = form.instance
        if not isinstance(team, Team):
            return
        if not change or "members" in form.changed_data:
            change_members(team, members=form.cleaned_data["members"], by=request.user)
        with transaction.atomic():
            for formset in formsets:
                formset.save()
            if "time_zone" in form.changed_data or any(formset.has_changed() for formset in formsets):
                signals.hours_changed.send(None, organization_id=team.organization_id)

    @display(description=_("Members"), ordering="member_count")
    def member_count(self, team: Team) -> int:
        """Return how many people are on the team."""
        count: int = getattr(team, "member_count", 0)
        return count
