"""The statuses of an organization in the console: a name, the category that it is part of, its place in menus."""

from django.contrib import admin
from django.db.models import Model

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.models import NamedStatus


@admin.register(NamedStatus)
class NamedStatusAdmin(OrganizationAdmin):
    """Statuses that people can give to tickets beside open, snoozed and resolved."""

    permission = "channel.manage"
    list_display = ("name", "category", "position")
    list_filter = ("category",)
    search_fields = ("name",)
    ordering = ("category", "position", "name", "pk")
    fields = ("name", "category", "position")

    def get_readonly_fields(self, request: PersonRequest, obj: Model | None = None) -> list[str]:
        """Keep the category of a status that tickets may have: it says where they stand."""
        fields: list[str] = super().get_readonly_fields(request, obj)
        return [*fields, "category"] if obj else fields
