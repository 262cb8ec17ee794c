"""Files of positions that come in, and what is done to several positions at once."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.ids import named_id
from brandvoice.exchange import FORMATS, format_of
from brandvoice.forms.inputs import INPUT

MOST_BYTES = 2 * 1024 * 1024
# A page of the library.
MOST_CHOSEN = 50
BULK = (
    ("", _("With the chosen ones…")),
    ("submit", _("Send for a signature")),
    ("sign", _("Read and sign")),
    ("send_back", _("Send back")),
    ("review", _("Set the next review")),
)


class ImportForm(forms.Form):
    """A file, or its text once it was checked."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV, JSON or Markdown, as the export writes it; at most 2 MB."),
        widget=forms.FileInput(INPUT | {"accept": ".csv,.json,.md"}),
    )
    kind = forms.ChoiceField(
        choices=[("", ""), *((key, kind.label) for key, kind in FORMATS.items())],
        required=False,
        widget=forms.HiddenInput,
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Return the text and its format, wherever they come from."""
        cleaned = super().clean() or {}
        file: UploadedFile[bytes] | None = cleaned.get("file")
        if file is not None:
            cleaned["kind"], cleaned["text"] = format_of(file.name or ""), self._decode(file)
        if not cleaned.get("kind") or not cleaned.get("text"):
            self.add_error("file", _("Choose a CSV, JSON or Markdown file that is not empty."))
        return cleaned

    def _decode(self, file: "UploadedFile[bytes]") -> str:
        if (file.size or 0) > MOST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB."))
            return ""
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not UTF-8 text."))
            return ""


class BulkForm(forms.Form):
    """Which positions, and what is done to them."""

    action = forms.ChoiceField(label=_("With the chosen ones"), choices=BULK, widget=forms.Select(INPUT))
    positions = forms.TypedMultipleChoiceField(coerce=int, choices=[])
    reason = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.TextInput(INPUT | {"placeholder": _("Note")})
    )
    on = forms.DateField(label=_("Next review"), required=False, widget=forms.DateInput(INPUT | {"type": "date"}))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        chosen = [pk for pk in data.getlist("positions") if named_id(pk)] if data else []
        self.fields["positions"].choices = [(pk, pk) for pk in chosen[:MOST_CHOSEN]]  # type: ignore[attr-defined]  # the actions look which may be seen

    def clean(self) -> dict[str, Any]:
        """Ask for what the action needs."""
        cleaned = super().clean() or {}
        if cleaned.get("action") == "send_back" and not cleaned.get("reason"):
            self.add_error("reason", _("Say why."))
        return cleaned
