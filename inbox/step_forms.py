"""What the forms of macros and of rules share: one thing to be done to a ticket, and what that kind of thing needs."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from brandvoice.forms.inputs import WordsField
from inbox.forms import PlainTextField
from inbox.models import Priority

MOST_LABELS = 10
MOST_HOURS = 24 * 90
LONGEST_LABEL = 60


class DoForm(forms.Form):
    """One thing to be done, with what its kind needs; nothing chosen is nothing."""

    # What each kind needs, besides saying what it is; and what is said where that is missing.
    needs: ClassVar[Mapping[str, str]] = {}
    missing: ClassVar[StrOrPromise] = ""

    do = forms.ChoiceField(label=_("What it does"), required=False)
    text = PlainTextField()
    labels = WordsField(
        label=_("Labels"),
        help_text=_("With commas between them."),
        longest=LONGEST_LABEL,
        most=MOST_LABELS,
        keep_case=True,
    )
    priority = forms.TypedChoiceField(label=_("Priority"), required=False, coerce=int, choices=Priority.choices)
    to = forms.ChoiceField(label=_("Whom"), required=False)
    position = forms.TypedChoiceField(label=_("Position"), required=False, coerce=int)
    status = forms.TypedChoiceField(label=_("Status"), required=False, coerce=int)
    hours = forms.IntegerField(label=_("Hours"), required=False, min_value=1, max_value=MOST_HOURS)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        self.fields["text"].label = _("Text")
        self.fields["text"].widget = forms.Textarea({"rows": 3})
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["do"].widget.attrs["class"] = "input step__do"

    def offer(self, **choices: object) -> None:
        """Say what its fields can be chosen from."""
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> None:
        """Refuse what lacks what its kind needs."""
        needed = self.needs.get(self.cleaned_data.get("do", ""))
        if needed and needed not in self.errors and self.lacks(needed):
            self.add_error(needed, self.missing)

    def lacks(self, needed: str) -> bool:
        """Return whether nothing was said there."""
        given = self.cleaned_data.get(needed)
        return given in (None, "", []) or (isinstance(given, str) and not given.strip())

    @property
    def told(self) -> dict[str, object] | None:
        """Return what to do as it is stored, or None."""
        do = self.cleaned_data.get("do")
        if not do:
            return None
        needed = self.needs.get(do)
        return {"do": do, needed: self.cleaned_data[needed]} if needed else {"do": do}
