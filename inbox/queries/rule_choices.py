"""What automation rules may name: people, teams, brands, channels, macros, positions and webhooks, by their ids."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.conf.locale import LANG_INFO
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.ids import named_id
from accounts.models import Brand, Team, User
from brandvoice.models import Position, PositionVersion
from inbox.models import (
    ME,
    Channel,
    CustomField,
    Endpoint,
    Macro,
    NamedStatus,
    Network,
    Priority,
    Sentiment,
    Shape,
    Status,
    StepKind,
    Urgency,
    Verdict,
    Visibility,
)
from inbox.ticket_rules import NOBODY, SOMEBODY, Check

Choices: TypeAlias = Sequence[tuple[str, str]]

# Of what the value of a condition is one; all the others take words or a number.
KIND_OF: Mapping[str, str] = {
    Check.LANGUAGE: "language",
    Check.SENTIMENT: "sentiment",
    Check.URGENCY: "urgency",
    Check.BRAND: "brand",
    Check.CHANNEL: "channel",
    Check.NETWORK: "network",
    Check.VISIBILITY: "visibility",
    Check.TEAM: "team",
    Check.ASSIGNEE: "assignee",
    Check.PRIORITY: "priority",
    Check.PRIORITY_LEAST: "priority",
    Check.STATUS: "status",
    Check.NAMED_STATUS: "named_status",
    Check.VERDICT: "verdict",
    Check.WAS_STATUS: "status",
    Check.WAS_PRIORITY: "priority",
    Check.WAS_ASSIGNEE: "assignee",
}
NUMBERS = frozenset({Check.FOLLOWERS})
WITHOUT_VALUE = frozenset({Check.AWAITING, Check.WORKING, Check.VIP})
_LANGUAGES = (
    "en",
    "de",
    "es",
    "fr",
    "it",
    "pt",
    "nl",
    "pl",
    "da",
    "sv",
    "nb",
    "fi",
    "cs",
    "tr",
    "ru",
    "uk",
    "ar",
    "ja",
)


def choices_of(user: User) -> dict[str, Choices]:
    """Return what a rule of this person's organization may name, by kind; nine queries."""
    people = [(str(pk), name) for pk, name in _named(User.objects.visible_to(user).filter(is_active=True), "name")]
    teams = _strings(_named(Team.objects.filter(organization=user.organization_id), "name"))
    live = PositionVersion.objects.filter(organization=user.organization_id).live(timezone.now())
    positions = Position.objects.visible_to(user).filter(pk__in=live.values("position"))
    endpoints = Endpoint.objects.filter(organization=user.organization_id, active=True, shape=Shape.STANDARD)
    return {
        **_fixed(),
        "brand": _strings(_named(Brand.objects.filter(organization=user.organization_id), "name")),
        "channel": _strings(_named(Channel.objects.visible_to(user), "name")),
        "team": teams,
        "person": people,
        "assignee": [(NOBODY, _("Nobody")), (SOMEBODY, _("Somebody")), *people],
        "whom": [
            *((f"team:{pk}", _("Team %(name)s") % {"name": name}) for pk, name in teams),
            *((f"person:{pk}", name) for pk, name in people),
        ],
        "position": _strings(_named(positions, "question")),
        "named_status": _strings(NamedStatus.objects.visible_to(user).in_order().values_list("pk", "name")),
        "field": list(CustomField.objects.visible_to(user).in_use().values_list("key", "name")),
        "macro": _macros(user),
        "endpoint": _strings(_named(endpoints, "name")),
    }


def names_of(ids: Mapping[str, set[str]]) -> dict[str, dict[str, str]]:
    """Return what these ids are called, by kind; one query for each kind that is named."""
    models: Mapping[str, tuple[QuerySet[Any], str]] = {
        "brand": (Brand.objects.all(), "name"),
        "channel": (Channel.objects.all(), "name"),
        "team": (Team.objects.all(), "name"),
        "person": (User.objects.get_queryset(), "name"),
        "position": (Position.objects.all(), "question"),
        "named_status": (NamedStatus.objects.all(), "name"),
        "macro": (Macro.objects.all(), "name"),
        "endpoint": (Endpoint.objects.all(), "name"),
    }
    named = {kind: dict(choices) for kind, choices in _fixed().items()}
    for kind, wanted in ids.items():
        if kind in models:
            rows, name = models[kind]
            found = rows.filter(pk__in=[pk for text in wanted if (pk := named_id(text))])
            named[kind] = dict(_strings(found.values_list("pk", name)))
    return named


def _fixed() -> dict[str, Choices]:
    return {
        "language": sorted(((code, _(LANG_INFO[code]["name"])) for code in _LANGUAGES), key=lambda one: one[1]),
        "sentiment": _strings(Sentiment.choices),
        "urgency": _strings(Urgency.choices),
        "network": _strings(Network.choices),
        "visibility": _strings(Visibility.choices),
        "priority": _strings(Priority.choices),
        "status": _strings(Status.choices),
        "verdict": _strings(Verdict.choices),
    }


def _macros(user: User) -> Choices:
    """Return the shared macros that don't name whoever runs them: that is nobody here."""
    shared = Macro.objects.visible_to(user).filter(Q(owner=None)).order_by("name", "pk")
    return [(str(macro.pk), macro.name) for macro in shared if not _names_me(macro)]


def _names_me(macro: Macro) -> bool:
    return any(step["do"] == StepKind.ASSIGN and step["to"] == ME for step in macro.steps)


def _named(rows: QuerySet[Any], name: str) -> list[tuple[int, str]]:
    return list(rows.order_by(name, "pk").values_list("pk", name))


def _strings(choices: object) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices]  # type: ignore[attr-defined]  # pairs
