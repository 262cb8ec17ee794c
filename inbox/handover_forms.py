"""What people say when they go away: what becomes of their tickets."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.actions.handover import Fate, Handover
from inbox.queries.attendance import takers_from

LONGEST_NOTE = 2_000


class HandoverForm(forms.Form):
    """What becomes of a person's tickets, and to whom they go."""

    tickets = forms.ChoiceField(choices=Fate.choices, required=False, initial=Fate.KEEP)
    to = forms.ModelChoiceField(User.objects.none(), required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)

    def __init__(self, person: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        choice = self.fields["to"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = takers_from(person)

    def clean(self) -> dict[str, object]:
        """Ask for a colleague where one is to get them."""
        cleaned = super().clean() or {}
        if cleaned.get("tickets") == Fate.GIVE and not cleaned.get("to"):
            self.add_error("to", _("Choose a colleague who is there."))
        return cleaned

    @property
    def handover(self) -> Handover:
        """Return what was said; without a word the tickets stay."""
        said = self.cleaned_data
        return Handover(said["tickets"] or Fate.KEEP, said["to"], said["note"].strip())

    @property
    def problem(self) -> str:
        """Return the first thing that is wrong."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")
