"""The organization's own fields in the console: what they hold, and what must be filled in to resolve a ticket."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin import OrganizationAdmin, OwnForm
from accounts.requests import PersonRequest
from inbox.custom_fields import WITH_CHOICES, one_line
from inbox.models import CustomField

MOST_CHOICES = 100
LONGEST_CHOICE = 80


class ChoicesField(forms.CharField):
    """Choices, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: object) -> object:
        """Return what stands in the form."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        """Return the choices, each once; raises ValidationError."""
        lines = [one_line(line) for line in str(super().clean(value)).splitlines()]
        choices = list(dict.fromkeys(line for line in lines if line))
        if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
            said = _("At most %(most)s choices of at most %(longest)s characters each.")
            raise ValidationError(said, params={"most": MOST_CHOICES, "longest": LONGEST_CHOICE})
        if len({choice.lower() for choice in choices}) < len(choices):
            raise ValidationError(_("Two choices differ in capitals only."))
        return choices


class CustomFieldForm(OwnForm):
    """What can be said of a field."""

    choices = ChoicesField(label=_("choices"), required=False, help_text=_("One a line; for choices only."))

    key = forms.CharField(
        label=_("key"),
        required=False,
        max_length=40,
        help_text=_("For search (field.key:value) and programs; it stays as it is. Empty: made from the name."),
        widget=UnfoldAdminTextInputWidget,
    )

    def clean_key(self) -> str:
        """Return the key, made from the name where it was left empty."""
        key: str = self.cleaned_data["key"] or slugify(self.data.get("name", ""))[:40].strip("-")
        if not key:
            raise ValidationError(_("No key can be made from this name: write one."))
        return key

    def clean(self) -> None:
        """Refuse choices without any."""
        super().clean()
        kind = self.cleaned_data.get("kind") or getattr(self.instance, "kind", "")
        if kind in WITH_CHOICES and not self.cleaned_data.get("choices") and "choices" not in self.errors:
            self.add_error("choices", _("Name at least one choice."))


@admin.register(CustomField)
class CustomFieldAdmin(OrganizationAdmin):
    """Fields that an organization has added to tickets and customers."""

    permission = "channel.manage"
    # What was filled in would be left behind, in rows that nobody looks through.
    can_delete = False
    form = CustomFieldForm
    list_display = ("name", "key", "about", "kind", "required", "archived", "position")
    list_filter = ("about", "kind", "archived")
    search_fields = ("name", "key")
    ordering = ("about", "position", "name", "pk")
    fields = ("name", "key", "about", "kind", "choices", "required", "position", "archived")

    def get_readonly_fields(self, request: PersonRequest, obj: Model | None = None) -> list[str]:
        """Keep what tells what is filled in already."""
        fields: list[str] = super().get_readonly_fields(request, obj)
        return [*fields, "key", "about", "kind"] if obj else fields
