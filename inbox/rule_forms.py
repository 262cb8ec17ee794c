"""The form in which automation rules are written: when, groups of conditions, and actions."""

from collections.abc import Iterator, Mapping
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.actions.ticket_rules import NewRule
from inbox.models import TicketRule
from inbox.queries.rule_choices import KIND_OF, NUMBERS, WITHOUT_VALUE, Choices, choices_of
from inbox.step_forms import MOST_HOURS, DoForm
from inbox.ticket_rules import BEGINS, NOBODY, Action, ActionKind, Check, Conditions, Group, Join, Test, Trigger

MOST_GROUPS = 4
MOST_TESTS = 8
MOST_ACTIONS = 8
# What each kind of action needs, besides saying what it is.
NEEDS: Mapping[str, str] = {
    ActionKind.ASSIGN: "to",
    ActionKind.TEAM: "team",
    ActionKind.PRIORITY: "priority",
    ActionKind.ADD_LABELS: "labels",
    ActionKind.REMOVE_LABELS: "labels",
    ActionKind.SNOOZE: "hours",
    ActionKind.STATUS: "status",
    ActionKind.NOTE: "text",
    ActionKind.NOTIFY: "whom",
    ActionKind.FOLLOW: "to",
    ActionKind.MACRO: "macro",
    ActionKind.ANSWER: "position",
    ActionKind.CALL: "endpoint",
}
_MOVES = {ActionKind.OPEN, ActionKind.SNOOZE, ActionKind.RESOLVE, ActionKind.STATUS}


