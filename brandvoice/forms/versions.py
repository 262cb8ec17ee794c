"""The parts of a version as people fill them in: its frame, its wordings, fill-ins and evidence."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.fill_ins import Kind
from brandvoice.forms.inputs import INPUT, PeopleField, UploadField, WordsField
from brandvoice.forms.notes import MOMENT
from brandvoice.models import EditLevel, Sensitivity, SignRule
from brandvoice.rule_kinds import LONGEST_PHRASE


class VersionForm(forms.Form):
    """Everything about a version except its words."""

    facts = forms.CharField(
        label=_("Rests on"),
        required=False,
        help_text=_("The facts and rules behind the answer. Customers don't see this."),
        widget=forms.Textarea(INPUT | {"rows": 3}),
    )
    channel_kinds = forms.MultipleChoiceField(
        label=_("Kinds of channel"),
        choices=list(CHANNEL_KINDS.items()),
        required=False,
        help_text=_("None chosen means all."),
        widget=forms.CheckboxSelectMultiple,
    )
    regions = WordsField(label=_("Regions"), help_text=_("at, de-by. Empty: everywhere."))
    audiences = WordsField(label=_("Audiences"), help_text=_("business, students. Empty: everybody."))
    products = WordsField(label=_("Products"), help_text=_("season ticket. Empty: all."))
    valid_from = forms.DateTimeField(
        label=_("Valid from"), required=False, help_text=_("Empty: from the signature."), widget=MOMENT
    )
    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty: until somebody withdraws or replaces it."),
        widget=MOMENT,
    )
    review_every_days = forms.IntegerField(
        label=_("Review every (days)"),
        required=False,
        min_value=1,
        max_value=3650,
        widget=forms.NumberInput(INPUT),
    )
    edit_level = forms.ChoiceField(label=_("Agents may"), choices=EditLevel.choices, widget=forms.Select(INPUT))
    sensitivity = forms.ChoiceField(
        label=_("Sensitivity"), choices=Sensitivity.choices, required=False, widget=forms.Select(INPUT)
    )
    topic_words = WordsField(
        label=_("Words of the topic"),
        help_text=_("What is not discussed goes by these, with their inflections: layoff, job cuts. Empty: the topic."),
        longest=LONGEST_PHRASE,
        keep_case=True,
    )
    named_people = PeopleField(
        label=_("Named people"),
        help_text=_("Who may use it if it is for named people only; who may speak freely of what is not discussed."),
    )
    signers = PeopleField(label=_("Signers"), help_text=_("None chosen: any executive or owner signs."))
    sign_rule = forms.ChoiceField(
        label=_("How many sign"), choices=SignRule.choices, required=False, widget=forms.Select(INPUT)
    )

    def __init__(self, user: User, data: QueryDict | None = None, *, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)
        people = User.objects.filter(organization=user.organization_id, is_active=True).order_by("name", "pk")
        signers = [person.pk for person in people if person.may("position.sign")]
        self.fields["named_people"].queryset = people  # type: ignore[attr-defined]  # choices of rows
        self.fields["signers"].queryset = people.filter(pk__in=signers)  # type: ignore[attr-defined]  # choices of rows

    def clean(self) -> dict[str, object]:
        """Refuse a time that is over before it begins."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if isinstance(end, datetime) and end <= (start or timezone.now()):
            self.add_error("valid_until", _("This moment is over before the wording is valid."))
        return cleaned


class KeepFileForm(forms.Form):
    """A row that may hold a file: a new one, the one that is there, or none."""

    upload = UploadField(label=_("File"))
    kept = forms.IntegerField(required=False, widget=forms.HiddenInput)
    drop = forms.BooleanField(label=_("Take it away"), required=False)

    @property
    def kept_name(self) -> str:
        """Return the name of the file that is there."""
        return str((self.initial or {}).get("kept_name") or "")


class WordingForm(KeepFileForm):
    """One wording; an empty text means none."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(INPUT))
    channel_kind = forms.ChoiceField(
        label=_("Kind of channel"),
        choices=[("", _("Every channel")), *CHANNEL_KINDS.items()],
        required=False,
        widget=forms.Select(INPUT),
    )
    text = forms.CharField(
        label=_("Wording"), required=False, max_length=10_000, widget=forms.Textarea(INPUT | {"rows": 4})
    )
    upload = UploadField(label=_("Picture"), accept="image/*")
    media_text = forms.CharField(
        label=_("What the picture shows"),
        max_length=500,
        required=False,
        help_text=_("For those who can't see it."),
        widget=forms.TextInput(INPUT),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # the formset's business
        spoken = (self.initial or {}).get("language")
        offered = self.fields["language"]
        if isinstance(offered, forms.ChoiceField) and spoken and spoken not in dict(settings.LANGUAGES):
            offered.choices = [*settings.LANGUAGES, (spoken, spoken)]


class FillInForm(forms.Form):
    """One fill-in; without a name none."""

    name = forms.CharField(label=_("Name"), max_length=40, required=False, widget=forms.TextInput(INPUT))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, required=False, widget=forms.Select(INPUT))
    required = forms.BooleanField(label=_("Required"), required=False, initial=True)


class EvidenceForm(KeepFileForm):
    """One link or file; empty means none."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False, widget=forms.TextInput(INPUT))
    url = forms.URLField(
        label=_("Link"), max_length=500, required=False, assume_scheme="https", widget=forms.URLInput(INPUT)
    )

    def clean(self) -> dict[str, object]:
        """Refuse a row that is both a link and a file."""
        cleaned = super().clean() or {}
        has_file = cleaned.get("upload") or (cleaned.get("kept") and not cleaned.get("drop"))
        if cleaned.get("url") and has_file:
            raise forms.ValidationError(_("Either a link or a file: use two lines."))
        return cleaned
