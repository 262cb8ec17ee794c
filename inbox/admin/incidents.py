"""The levels of incidents in the console: what each changes. Incidents themselves are declared in the inbox."""

from django.contrib import admin

from accounts.admin import OrganizationAdmin
from inbox.models import IncidentLevel


@admin.register(IncidentLevel)
class IncidentLevelAdmin(OrganizationAdmin):
    """Levels; one that an incident has had stays, so none is deleted."""

    permission = "incident.manage"
    can_delete = False
    list_display = ("name", "rank", "replies", "acknowledge")
    ordering = ("rank", "pk")
    fieldsets = ((None, {"fields": ("name", "rank", "replies", "acknowledge")}),)
