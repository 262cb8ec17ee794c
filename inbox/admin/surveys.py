"""Surveys in the console: on which channels customers are asked whether they were content, and how."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.models import SurveyPolicy


@admin.register(SurveyPolicy)
class SurveyPolicyAdmin(OrganizationAdmin):
    """One for each channel; without one, or where it is switched off, nobody is asked."""

    permission = "policy.manage"
    list_display = ("channel", "active", "delay_minutes", "pause_days", "consent")
    list_filter = ("active",)
    list_select_related = ("channel",)
    ordering = ("channel__name", "pk")
    fieldsets = (
        (None, {"fields": ("channel", "active", "delay_minutes", "pause_days", "consent")}),
        (_("In which words"), {"fields": ("text_en", "text_de", "text_es")}),
    )

    def formfield_for_dbfield(
        self, db_field: models.Field[object, object], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Return the field; words get room."""
        if db_field.name.startswith("text_"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: PersonRequest, obj: models.Model | None = None) -> list[str]:
        """Return the fields that can't be changed: a survey stays with its channel."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "channel"] if obj else fields
