"""What people fill in about positions: the question, a version's content, a note."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, User
from brandvoice.actions.positions import NewWording, VersionContent
from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.models import EditLevel, PositionVersion, Wording

INPUT = {"class": "input"}
SEARCH = forms.TextInput(INPUT | {"type": "search", "placeholder": _("Search questions and wording")})
EMPTY_WORDINGS = 2
STATUSES = (
    ("", _("Any status")),
    ("signed", _("Signed")),
    ("in_review", _("To sign")),
    ("draft", _("Draft")),
    ("ending", _("Ends within 14 days")),
    ("unsigned", _("Nothing valid")),
)


class LibraryForm(forms.Form):
    """How the library is narrowed down."""

    q = forms.CharField(label=_("Search"), required=False, widget=SEARCH)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False, widget=forms.Select(INPUT))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("Every brand"), widget=forms.Select(INPUT)
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("Any language")), *settings.LANGUAGES],
        required=False,
        widget=forms.Select(INPUT),
    )
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["brand"].queryset = Brand.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]  # a choice of rows


class PositionForm(forms.Form):
    """A new position."""

    question = forms.CharField(
        label=_("Question"),
        max_length=300,
        help_text=_("As a customer would ask it."),
        widget=forms.TextInput(INPUT | {"autofocus": True}),
    )
    topic = forms.CharField(label=_("Topic"), max_length=80, required=False, widget=forms.TextInput(INPUT))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("Every brand"), widget=forms.Select(INPUT)
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), widget=forms.Select(INPUT))

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"owner": user.pk})
        self.fields["brand"].queryset = Brand.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]  # choices of rows
        people = User.objects.filter(organization=user.organization_id, is_active=True).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # choices of rows
        self.fields["owner"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]  # choices of rows


class VersionForm(forms.Form):
    """Everything about a version except its words."""

    facts = forms.CharField(
        label=_("Rests on"),
        required=False,
        help_text=_("The facts, rules and sources behind the answer. Customers don't see this."),
        widget=forms.Textarea(INPUT | {"rows": 3}),
    )
    channel_kinds = forms.MultipleChoiceField(
        label=_("Kinds of channel"),
        choices=list(CHANNEL_KINDS.items()),
        required=False,
        help_text=_("None chosen means all."),
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = forms.DateTimeField(
        label=_("Valid from"),
        required=False,
        help_text=_("Empty: from the signature."),
        widget=forms.DateTimeInput(INPUT | {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty: until somebody withdraws or replaces it."),
        widget=forms.DateTimeInput(INPUT | {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    review_every_days = forms.IntegerField(
        label=_("Review every (days)"),
        required=False,
        min_value=1,
        max_value=3650,
        widget=forms.NumberInput(INPUT),
    )
    edit_level = forms.ChoiceField(label=_("Agents may"), choices=EditLevel.choices, widget=forms.Select(INPUT))

    def clean(self) -> dict[str, object]:
        """Refuse a time that is over before it begins."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if isinstance(end, datetime) and end <= (start or timezone.now()):
            self.add_error("valid_until", _("This moment is over before the wording is valid."))
        return cleaned


class WordingForm(forms.Form):
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

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # the formset's business
        spoken = (self.initial or {}).get("language")
        offered = self.fields["language"]
        if isinstance(offered, forms.ChoiceField) and spoken and spoken not in dict(settings.LANGUAGES):
            offered.choices = [*settings.LANGUAGES, (spoken, spoken)]


class WordingFormSet(forms.BaseFormSet[WordingForm]):
    """A version's wordings: each language and kind of channel once, and at least one."""

    def clean(self) -> None:
        """Refuse what the database would refuse."""
        if any(self.errors):
            return
        wordings = self.wordings()
        places = [(wording.language, wording.channel_kind) for wording in wordings]
        if not wordings:
            raise forms.ValidationError(_("Write at least one wording."))
        if len(set(places)) < len(places):
            raise forms.ValidationError(_("Two wordings are for the same language and kind of channel."))

    def wordings(self) -> tuple[NewWording, ...]:
        """Return the wordings that were filled in."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text", "").strip()]
        return tuple(NewWording(data["text"], data["language"], data["channel_kind"]) for data in filled)


class VersionEditor:
    """The form and the wordings together: one page, one save."""

    def __init__(self, source: PositionVersion | None, data: QueryDict | None = None, *, revise: bool = False) -> None:
        self.form = VersionForm(data, initial=_initial(source, keep_dates=revise))
        words = list(source.wordings.order_by("language", "channel_kind")) if source else []
        self.wordings = _wording_formset(words)(data, initial=[_initial_wording(word) for word in words], prefix="w")

    def is_valid(self) -> bool:
        """Return whether both parts can be saved."""
        return all([self.form.is_valid(), self.wordings.is_valid()])

    def content(self) -> VersionContent:
        """Return what was written."""
        data = self.form.cleaned_data
        return VersionContent(
            wordings=self.wordings.wordings(),
            facts=data["facts"],
            channel_kinds=tuple(data["channel_kinds"]),
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            review_every_days=data["review_every_days"],
            edit_level=data["edit_level"],
        )


class NoteForm(forms.Form):
    """Why something is sent back or withdrawn."""

    reason = forms.CharField(label=_("Note"), max_length=1000, widget=forms.Textarea(INPUT | {"rows": 3}))


class ExampleForm(forms.Form):
    """One more message that the position answers."""

    text = forms.CharField(label=_("What customers write"), max_length=500, widget=forms.TextInput(INPUT))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(INPUT))


def _wording_formset(words: list[Wording]) -> type[WordingFormSet]:
    extra = EMPTY_WORDINGS if words else 1
    made: type[WordingFormSet] = forms.formset_factory(WordingForm, formset=WordingFormSet, extra=extra, max_num=60)  # type: ignore[assignment]  # the stubs forget the base
    made.validate_max = True
    return made


def _initial(source: PositionVersion | None, *, keep_dates: bool) -> dict[str, object]:
    """Return what a new draft takes over; dates of the past are left behind."""
    if source is None:
        return {"edit_level": EditLevel.FILL_INS}
    taken = ("facts", "channel_kinds", "review_every_days", "edit_level")
    dates = ("valid_from", "valid_until") if keep_dates else ()
    return {name: getattr(source, name) for name in (*taken, *dates)}


def _initial_wording(word: Wording) -> dict[str, object]:
    return {"language": word.language, "channel_kind": word.channel_kind, "text": word.text}
