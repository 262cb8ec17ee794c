"""What people say of a macro: its name, whose it is, and up to ten steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from brandvoice.models import Position, PositionVersion
from inbox.actions.macros import NewMacro
from inbox.forms import PlainTextField
from inbox.models import ME, NOBODY, Macro, NamedStatus, Priority, Step, StepKind

MOST_STEPS = 10
MOST_LABELS = 10
MOST_HOURS = 24 * 90
EVERYBODY = "everybody"
# What each kind of step needs, besides saying what it is.
NEEDS: Mapping[str, str] = {
    StepKind.TEXT: "text",
    StepKind.NOTE: "text",
    StepKind.WORDING: "position",
    StepKind.ADD_LABELS: "labels",
    StepKind.REMOVE_LABELS: "labels",
    StepKind.PRIORITY: "priority",
    StepKind.ASSIGN: "to",
    StepKind.SNOOZE: "hours",
    StepKind.STATUS: "status",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What steps may name: signed positions, people to give tickets to, statuses."""

    positions: Sequence[tuple[int, str]]
    people: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[int, str]]


class StepForm(forms.Form):
    """One step; nothing chosen is no step."""

    do = forms.ChoiceField(label=_("What it does"), required=False, choices=[("", "–"), *StepKind.choices])
    text = PlainTextField()
    position = forms.TypedChoiceField(label=_("Position"), required=False, coerce=int)
    labels = forms.CharField(label=_("Labels"), required=False, max_length=400)
    priority = forms.TypedChoiceField(label=_("Priority"), required=False, coerce=int, choices=Priority.choices)
    to = forms.ChoiceField(label=_("Whom"), required=False)
    status = forms.TypedChoiceField(label=_("Status"), required=False, coerce=int)
    hours = forms.IntegerField(label=_("Hours"), required=False, min_value=1, max_value=MOST_HOURS)

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        self.fields["position"].choices = [("", "–"), *choices.positions]  # type: ignore[attr-defined]  # a choice field
        self.fields["to"].choices = choices.people  # type: ignore[attr-defined]  # likewise
        self.fields["status"].choices = [("", "–"), *choices.statuses]  # type: ignore[attr-defined]  # likewise
        self.fields["text"].label = _("Text")
        self.fields["text"].widget = forms.Textarea({"rows": 3})
        self.fields["labels"].help_text = _("With commas between them.")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["do"].widget.attrs["class"] = "input step__do"

    def clean_labels(self) -> list[str]:
        """Return the names, each once."""
        named = [" ".join(name.split())[:60] for name in self.cleaned_data["labels"].split(",")]
        labels = list(dict.fromkeys(name for name in named if name))
        if len(labels) > MOST_LABELS:
            raise ValidationError(_("Name at most ten labels."))
        return labels

    def clean(self) -> None:
        """Refuse a step that lacks what its kind needs."""
        needed = NEEDS.get(self.cleaned_data.get("do", ""))
        given = self.cleaned_data.get(needed) if needed else None
        is_empty = given in (None, "", []) or (isinstance(given, str) and not given.strip())
        if needed and is_empty and needed not in self.errors:
            self.add_error(needed, _("This step needs it."))

    @property
    def step(self) -> Step | None:
        """Return the step as it is stored, or None."""
        do = self.cleaned_data.get("do")
        if not do:
            return None
        step: Step = {"do": do}
        if needed := NEEDS.get(do):
            step[needed] = self.cleaned_data[needed]  # type: ignore[literal-required]  # one of its keys
        return step


class _Steps(forms.BaseFormSet[StepForm]):
    """The steps of a macro, in their order."""

    def clean(self) -> None:
        """Refuse no steps at all, and steps of which one undoes the other."""
        if any(self.errors):
            return
        kinds = [step["do"] for form in self.forms if (step := form.step)]
        if not kinds:
            raise ValidationError(_("Say at least one thing that the macro does."))
        if sum(kind in (StepKind.SNOOZE, StepKind.RESOLVE, StepKind.STATUS) for kind in kinds) > 1:
            raise ValidationError(_("A macro snoozes, resolves or sets the status of a ticket once."))


_StepSet = forms.formset_factory(
    StepForm, _Steps, extra=0, min_num=MOST_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS
)


class MacroForm(forms.Form):
    """A macro, new or as it is now."""

    name = forms.CharField(label=_("Name"), max_length=80)
    whose = forms.ChoiceField(label=_("Who may run it"))

    def __init__(self, user: User, macro: Macro | None = None, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"name": macro.name, "whose": _whose(macro)} if macro else {})
        self.user = user
        self.fields["whose"].choices = _audiences(user)  # type: ignore[attr-defined]  # a choice field
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        before: list[Step] = macro.steps if macro else []
        self.step_forms = _StepSet(
            data,
            initial=[{**step, "labels": ", ".join(step.get("labels", []))} for step in before],
            prefix="steps",
            form_kwargs={"choices": _choices(user, before)},
        )

    def is_valid(self) -> bool:
        """Return whether the macro and each of its steps can be kept."""
        return all([super().is_valid(), self.step_forms.is_valid()])

    @property
    def macro(self) -> NewMacro:
        """Return what was said, once it is valid."""
        whose = self.cleaned_data["whose"]
        owner = self.user if whose == ME else None
        teams = Team.objects.filter(organization=self.user.organization_id)
        team = teams.get(pk=int(whose)) if whose not in (ME, EVERYBODY) else None
        steps = [step for form in self.step_forms if (step := form.step)]
        return NewMacro(self.cleaned_data["name"], steps, owner, team)


def _whose(macro: Macro) -> str:
    return ME if macro.owner_id else str(macro.team_id or EVERYBODY)


def _audiences(user: User) -> list[tuple[str, str]]:
    if not user.may("macro.share"):
        return [(ME, gettext("Only me"))]
    teams = Team.objects.filter(organization=user.organization_id).order_by("name", "pk")
    shared = [*((str(team.pk), team.name) for team in teams), (EVERYBODY, gettext("Everybody"))]
    return [(ME, gettext("Only me")), *shared]


def _choices(user: User, steps: Sequence[Step]) -> Choices:
    """Return the positions that somebody has signed, and those of these steps; and colleagues who take tickets."""
    live = PositionVersion.objects.filter(organization=user.organization_id).live(timezone.now())
    kept = [step["position"] for step in steps if "position" in step]
    positions = Position.objects.visible_to(user).filter(Q(pk__in=live.values("position")) | Q(pk__in=kept))
    statuses = NamedStatus.objects.visible_to(user).in_order()
    people = User.objects.visible_to(user).filter(is_active=True).exclude(pk=user.pk).order_by("name", "pk")
    takers = [(str(person.pk), person.name) for person in people if person.may("ticket.change")]
    return Choices(
        positions=list(positions.order_by("question", "pk").values_list("pk", "question")),
        statuses=list(statuses.values_list("pk", "name")),
        people=[(ME, gettext("Whoever runs it")), (NOBODY, gettext("Nobody")), *takers],
    )