class TestForm(forms.Form):
    """One condition; nothing chosen is none."""

    no = forms.ChoiceField(label=_("If or if not"), required=False, choices=[("", _("If")), ("no", _("If not"))])
    check = forms.ChoiceField(label=_("Condition"), required=False, choices=[("", "–"), *Check.choices])
    words = forms.CharField(label=_("Words"), required=False, max_length=400)
    number = forms.IntegerField(label=_("Number"), required=False, min_value=0, max_value=10**9)
    # "brand:7": the page offers those of the condition's kind.
    choice = forms.CharField(label=_("Value"), required=False, max_length=80)

    def __init__(self, *args: object, choices: Mapping[str, Choices], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        self.choices = choices
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["words"].widget.attrs["placeholder"] = gettext("With commas between them")

    def clean(self) -> None:
        """Refuse a condition that lacks what its kind needs."""
        check = self.cleaned_data.get("check")
        if not check or check in WITHOUT_VALUE:
            return
        kind = KIND_OF.get(check)
        if kind:
            said, _colon, value = self.cleaned_data.get("choice", "").partition(":")
            if said != kind or value not in dict(self.choices[kind]):
                self.add_error("choice", _("This condition needs it."))
        elif check in NUMBERS:
            if self.cleaned_data.get("number") is None and "number" not in self.errors:
                self.add_error("number", _("This condition needs it."))
        elif not self.cleaned_data.get("words", "").replace(",", " ").strip():
            self.add_error("words", _("This condition needs it."))
        elif check == Check.FIELD:
            self._clean_field()

    def _clean_field(self) -> None:
        """Refuse a field that is not there, or no value."""
        key, _colon, value = self.cleaned_data["words"].partition(":")
        known = dict(self.choices["field"])
        if key.strip() not in known or not value.strip():
            said = _("Write a key and a value, such as “key: value”. Keys are: %(keys)s.")
            self.add_error("words", said % {"keys": ", ".join(known) or "–"})

    @property
    def test(self) -> Test | None:
        """Return the condition as it is stored, or None."""
        check = self.cleaned_data.get("check")
        if not check:
            return None
        if check in KIND_OF:
            value = self.cleaned_data["choice"].partition(":")[2]
        else:
            value = str(self.cleaned_data["number"]) if check in NUMBERS else self.cleaned_data["words"].strip()
        return {"check": check, "no": self.cleaned_data["no"] == "no", "value": "" if check in WITHOUT_VALUE else value}

    @property
    def offered(self) -> list[tuple[str, str, bool]]:
        """Return what the page's choice holds: value, name, and whether it is chosen."""
        kind, chosen = KIND_OF.get(self["check"].value() or ""), self["choice"].value()
        return [(f"{kind}:{pk}", name, f"{kind}:{pk}" == chosen) for pk, name in self.choices[kind]] if kind else []


class ActionForm(DoForm):
    """One action; nothing chosen is none."""

    needs = NEEDS
    missing = _("This action needs it.")

    whom = forms.ChoiceField(label=_("Whom"), required=False)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int)
    macro = forms.TypedChoiceField(label=_("Macro"), required=False, coerce=int)
    endpoint = forms.TypedChoiceField(label=_("Webhook"), required=False, coerce=int)

    def __init__(self, *args: object, choices: Mapping[str, Choices], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("whom", "team", "macro", "position", "endpoint"):
            self.offer(**{name: [("", "–"), *choices[name]]})
        self.offer(status=[("", "–"), *choices["named_status"]])
        self.offer(do=[("", "–"), *ActionKind.choices])
        self.offer(to=[("", "–"), (NOBODY, gettext("Nobody")), *choices["person"]])
        self.fields["text"].help_text = _("@ and a name calls a colleague or a team.")

    def lacks(self, needed: str) -> bool:
        """Return whether nothing was said there; nobody follows no ticket."""
        nobody = self.cleaned_data.get("do") == ActionKind.FOLLOW and self.cleaned_data.get(needed) == NOBODY
        return nobody or super().lacks(needed)

    @property
    def action(self) -> Action | None:
        """Return the action as it is stored, or None."""
        return cast("Action | None", self.told)


class _Actions(forms.BaseFormSet[ActionForm]):
    """The actions of a rule, in their order."""

    def clean(self) -> None:
        """Refuse no actions at all, and more than one status."""
        if any(self.errors):
            return
        kinds = [action["do"] for form in self.forms if (action := form.action)]
        if not kinds:
            raise ValidationError(_("Say at least one thing that the rule does."))
        if sum(kind in _MOVES for kind in kinds) > 1:
            raise ValidationError(_("A rule opens, snoozes, resolves or sets the status of a ticket once."))


_TestSet = forms.formset_factory(TestForm, extra=0, min_num=1, max_num=MOST_TESTS, absolute_max=MOST_TESTS)
_ActionSet = forms.formset_factory(
    ActionForm, _Actions, extra=0, min_num=1, max_num=MOST_ACTIONS, absolute_max=MOST_ACTIONS
)


class GroupForm(forms.Form):
    """A group of conditions; without any it is none."""

    join = forms.ChoiceField(label=_("Must hold"), choices=Join.choices, initial=Join.ALL, required=False)

    def __init__(
        self, data: QueryDict | None, number: int, before: Group | None, choices: Mapping[str, Choices]
    ) -> None:
        super().__init__(data, prefix=f"group{number}", initial={"join": before["join"]} if before else None)
        self.fields["join"].widget.attrs["class"] = "input"
        self.test_forms = _TestSet(
            data,
            initial=[_shown(test) for test in before["tests"]] if before else None,
            prefix=f"group{number}-tests",
            form_kwargs={"choices": choices},
        )
        self.is_used = number == 0 or before is not None

    def is_valid(self) -> bool:
        """Return whether each of its conditions can be kept."""
        return all([super().is_valid(), self.test_forms.is_valid()])

    @property
    def group(self) -> Group | None:
        """Return the group as it is stored, or None."""
        tests = [test for form in self.test_forms if (test := form.test)]
        return {"join": self.cleaned_data["join"] or Join.ALL, "tests": tests} if tests else None


class RuleForm(forms.Form):
    """A rule, new or as it is now."""

    name = forms.CharField(label=_("Name"), max_length=120)
    trigger = forms.ChoiceField(label=_("When"))
    hours = forms.IntegerField(
        label=_("Hours"), required=False, min_value=1, max_value=MOST_HOURS, help_text=_("All hours count.")
    )
    join = forms.ChoiceField(label=_("Of the groups"), choices=Join.choices, initial=Join.ALL, required=False)
    position = forms.IntegerField(
        label=_("Order"), min_value=0, max_value=9999, initial=10, help_text=_("The smallest number is the first.")
    )
    stop = forms.BooleanField(label=_("Stop after this rule: those behind it don’t answer"), required=False)
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, user: User, rule: TicketRule | None = None, data: QueryDict | None = None) -> None:
        names = ("name", "trigger", "hours", "position", "stop", "active")
        before = {name: getattr(rule, name) for name in names} if rule else {"trigger": Trigger.RECEIVED}
        conditions: Conditions = rule.conditions if rule else {"join": Join.ALL, "groups": []}
        super().__init__(data, initial=before | {"join": conditions["join"]} if rule else before)
        self.fields["trigger"].choices = _triggers()  # type: ignore[attr-defined]  # a choice field
        for name in ("name", "trigger", "hours", "join", "position"):
            self.fields[name].widget.attrs["class"] = "input"
        groups = [*conditions["groups"], *[None] * MOST_GROUPS][:MOST_GROUPS]
        self.choices = choices_of(user)
        self.groups = [GroupForm(data, number, group, self.choices) for number, group in enumerate(groups)]
        self.action_forms = _ActionSet(
            data,
            initial=[{**one, "labels": ", ".join(one.get("labels", []))} for one in (rule.actions if rule else [])],
            prefix="actions",
            form_kwargs={"choices": self.choices},
        )

    def is_valid(self) -> bool:
        """Return whether the rule and all its parts can be kept."""
        return all([super().is_valid(), self.conditions_are_valid, self.action_forms.is_valid()])

    @cached_property
    def conditions_are_valid(self) -> bool:
        """Return whether each condition can be kept, whatever the rule would do."""
        found = [group.is_valid() for group in self.groups]
        return all(found)

    def clean(self) -> None:
        """Refuse a rule that counts hours and does not say how many."""
        trigger = self.cleaned_data.get("trigger")
        if trigger in BEGINS and not self.cleaned_data.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("Say how many hours."))

    @property
    def conditions(self) -> Conditions:
        """Return the conditions as they are stored, once they are valid."""
        groups = [group for form in self.groups if (group := form.group)]
        return {"join": self.cleaned_data.get("join") or Join.ALL, "groups": groups}

    @property
    def hours_counted(self) -> int | None:
        """Return how many hours it counts, or None where something that happens makes it look."""
        return self.cleaned_data["hours"] if self.cleaned_data["trigger"] in BEGINS else None

    @property
    def rule(self) -> NewRule:
        """Return what was said, once it is valid."""
        said = self.cleaned_data
        return NewRule(
            name=said["name"],
            trigger=said["trigger"],
            conditions=self.conditions,
            actions=[action for form in self.action_forms if (action := form.action)],
            hours=self.hours_counted,
            position=said["position"],
            active=said["active"],
            stop=said["stop"],
        )

    @property
    def kinds(self) -> Iterator[tuple[str, Choices]]:
        """Return what the page offers as values of conditions, by kind."""
        return ((kind, self.choices[kind]) for kind in dict.fromkeys(KIND_OF.values()))


def _triggers() -> list[tuple[str, list[tuple[str, str]]]]:
    happening = [(one.value, str(one.label)) for one in Trigger if one not in BEGINS]
    passing = [(one.value, str(one.label)) for one in BEGINS]
    return [(gettext("Something happens"), happening), (gettext("Time passes"), passing)]


def _shown(test: Test) -> dict[str, object]:
    """Return a stored condition as the form has it."""
    check, value = test["check"], test.get("value", "")
    kind = KIND_OF.get(check)
    field = "choice" if kind else "number" if check in NUMBERS else "words"
    return {"check": check, "no": "no" if test.get("no") else "", field: f"{kind}:{value}" if kind else value}
