"""What people may send from the inbox, and how it is read."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.ids import named_id
from accounts.models import User
from brandvoice.forms import PositionForm
from brandvoice.languages import FALLBACK, base_language
from brandvoice.models.versions import CustomerScope
from brandvoice.spans import Span
from inbox.actions.questions import LONGEST, Answer
from inbox.actions.replies import NewReply
from inbox.actions.schedule_steps import TimeNotPossible
from inbox.actions.sending_files import PickedFile
from inbox.actions.templates import LONGEST_VALUE, ChosenTemplate
from inbox.models import Cluster, DraftKind, Priority, Question, Spike, Visibility
from inbox.models.uploads import LONGEST_ALT
from inbox.queries.later import MINUTES

LONGEST_TEXT = 20_000
MOST_SPANS = 100
MOST_FILES = 20
NOTE, BOTH = "note", "both"
# In place of a time that was offered: so long from when it is said, or the one that the person has entered.
IN_AN_HOUR, OWN = "1h", "own"
# Before the name of a template's blank.
BLANK = "blank-"
UNREADABLE = _("The signed stretches could not be read.")


def one_line_end(text: str) -> str:
    """Return a text with every line ended by one character, as spans count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class PlainTextField(forms.CharField):
    """Text with its line ends as the page counts them, so that spans stay where they were."""

    def __init__(self) -> None:
        super().__init__(required=False, strip=False, max_length=LONGEST_TEXT)

    def to_python(self, value: object) -> str:
        """Return the text with every line ended by one character."""
        return one_line_end(str(super().to_python(value)))


class SpansField(forms.Field):
    """Stretches of signed words: `[{"wording": id, "start": n, "end": n}]`, in characters."""

    def to_python(self, value: object) -> tuple[Span, ...]:
        """Return the stretches in order; overlaps are refused."""
        try:
            rows = json.loads(str(value)) if value else []
            held = sorted((_held(row) for row in rows), key=lambda span: span.start)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValidationError(UNREADABLE, code="invalid") from error
        if len(held) > MOST_SPANS or any(a.end > b.start for a, b in pairwise(held)):
            raise ValidationError(UNREADABLE, code="invalid")
        return tuple(held)


class WhenField(forms.Field):
    """A moment by the organization's clock, as browsers write it: 2026-12-01T09:30."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format=MINUTES)

    def __init__(self, zone: ZoneInfo, label: StrOrPromise = "") -> None:
        missing = _("Enter a day and a time.")
        super().__init__(label=label, required=False, error_messages={"required": missing})
        self.zone = zone

    def to_python(self, value: object) -> datetime | None:
        """Return the moment, or None for nothing."""
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(str(value))
            there = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            shown = there.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["required"], code="invalid") from error
        if moment.tzinfo is None and shown != moment:
            gone = _("There is no such time on that day: the clocks go forward.")
            raise forms.ValidationError(gone, code="invalid")
        return there

    def prepare_value(self, value: object) -> object:
        """Return a moment as the browser reads it."""
        return value.astimezone(self.zone).strftime(MINUTES) if isinstance(value, datetime) else value


class TextForm(forms.Form):
    """What the composer holds, whatever is done with it."""

    text = PlainTextField()
    spans = SpansField(required=False)
    # Both: the text goes to the customer alone, and other words say so in public.
    visibility = forms.ChoiceField(choices=[*Visibility.choices, (NOTE, _("Note")), (BOTH, _("Both"))], required=False)
    public_text = PlainTextField()
    # Whether it is in use is the guard's to say.
    purpose = forms.SlugField(max_length=20, required=False)
    kind = forms.ChoiceField(choices=DraftKind.choices, required=False)
    seen = forms.IntegerField(required=False, min_value=0)
    regrouping = forms.IntegerField(required=False, min_value=0)
    client_uuid = forms.UUIDField(required=False)
    confirm_stale = forms.BooleanField(required=False)
    template = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    # When it goes out: a time that was offered, or one of the person's own.
    send_at = forms.CharField(required=False, max_length=40)
    send_on = forms.CharField(required=False, max_length=40)

    @property
    def chosen_template(self) -> ChosenTemplate | None:
        """Return the template in place of words of one's own, with what stands in its blanks."""
        pk = self.cleaned_data["template"]
        given = {name.removeprefix(BLANK): str(self.data[name]) for name in self.data if name.startswith(BLANK)}
        values = {name: value.replace("\x00", "")[:LONGEST_VALUE] for name, value in given.items()}
        return ChosenTemplate(pk, values) if pk and not self.is_note else None

    @property
    def held(self) -> tuple[Span, ...]:
        """Return the stretches of signed words."""
        held: tuple[Span, ...] = self.cleaned_data["spans"]
        return held

    @property
    def visibility_or_direct(self) -> str:
        """Return who could read it on the network; a note is nobody's there."""
        chosen: str = self.cleaned_data["visibility"]
        return chosen if chosen and chosen not in (NOTE, BOTH) else Visibility.DIRECT

    @property
    def is_both(self) -> bool:
        """Return whether the customer is answered privately and told so in public."""
        return bool(self.cleaned_data["visibility"] == BOTH)

    @property
    def is_note(self) -> bool:
        """Return whether the text is meant for colleagues."""
        return NOTE in (self.cleaned_data["visibility"], self.cleaned_data["kind"])

    @property
    def picked(self) -> tuple[PickedFile, ...]:
        """Return the files that go along: a reply's or a note's, which never share any."""
        data = self.data
        named = data.getlist("note_file" if self.is_note else "file") if isinstance(data, QueryDict) else []
        ids = [pk for one in named if (pk := named_id(one))]
        return tuple(PickedFile(pk, self._alt_of(pk)) for pk in dict.fromkeys(ids[:MOST_FILES]))

    def _alt_of(self, pk: int) -> str | None:
        alt = self.data.get(f"alt-{pk}")
        return str(alt).replace("\x00", "")[:LONGEST_ALT] if alt is not None else None

    @property
    def uuid(self) -> UUID | None:
        """Return what makes a second press of Send the same reply."""
        uuid: UUID | None = self.cleaned_data["client_uuid"]
        return uuid

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """Return when the reply goes out, by this clock where no zone was said; None: now. Raises TimeNotPossible."""
        offered, own = self.cleaned_data["send_at"], self.cleaned_data["send_on"]
        if offered == IN_AN_HOUR:
            return timezone.now() + timedelta(hours=1)
        field = WhenField(zone)
        field.required = offered == OWN
        try:
            # A plus sign that a form did not escape has become a space.
            moment: datetime | None = field.clean(own if offered in ("", OWN) else offered.replace(" ", "+"))
        except ValidationError as refusal:
            raise TimeNotPossible(refusal.messages[0]) from refusal
        return moment

    def reply(self) -> NewReply:
        """Return the reply that was composed."""
        data = self.cleaned_data
        return NewReply(
            text=data["text"],
            visibility=self.visibility_or_direct,
            seen=data["seen"] or 0,
            regrouping=data["regrouping"],
            purpose=data["purpose"],
            client_uuid=self.uuid,
            spans=self.held,
            files=self.picked,
            template=self.chosen_template,
            confirm_stale=data["confirm_stale"],
        )


