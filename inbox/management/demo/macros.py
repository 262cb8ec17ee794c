"""Gives the demo's agents macros: everybody's, and one of the lead's team."""

from accounts.models import Team
from brandvoice.models import Position
from inbox.actions.macros import NewMacro, create_macro
from inbox.management.demo.people import Company
from inbox.models import Step

# By organization: name, a team or nobody's in particular, steps; a position is named by its key.
_MACROS: dict[str, list[tuple[str, str, list[Step | dict[str, object]]]]] = {
    "northline": [
        (
            "Late train: say what we pay, and take it",
            "",
            [
                {"do": "text", "text": "Hi {name}, "},
                {"do": "wording", "position": "delay-compensation"},
                {"do": "add_labels", "labels": ["refund", "delay"]},
                {"do": "assign", "to": "me"},
            ],
        ),
        (
            "Hand over to the lost property office",
            "Rail care",
            [
                {"do": "add_labels", "labels": ["lost property"]},
                {"do": "note", "text": "The office looks tomorrow morning. Ask {name} for colour and brand meanwhile."},
                {"do": "snooze", "hours": 16},
            ],
        ),
        ("Praise: pass it on and finish", "", [{"do": "add_labels", "labels": ["praise"]}, {"do": "resolve"}]),
    ],
    "verde": [
        ("Elogio: etiquetar y cerrar", "", [{"do": "add_labels", "labels": ["elogio"]}, {"do": "resolve"}]),
    ],
}


def make_macros(company: Company) -> None:
    """Make the organization's macros, in the name of its lead."""
    for name, team_name, steps in _MACROS.get(company.organization.slug, []):
        team = Team.objects.get(organization=company.organization, name=team_name) if team_name else None
        create_macro(NewMacro(name, [_known(company, step) for step in steps], team=team), by=company.lead)


def _known(company: Company, step: Step | dict[str, object]) -> Step:
    if "position" not in step:
        return step  # type: ignore[return-value]  # as it stands in the table above
    position = Position.objects.get(organization=company.organization, key=step["position"])
    return {"do": "wording", "position": position.pk}
