"""The pieces that several forms are built from."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from brandvoice.file_types import ALLOWED, MOST_BYTES, FileRefused, recognise

INPUT = {"class": "input"}
ACCEPT = ",".join(f".{ending}" for kind in ALLOWED for ending in kind.endings)


class UploadField(forms.FileField):
    """A file of an allowed kind; what it is decide its first bytes."""

    def __init__(self, *, label: StrOrPromise, accept: str = ACCEPT) -> None:
        super().__init__(label=label, required=False, widget=forms.FileInput(INPUT | {"accept": accept}))

    def clean(self, data: "UploadedFile[bytes] | None", initial: object = None) -> "UploadedFile[bytes] | None":
        """Return the file, or say why it is not kept."""
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if file is None:
            return None
        name = file.name or _("file")
        try:
            recognise(name, file.read(MOST_BYTES + 1))
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        file.seek(0)
        return file


class PeopleField(forms.ModelMultipleChoiceField[User]):
    """Several people of the organization."""

    def __init__(self, *, label: StrOrPromise, help_text: StrOrPromise) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(User.objects.none(), label=label, help_text=help_text, required=False, widget=widget)

    def label_from_instance(self, obj: User) -> str:
        """Return the name, with the title."""
        return f"{obj.name} · {obj.title}" if obj.title else obj.name


class WordsField(forms.CharField):
    """A few words, separated by commas."""

    def __init__(
        self,
        *,
        label: StrOrPromise,
        help_text: StrOrPromise = "",
        longest: int = 40,
        most: int = 100,
        keep_case: bool = False,
    ) -> None:
        super().__init__(label=label, required=False, help_text=help_text, widget=forms.TextInput(INPUT))
        self.longest, self.most, self.keep_case = longest, most, keep_case

    def prepare_value(self, value: object) -> object:
        """Show a list as it was typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: object) -> list[str]:
        """Return the words, each once."""
        words = [" ".join(word.split()) for word in str(super().clean(value)).split(",")]
        words = list(dict.fromkeys(word for word in words if word))
        if len(words) > self.most:
            raise forms.ValidationError(_("At most %d, with commas between them.") % self.most)
        if any(len(word) > self.longest for word in words):
            raise forms.ValidationError(
                _("Each may have at most %d characters; separate them with commas.") % self.longest
            )
        return words if self.keep_case else [word.lower() for word in words]
