"""The levels of incidents in the console: what each changes. Incidents themselves are declared in the inbox."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin import OrganizationAdmin, OwnForm
from accounts.requests import PersonRequest
from inbox.actions.deadlines import count_again
from inbox.models import IncidentLevel


@admin.register(IncidentLevel)
class IncidentLevelAdmin(OrganizationAdmin):
    """Levels; one that an incident has had stays, so none is deleted."""

    permission = "incident.manage"
    can_delete = False
    list_display = ("name", "rank", "replies", "acknowledge", "pause_rules", "hold_posts", "team", "policy")
    list_select_related = ("team", "policy")
    ordering = ("rank", "pk")
    fieldsets = (
        (None, {"fields": ("name", "rank")}),
        (_("What goes out"), {"fields": ("replies", "acknowledge", "pause_rules", "hold_posts", "approvers")}),
        (_("Its tickets"), {"fields": ("team", "policy")}),
    )

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer people as boxes to tick."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: PersonRequest, obj: IncidentLevel, form: OwnForm, change: bool) -> None:
        """Save the level; deadlines of what goes on at it are counted anew where another policy holds."""
        super().save_model(request, obj, form, change)
        if change and "policy" in form.changed_data:
            count_again(obj.organization_id, by=request.user)
