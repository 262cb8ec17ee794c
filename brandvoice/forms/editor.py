"""The page on which a version is written: one save for all its parts."""

from typing import Any, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from brandvoice.actions.content import NewEvidence, NewFillIn, NewWording, VersionContent
from brandvoice.actions.files import store_file
from brandvoice.forms.versions import EvidenceForm, FillInForm, VersionForm, WordingForm
from brandvoice.models import EditLevel, Habit, PositionVersion, Sensitivity, SignRule
from brandvoice.spans import replace_words

Files: TypeAlias = "MultiValueDict[str, UploadedFile[bytes]]"
# Empty lines offered beside those that are filled.
SPARE = 2
# A line that was posted as it had been shown is read like any other.
EVERY_LINE: dict[str, Any] = {"form_kwargs": {"empty_permitted": False}}


class WordingFormSet(forms.BaseFormSet[WordingForm]):
    """A version's wordings: at least one; several for the same language and kind of channel are variants."""

    def clean(self) -> None:
        """Refuse a version that says nothing."""
        if not any(self.errors) and not self.filled():
            raise forms.ValidationError(_("Write at least one wording."))

    def filled(self) -> list[dict[str, Any]]:
        """Return what was filled in."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("text", "").strip()]


class VersionEditor:
    """The frame, the wordings, the fill-ins and the evidence together; with a habit, what agents keep writing is in."""

    def __init__(
        self,
        source: PositionVersion | None,
        user: User,
        data: QueryDict | None = None,
        files: "Files | None" = None,
        *,
        revise: bool = False,
        habit: Habit | None = None,
    ) -> None:
        self.user, self.problem = user, ""
        self.form = VersionForm(user, data, initial=_initial(source, keep_dates=revise))
        words = _initial_wordings(source, habit)
        self.wordings = _formset(WordingForm, WordingFormSet, len(words))(
            data, files, initial=words, prefix="w", **EVERY_LINE
        )
        gaps = (
            [{"name": f.name, "kind": f.kind, "required": f.required} for f in source.fill_ins.all()] if source else []
        )
        self.fill_ins = _formset(FillInForm, forms.BaseFormSet, len(gaps))(data, initial=gaps, prefix="f", **EVERY_LINE)
        proofs = _initial_evidence(source)
        self.evidence = _formset(EvidenceForm, forms.BaseFormSet, len(proofs))(
            data, files, initial=proofs, prefix="e", **EVERY_LINE
        )

    def is_valid(self) -> bool:
        """Return whether all parts can be saved."""
        valid = [part.is_valid() for part in (self.form, self.wordings, self.fill_ins, self.evidence)]
        return all(valid)

    def content(self) -> VersionContent:
        """Store what was uploaded, and return what was written."""
        data: dict[str, Any] = dict(self.form.cleaned_data)
        data |= {name: tuple(person.pk for person in data[name]) for name in ("named_people", "signers")}
        lists = ("channel_kinds", "regions", "audiences", "products", "topic_words")
        data |= {name: tuple(data[name]) for name in lists}
        data["sensitivity"] = data["sensitivity"] or Sensitivity.OPEN
        data["sign_rule"] = data["sign_rule"] or SignRule.ANY
        return VersionContent(
            wordings=tuple(self._wording(row) for row in self.wordings.filled()),
            fill_ins=tuple(
                NewFillIn(row["name"].strip(" {}"), row["kind"] or "text", row["required"])
                for row in self._rows(self.fill_ins)
                if row.get("name")
            ),
            evidence=tuple(e for row in self._rows(self.evidence) if (e := self._evidence(row))),
            **data,
        )

    @staticmethod
    def _rows(formset: forms.BaseFormSet[Any]) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in formset.forms]

    def _wording(self, row: dict[str, Any]) -> NewWording:
        file_id = self._file(row)
        return NewWording(
            row["text"], row["language"], row["channel_kind"], file_id, row["media_text"] if file_id else ""
        )

    def _evidence(self, row: dict[str, Any]) -> NewEvidence | None:
        file_id, url = self._file(row), row.get("url", "")
        if not (file_id or url):
            return None
        name = row["upload"].name if row.get("upload") else url
        return NewEvidence(row["title"] or name[:200], url, file_id)

    def _file(self, row: dict[str, Any]) -> int | None:
        upload = row.get("upload")
        if upload:
            return store_file(upload.name, upload.read(), by=self.user).pk
        return None if row.get("drop") else row.get("kept")


def _formset(form: type[forms.Form], base: type[forms.BaseFormSet[Any]], filled: int) -> type[Any]:
    extra = SPARE if filled or form is not WordingForm else 1
    made: type[Any] = forms.formset_factory(form, formset=base, extra=extra, max_num=60, validate_max=True)
    return made


def _initial(source: PositionVersion | None, *, keep_dates: bool) -> dict[str, object]:
    """Return what a new draft takes over; dates of the past are left behind."""
    if source is None:
        return {"edit_level": EditLevel.FILL_INS}
    taken = ("facts", "channel_kinds", "regions", "audiences", "products", "review_every_days", "edit_level")
    taken += ("sensitivity", "topic_words", "sign_rule", *(("valid_from", "valid_until") if keep_dates else ()))
    people = {
        "signers": [signer.person_id for signer in source.signers.all()],
        "named_people": [named.person_id for named in source.named_people.all()],
    }
    return people | {name: getattr(source, name) for name in taken}


def _initial_wordings(source: PositionVersion | None, habit: Habit | None) -> list[dict[str, object]]:
    if source is None:
        return []
    wordings = source.wordings.select_related("media").defer("media__content")
    return [
        {
            "language": word.language,
            "channel_kind": word.channel_kind,
            "text": replace_words(word.text, habit.was, habit.now) if habit else word.text,
            "kept": word.media_id,
            "kept_name": word.media.name if word.media else "",
            "media_text": word.media_text,
        }
        for word in wordings.order_by("language", "channel_kind", "variant")
    ]


def _initial_evidence(source: PositionVersion | None) -> list[dict[str, object]]:
    if source is None:
        return []
    evidence = source.evidence.select_related("file").defer("file__content").order_by("pk")
    return [
        {"title": e.title, "url": e.url, "kept": e.file_id, "kept_name": e.file.name if e.file else ""}
        for e in evidence
    ]
