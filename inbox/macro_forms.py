"""What people say of a macro: its name, whose it is, and up to ten steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

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
from inbox.models import ME, NOBODY, Macro, NamedStatus, Step, StepKind
from inbox.step_forms import DoForm

MOST_STEPS = 10
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


class StepForm(DoForm):
    """One step; nothing chosen is no step."""

    needs = NEEDS
    missing = _("This step needs it.")

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.offer(do=[("", "–"), *StepKind.choices], to=choices.people)
        self.offer(position=[("", "–"), *choices.positions], status=[("", "–"), *choices.statuses])

    @property
    def step(self) -> Step | None:
        """Return the step as it is stored, or None."""
        return cast("Step | None", self.told)


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
