"""What people say when they declare an incident: three fields, and more where there is time."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, User
from brandvoice.forms.inputs import WordsField
from brandvoice.models import Position
from inbox.actions.incidents import NewIncident
from inbox.models import Incident, IncidentLevel, Spike

MOST_NAMED = 20
LONGEST = 80


class IncidentForm(forms.Form):
    """An incident, new or as it is now."""

    name = forms.CharField(label=_("What has happened"), max_length=120)
    level = forms.ModelChoiceField(
        label=_("How grave it is"), queryset=IncidentLevel.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    phrases = WordsField(
        label=_("Words that speak of it"),
        help_text=_("With commas between them, in any case and inflection: bridge, Harbour Street."),
        longest=LONGEST,
        most=MOST_NAMED,
        keep_case=True,
    )
    topics = WordsField(
        label=_("Topics"),
        help_text=_("As tickets show them, with commas between them."),
        longest=LONGEST,
        most=MOST_NAMED,
        keep_case=True,
    )
    brand = forms.ModelChoiceField(
        label=_("Brand"), required=False, queryset=Brand.objects.none(), empty_label=_("All")
    )
    briefing = forms.CharField(
        label=_("Briefing"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What everybody has to know, what to say, what not to say."),
    )
    holding = forms.ModelChoiceField(
        label=_("Holding statement"),
        required=False,
        queryset=Position.objects.none(),
        empty_label=_("None"),
        help_text=_("A signed position: while only the holding statement goes out, its words do."),
    )
    drill = forms.BooleanField(
        label=_("This is a drill"), required=False, help_text=_("It says what would be stopped, and stops nothing.")
    )
    everything = forms.BooleanField(
        label=_("It concerns everything that is said"),
        required=False,
        help_text=_("Instead of words and topics: whatever is sent, for the brand or for all."),
    )

    def __init__(
        self,
        user: User,
        incident: Incident | None = None,
        data: QueryDict | None = None,
        spike: Spike | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(incident) if incident else _proposed(spike) if spike else {})
        self._spike = spike
        own = {"organization": user.organization_id}
        rows = {
            "level": IncidentLevel.objects.filter(**own).order_by("rank"),
            "brand": Brand.objects.filter(**own).order_by("name"),
            "holding": Position.objects.filter(**own, versions__status="signed").distinct().order_by("question"),
        }
        for name, found in rows.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]  # a field of rows
        if spike:
            # Declared by Enter: as grave as the mildest level.
            self.initial["level"] = rows["level"].first()
            self.fields["name"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxInput):
                field.widget.attrs["class"] = "input"

    def clean(self) -> dict[str, object]:
        """Refuse an incident that says nothing of what it is about: it would stop everything by mistake."""
        said = super().clean() or {}
        named = bool(said.get("phrases") or said.get("topics"))
        if not named and not said.get("everything") and "phrases" not in self.errors:
            self.add_error("phrases", _("Say what it is about, or tick that it concerns everything."))
        if named and said.get("everything"):
            self.add_error("everything", _("Either words and topics, or everything."))
        return said

    @property
    def incident(self) -> NewIncident:
        """Return what was said, once it is valid."""
        names = ("name", "level", "topics", "phrases", "brand", "briefing", "holding", "drill")
        return NewIncident(**{name: self.cleaned_data[name] for name in names}, spike=self._spike)


def _initial(incident: Incident) -> dict[str, object]:
    names = ("name", "level", "topics", "phrases", "brand", "briefing", "holding", "drill")
    said = {name: getattr(incident, name) for name in names}
    return said | {"everything": not incident.topics and not incident.phrases}


def _proposed(spike: Spike) -> dict[str, object]:
    """Return the incident that a spike proposes: its name, the words and topics by which it is known, and where."""
    said = {"name": spike.title[:120], "phrases": spike.phrases, "topics": spike.topics, "brand": spike.brand_id}
    return said | {"everything": not spike.is_specific}
