"""What the search line offers while somebody types: names of tokens, their values, and recent searches."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from brandvoice.languages import base_language
from brandvoice.queries.scopes import scopes_in_use
from inbox.custom_fields import FieldKind
from inbox.models import CustomField, Network, Priority, RecentSearch, SurveyState, Verdict, Visibility
from inbox.models.custom_fields import KEY
from inbox.queries.lessons import languages_of, topics_of
from inbox.queries.moods import SENTIMENT_WORDS
from inbox.queries.search_places import people_called, token
from inbox.queries.search_tokens import FIELD, TOKENS, URGENCY_WORDS, Named

MOST = 8
SHORTEST = 2
LONGEST = 100
_WORD = re.compile(rf'(-?)([a-z-]+|field\.{KEY}):"?([^"]*)"?')
_STATES = (
    "open",
    "snoozed",
    "resolved",
    "unassigned",
    "assigned",
    "mine",
    "unanswered",
    "scheduled",
    "urgent",
    "due",
    "overdue",
    "vip",
)
_DAYS = ("today", "yesterday", "7d", "30d")
_DATED = ("after", "before", "on", "created-after", "created-before", "created-on")
# One that is typed by hand: a customer's page offers it.
_UNOFFERED = {"customer"}


@dataclass(frozen=True, slots=True)
class Completion:
    """What would stand in the line in place of the word; `more` says it in other words."""

    text: str
    more: str = ""


def recent_searches(user: User) -> Sequence[Completion]:
    """Return what the person has searched for lately, newest first."""
    mine = RecentSearch.objects.filter(user=user).order_by("-searched_at", "-pk")
    return [Completion(text) for text in mine.values_list("text", flat=True)[:MOST]]


def complete(word: str, user: User) -> Sequence[Completion]:
    """Return what a word may become that is still being typed: the name of a token, or the value of one."""
    word = word[:LONGEST].replace("\0", "")
    begun = _WORD.fullmatch(word)
    if begun is None:
        minus, name = ("-", word[1:]) if word.startswith("-") else ("", word)
        names = sorted((TOKENS.keys() | set(_DATED)) - _UNOFFERED)
        if FIELD.startswith(name.lower()[: len(FIELD)]):
            names += [f"{FIELD}{key}" for key in Named(user.organization_id or 0).fields]
        offered = [one for one in names if one.startswith(name.lower())] if len(name) >= SHORTEST else []
        return [Completion(f"{minus}{one}:") for one in offered[:MOST]]
    minus, name, value = begun.groups()
    if name == "from":
        return [Completion(f"{minus}{one.search}", one.name) for one in people_called(value.removeprefix("@"), user)]
    if name.startswith(FIELD):
        values = _of_field(Named(user.organization_id or 0).fields.get(name.removeprefix(FIELD)))
    elif name in _VALUES:
        values = _VALUES[name](user, Named(user.organization_id or 0))
    else:
        return []
    # Of several with commas between them, the last is being typed.
    before, comma, last = value.rpartition(",")
    found = _alike(last, values)
    return [Completion(f"{minus}{_written(name, f'{before}{comma}', one)}", more) for one, more in found[:MOST]]


def _of_field(field: CustomField | None) -> Iterable[tuple[str, str]]:
    """Return what can be asked of a field: its choices, and whether it is filled in."""
    if field is None:
        return ()
    choices = ("yes", "no") if field.kind == FieldKind.YES_NO else field.choices
    return _plain((*choices, "any", "none"))


def _written(name: str, before: str, value: str) -> str:
    return f"{name}:{before}{token('', value)[1:]}"


def _alike(begun: str, values: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return the values that hold what was typed, those that begin with it first."""
    wanted = begun.lower().removeprefix("@")
    holding = [pair for pair in values if wanted in f"{pair[0]} {pair[1]}".lower()]
    return sorted(holding, key=lambda pair: not pair[0].lower().startswith(wanted))


_Values = Callable[[User, Named], Iterable[tuple[str, str]]]


def _plain(values: Iterable[str]) -> Iterable[tuple[str, str]]:
    return [(value, "") for value in values]


def _languages(user: User, _named: Named) -> Iterable[tuple[str, str]]:
    names = {base_language(code): str(name) for code, name in settings.LANGUAGES}
    spoken = sorted(languages_of(user.organization_id or 0) - {""})
    return [(code, names.get(code, "")) for code in spoken]


def _scope(part: str) -> _Values:
    return lambda user, _named: _plain(getattr(scopes_in_use(user.organization_id or 0), part))


_VALUES: Mapping[str, _Values] = {
    "is": lambda _user, _named: _plain(_STATES),
    "has": lambda _user, _named: _plain(("file", "label")),
    "status": lambda _user, named: _plain(("open", "waiting", "resolved", *named.statuses)),
    "label": lambda _user, named: _plain(sorted(named.labels.values())),
    "assignee": lambda _user, named: _plain(("me", "nobody", *sorted(named.people.values()))),
    "team": lambda _user, named: _plain(sorted(named.teams.values())),
    "brand": lambda _user, named: _plain(sorted(named.brands.values())),
    "channel": lambda _user, named: _plain(sorted(named.channels.values())),
    "network": lambda _user, _named: [(value, str(label)) for value, label in Network.choices],
    "visibility": lambda _user, _named: [(value, str(label)) for value, label in Visibility.choices],
    "priority": lambda _user, _named: [(one.name.lower(), str(one.label)) for one in Priority],
    "feeling": lambda _user, _named: _plain(SENTIMENT_WORDS.values()),
    "csat": lambda _user, _named: [(one.value, str(one.label)) for one in (*Verdict, SurveyState.ASKED)],
    "urgency": lambda _user, _named: _plain(URGENCY_WORDS.values()),
    "topic": lambda user, _named: _plain(topics_of(user.organization_id or 0)),
    "language": _languages,
    "product": _scope("products"),
    "region": _scope("regions"),
    "audience": _scope("audiences"),
    **{name: lambda _user, _named: _plain(_DAYS) for name in _DATED},
}
