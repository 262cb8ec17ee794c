"""What the organization wants, and why messages are sent, in the console."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from accounts.admin import OrganizationAdmin, OwnForm
from accounts.requests import PersonRequest
from brandvoice.forms.inputs import WordsField
from brandvoice.models import Position
from inbox.models import Objective, Purpose, Sentiment, StandardPurpose, purpose_name


@admin.register(Objective)
class ObjectiveAdmin(OrganizationAdmin):
    """Objectives, and the purposes that serve them."""

    permission = "purpose.manage"
    list_display = ("name", "brand", "measure", "target", "until", "served_by")
    list_filter = ("measure",)
    search_fields = ("name",)
    ordering = ("until", "pk")
    fieldsets = ((None, {"fields": ("name", "brand", ("measure", "target"), "until")}),)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return objectives with what their columns touch."""
        return super().get_queryset(request).select_related("brand").prefetch_related("purposes")

    @display(description=_("Served by"))
    def served_by(self, objective: Objective) -> str:
        """Return the purposes that serve it."""
        return ", ".join(purpose_name(one.key, one.name) for one in objective.purposes.all()) or "–"


class PurposeForm(OwnForm):
    """What may be said about a purpose; its key is given once."""

    topics = WordsField(
        label=_("topics"),
        help_text=_("Proposed for messages about these, with commas between them; empty for all."),
        longest=80,
        keep_case=True,
    )
    sentiments = forms.TypedMultipleChoiceField(
        label=_("feelings"),
        coerce=int,
        required=False,
        choices=Sentiment.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("Proposed for customers who feel like this; none for all."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["topics"].widget = UnfoldAdminTextInputWidget()

    def clean_key(self) -> str:
        """Return the key as programs write it."""
        key = str(self.cleaned_data["key"]).lower().replace("-", "_")
        if not key.replace("_", "").isalnum() or not key.isascii():
            raise ValidationError(_now("Small letters, digits and _ only, such as win_back."))
        return key

    def clean(self) -> dict[str, object]:
        """Refuse an own purpose without a name, and one that nobody could do without."""
        cleaned = super().clean()
        key = cleaned.get("key") or getattr(self.instance, "key", "")
        if not cleaned.get("name") and key not in StandardPurpose.values:
            self.add_error("name", _now("Say what people call it."))
        return cleaned


@admin.register(Purpose)
class PurposeAdmin(OrganizationAdmin):
    """Purposes; messages keep the key of theirs, so none is deleted: one that is not wanted is switched off."""

    permission = "purpose.manage"
    form = PurposeForm
    can_delete = False
    list_display = ("called", "key", "position", "proposed_for", "tone", "objective", "words", "active")
    list_filter = ("active",)
    search_fields = ("name", "key")
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("key", "name", "objective", "tone", ("position", "active"))}),
        (_("Proposed for"), {"fields": ("topics", "sentiments")}),
    )

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return purposes with what their columns touch."""
        rows = super().get_queryset(request).select_related("objective")
        counted: models.QuerySet[models.Model] = rows.annotate(named_by=_named_by())
        return counted

    def get_readonly_fields(self, request: PersonRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return what can't be changed: a key, once it is given."""
        fields = tuple(str(name) for name in super().get_readonly_fields(request, obj))
        return (*fields, "key") if obj else fields

    @display(description=_("purpose"))
    def called(self, purpose: Purpose) -> str:
        """Return what people call it."""
        return purpose_name(purpose.key, purpose.name)

    @display(description=_("positions"))
    def words(self, purpose: Purpose) -> str:
        """Return how many positions name it; where none does, those serve it that name no purpose."""
        return str(purpose.named_by or "–")  # type: ignore[attr-defined]  # annotated

    @display(description=_("Proposed for"))
    def proposed_for(self, purpose: Purpose) -> str:
        """Return for which messages it is proposed."""
        feelings = [str(Sentiment(value).label) for value in purpose.sentiments]
        return ", ".join([*purpose.topics, *feelings]) or _now("every message")


def _named_by() -> models.Subquery:
    """Return how many positions of its organization name a purpose; nothing where none does."""
    own = Position.objects.filter(organization=models.OuterRef("organization"))
    naming = own.filter(purposes__contains=[models.OuterRef("key")]).order_by().values("organization")
    return models.Subquery(naming.annotate(n=models.Count("pk")).values("n"))
