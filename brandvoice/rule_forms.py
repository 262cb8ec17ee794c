"""How a rule is written in the console: one form, of which each kind shows what it takes."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin import OwnForm
from brandvoice.actions.rules import RuleDraft
from brandvoice.models import Rule
from brandvoice.rule_kinds import KINDS, LONGEST_REASON, OUTCOMES, Kind, ParameterRefused, read_parameters

LISTS = ("phrases", "patterns", "allowed")
SAID = (*LISTS, "replacement", "times", "most", "reason")


def _lines(label: StrOrPromise, hint: StrOrPromise) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def _line(label: StrOrPromise, hint: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=LONGEST_REASON, widget=UnfoldAdminTextInputWidget()
    )


def _number(label: StrOrPromise, hint: StrOrPromise) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=hint, required=False, widget=UnfoldAdminIntegerFieldWidget())


class RuleForm(OwnForm):
    """A rule, and what is said to its kind."""

    outcome = forms.ChoiceField(
        label=_("What happens"),
        choices=[("", _("As usual for this kind")), *OUTCOMES],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    phrases = _lines(_("Words or phrases"), _("One a line. Regular inflections of the rule's language are found too."))
    patterns = _lines(_("Patterns"), _("One a line, such as RX-\\d{4,8}. No look-around, no back-references."))
    replacement = _line(_("Say instead"), _("Offered as one click."))
    allowed = _lines(_("Our own"), _("One a line: what may stand in public, such as @acme.example or +49 30 901820."))
    times = _number(_("How often"), _("So many earlier posts in the same words are one too many; 3 unless you say."))
    most = _number(_("Most"), _("Of the LIX scale: 40 reads like a newspaper, 60 like a contract. 60 unless you say."))
    reason = _line(_("What the agent reads"), _("Empty for the usual words."))

    instance: Rule

    class Meta:
        model = Rule
        fields: ClassVar[list[str]] = ["kind", "name", "brand", "language", "active"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django passes them
        self.fields["name"].help_text = _("Empty for its first words.")
        self.fields["language"].help_text = _("Such as en or de; empty for every language.")
        if self.instance.pk:
            self.fields["kind"].disabled = True
            for name in SAID:
                said = self.instance.parameters.get(name)
                self.initial[name] = "\n".join(said) if isinstance(said, list) else said

    @property
    def kind(self) -> Kind | None:
        """Return the kind that was chosen."""
        return KINDS.get(self.cleaned_data.get("kind", ""))

    def clean(self) -> dict[str, object]:
        """Refuse what the kind can't use, beside the field that says it."""
        cleaned = super().clean()
        if self.kind:
            try:
                read_parameters(self.kind, self._said(self.kind))
            except ParameterRefused as refusal:
                self.add_error(refusal.field, ValidationError(str(refusal)))
        return cleaned

    def draft(self) -> RuleDraft:
        """Return the rule that was written."""
        data = self.cleaned_data
        scope = {name: data[name] for name in ("outcome", "brand", "name", "active")}
        language = data["language"].strip().lower()
        return RuleDraft(data["kind"], self._said(KINDS[data["kind"]]), language=language, **scope)

    def _said(self, kind: Kind) -> dict[str, object]:
        """Return what the kind takes; fields of other kinds are hidden, whatever they hold."""
        return {name: self.cleaned_data.get(name) for name in kind.takes if self.cleaned_data.get(name)}
