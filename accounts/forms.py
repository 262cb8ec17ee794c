"""What people fill in about themselves."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Theme, User

# Each by its own name, so that it can be found on a page in any language.
LANGUAGES = [(code, str(get_language_info(code)["name_local"]).capitalize()) for code, _name in settings.LANGUAGES]


class ProfileForm(forms.Form):
    """How a person is shown, and how Onevoice shows itself to them."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    title = forms.CharField(
        label=pgettext_lazy("of a person", "Title"),
        max_length=120,
        required=False,
        help_text=_("Stands beside your name where you sign, for example “Head of Service”."),
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    single_keys = forms.BooleanField(
        label=_("Shortcuts of one key"),
        required=False,
        help_text=_("Switch them off if you dictate, or press keys by mistake. Those with Ctrl or Alt stay."),
    )
    wants_digest = forms.BooleanField(
        label=_("Mail me once a day what waits for my signature"),
        required=False,
        help_text=_("Nothing is sent on days when nothing waits."),
    )
    wants_briefing = forms.BooleanField(
        label=_("Mail me the briefing every morning"),
        required=False,
        help_text=_("What has changed, what customers ask about, and the numbers of the last seven days."),
    )

    def __init__(self, person: User, data: QueryDict | None = None) -> None:
        names = ("name", "title", "language", "theme", "single_keys", "wants_digest")
        shown = {name: getattr(person, name) for name in names}
        super().__init__(data, initial=shown | {"wants_briefing": person.gets_briefing})
        # Daily mails are about an organization: operators, who have none, get none.
        works = person.organization is not None
        if not (works and person.may("ticket.view")):
            del self.fields["wants_briefing"]
        if not (works and person.may("position.sign_delegated")):
            del self.fields["wants_digest"]


class AcceptForm(forms.Form):
    """What an invited person chooses before coming in."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=_("At least 10 characters; a sentence is easier to remember than a riddle."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *, email: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.email = email

    def clean_password(self) -> str:
        """Return the password if it is hard enough to guess."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
