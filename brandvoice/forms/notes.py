"""Small forms: a note, a comment, an example, a signature, a delegation."""

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.queries.delegations import possible_colleagues
from brandvoice.forms.inputs import INPUT

MOMENT = forms.DateTimeInput(INPUT | {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NoteForm(forms.Form):
    """Why something is sent back or withdrawn."""

    reason = forms.CharField(label=_("Note"), max_length=1000, widget=forms.Textarea(INPUT | {"rows": 3}))


class CommentForm(forms.Form):
    """What somebody says about a version."""

    text = forms.CharField(label=_("Comment"), max_length=2000, widget=forms.Textarea(INPUT | {"rows": 2}))


class ExampleForm(forms.Form):
    """One more message that the position answers."""

    text = forms.CharField(label=_("What customers write"), max_length=500, widget=forms.TextInput(INPUT))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(INPUT))


class SignForm(forms.Form):
    """What was read, and whose name stands under it."""

    seen = forms.CharField(max_length=64)
    name = forms.IntegerField(required=False)


class DelegationForm(forms.Form):
    """To whom somebody leaves signing, and until when."""

    colleague = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), widget=forms.Select(INPUT))
    starts_at = forms.DateTimeField(
        label=pgettext_lazy("a moment", "From"), required=False, help_text=_("Empty: from now."), widget=MOMENT
    )
    ends_at = forms.DateTimeField(label=_("Until"), widget=MOMENT)

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        colleagues = [person.pk for person in possible_colleagues(user)]
        offered = self.fields["colleague"]
        offered.queryset = User.objects.filter(pk__in=colleagues).order_by("name")  # type: ignore[attr-defined]  # a choice of rows
        offered.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]  # a choice of rows