class ApprovedWordsForm(forms.Form):
    """What an approver puts in place of a reply's words."""

    text = PlainTextField()
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class SnoozeForm(forms.Form):
    """When a ticket comes back."""

    until = forms.CharField()

    def clean_until(self) -> datetime:
        """Return the moment, in the server's zone where none was said."""
        text: str = self.cleaned_data["until"]
        try:
            # A plus sign that a form did not escape has become a space.
            moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError(_("Say when, like 2026-11-24T09:00."))
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class PriorityForm(forms.Form):
    """How soon somebody should look."""

    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class CustomerForm(forms.Form):
    """What is known of the customer; empty where nobody knows."""

    region = forms.CharField(required=False, max_length=40)
    audience = forms.CharField(required=False, max_length=40)
    product = forms.CharField(required=False, max_length=40)

    @property
    def facts(self) -> CustomerScope:
        """Return what was said."""
        data = self.cleaned_data
        return CustomerScope(region=data["region"], audience=data["audience"], product=data["product"])


class CustomerNoteForm(forms.Form):
    """A note about a customer."""

    text = forms.CharField(max_length=LONGEST_TEXT)


class ConsentForm(forms.Form):
    """What a customer has agreed to."""

    purpose = forms.CharField(max_length=120)
    source = forms.CharField(max_length=200)
    on = forms.DateField(required=False)

    @property
    def given_at(self) -> datetime:
        """Return when it was given: now, or the day that was named."""
        on, now = self.cleaned_data["on"], timezone.now()
        if on is None or on == timezone.localdate():
            return now
        return timezone.make_aware(datetime.combine(on, time.min))


class MergeForm(forms.Form):
    """Which other customer this one is, and why."""

    other = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, error_messages={"required": _("Choose the other customer.")}
    )
    reason = forms.CharField(max_length=300, error_messages={"required": _("Say why they are one.")})


class QuestionForm(forms.Form):
    """A question to the desk, or one that somebody has asked already (`like`)."""

    text = forms.CharField(required=False, max_length=LONGEST)
    like = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class AnswerForm(forms.Form):
    """What the desk says: it becomes a position."""

    question = forms.CharField(label=_("The question, in your words"), max_length=LONGEST)
    text = forms.CharField(label=_("What agents may say"), max_length=5000, widget=forms.Textarea({"rows": 4}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    @classmethod
    def about(cls, question: Question) -> "AnswerForm":
        """Return an empty form for this question, its fields named apart from those of the others on the page."""
        language = base_language(question.language or question.brand.language) or FALLBACK
        return cls(auto_id=f"question-{question.pk}-%s", initial={"question": question.text, "language": language})

    def answer(self) -> Answer:
        """Return the answer that was written."""
        data = self.cleaned_data
        return Answer(data["question"], data["text"], data["language"])


class ClusterForm(PositionForm):
    """A position for what several customers ask, taught with the messages that are ticked."""

    texts = forms.MultipleChoiceField(
        label=_("What customers write"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, cluster: Cluster, texts: Sequence[str], data: QueryDict | None = None) -> None:
        super().__init__(user, data)
        # Nobody asks for a holding statement.
        del self.fields["holding"]
        self.initial.update(question=cluster.question, brand=cluster.brand_id, texts=list(texts))
        self.fields["texts"].choices = [(text, text) for text in texts]  # type: ignore[attr-defined]  # a choice field


class SpikePositionForm(ClusterForm):
    """The position that would answer a spike, taught with the messages that are ticked."""

    def __init__(self, user: User, spike: Spike, texts: Sequence[str], data: QueryDict | None = None) -> None:
        super().__init__(user, Cluster(question=spike.question_text, brand=spike.brand), texts, data)
        self.initial.update(topic=next(iter(spike.topics), ""))


def labels_in(data: QueryDict) -> list[str]:
    """Return the label names of a form, commas between new ones allowed."""
    return [name.strip() for entry in data.getlist("labels") for name in entry.split(",") if name.strip()]


def _held(row: Mapping[str, object]) -> Span:
    numbers: Sequence[object] = (row["wording"], row["start"], row["end"])
    wording, start, end = (number for number in numbers if type(number) is int)
    if not 0 <= start < end <= LONGEST_TEXT:
        raise ValueError(row)
    return Span(wording, start, end)
