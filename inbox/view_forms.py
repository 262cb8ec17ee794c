"""What people say of a saved view: its name, its conditions, and whose it is."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from inbox.actions.saved_views import BadConditions, NewView, read_conditions
from inbox.models import ME, SavedView

EVERYBODY = "everybody"


class ViewForm(forms.Form):
    """A saved view, new or as it is now."""

    name = forms.CharField(label=_("Name"), max_length=60)
    query = forms.CharField(label=_("Conditions"), max_length=300)
    whose = forms.ChoiceField(label=_("Who has it"))

    def __init__(
        self, user: User, view: SavedView | None = None, data: QueryDict | None = None, query: str = ""
    ) -> None:
        before = {"name": view.name, "query": view.query, "whose": _whose(view)} if view else {"query": query}
        super().__init__(data, initial=before)
        self.user = user
        self.fields["whose"].choices = _audiences(user)  # type: ignore[attr-defined]  # a choice field
        self.fields["query"].help_text = _("As you search: is:open team:care priority:high,urgent. All of them hold.")
        self.fields["query"].widget.attrs.update(autocomplete="off", spellcheck="false", dir="ltr")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean_query(self) -> str:
        """Return the conditions, once each of them is understood."""
        query = " ".join(self.cleaned_data["query"].split())
        try:
            read_conditions(query, self.user)
        except BadConditions as refusal:
            raise ValidationError(str(refusal)) from refusal
        return query

    @property
    def view(self) -> NewView:
        """Return what was said, once it is valid."""
        data = self.cleaned_data
        owner = self.user if data["whose"] == ME else None
        teams = Team.objects.filter(organization=self.user.organization_id)
        team = teams.get(pk=int(data["whose"])) if data["whose"] not in (ME, EVERYBODY) else None
        return NewView(data["name"], data["query"], owner, team)


def _whose(view: SavedView) -> str:
    return ME if view.owner_id else str(view.team_id or EVERYBODY)


def _audiences(user: User) -> list[tuple[str, str]]:
    if not user.may("view.share"):
        return [(ME, gettext("Only me"))]
    teams = Team.objects.filter(organization=user.organization_id).order_by("name", "pk")
    shared = [*((str(team.pk), team.name) for team in teams), (EVERYBODY, gettext("Everybody"))]
    return [(ME, gettext("Only me")), *shared]
