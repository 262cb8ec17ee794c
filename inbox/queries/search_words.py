"""Reads what somebody typed to search: words, and tokens such as `from:@priya is:unassigned before:2026-10-01`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models.custom_fields import KEY
from inbox.queries.search_tokens import FIELD, MINE, TOKENS, Named, NotUnderstood, field_condition

LONGEST = 300
_TOKEN = re.compile(rf'(?<!\S)(-?)([a-z]+(?:-[a-z]+)?|field\.{KEY}):((?:"[^"]*"|[^\s"])+)')
# The parts of a value that commas divide; in quotes they don't.
_PART = re.compile(r'(?:"[^"]*"|[^,"])+')
_AGO = re.compile(r"(\d{1,4})d")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for: words, conditions on tickets, a span of days, and what was not understood."""

    words: str
    tickets: tuple[Q, ...]
    # True: the ticket is to be the person's own; False: it is not to be. Empty where nothing is said of that.
    mine: frozenset[bool]
    since: datetime | None
    until: datetime | None
    problems: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was asked for."""
        return not (self.words or self.tickets or self.mine or self.since or self.until or self.problems)

    def conditions(self, user: User) -> tuple[Q, ...]:
        """Return what is asked of a ticket, with whose it is to be; the days are asked of what was said."""
        whose = [Q(assignee=user) if mine else ~Q(assignee=user) for mine in self.mine]
        return (*self.tickets, *whose)

    @property
    def last_said(self) -> Q:
        """Return the span of days as a condition on the newest message."""
        since = Q(last_message_at__gte=self.since) if self.since else Q()
        return since & (Q(last_message_at__lt=self.until) if self.until else Q())


def read_search(text: str, named: Named) -> Asked:
    """Return what was asked for; a token with an unknown name is words like any other."""
    text = text[:LONGEST].replace("\0", "")
    conditions, problems, mine = list[Q](), list[str](), set[bool]()
    days: dict[str, datetime] = {}
    for token in _TOKEN.finditer(text):
        no, name, value = bool(token[1]), token[2], token[3]
        try:
            if name in _DAYS and not no:
                days |= _DAYS[name](_day(name, value.strip('"')))
            elif name in _CREATED:
                conditions.append(_negated(_CREATED[name](_day(name, value.strip('"'))), no))
            elif MINE.get(name) == value.lower():
                mine.add(not no)
            elif name in TOKENS or name.startswith(FIELD):
                conditions.append(_negated(_any_of(name, value, named), no))
        except NotUnderstood as error:
            problems.append(str(error))
    words = " ".join(_TOKEN.sub(_unless_known, text).split())
    asked = (tuple(conditions), frozenset(mine), days.get("since"), days.get("until"), tuple(problems))
    return Asked(words, *asked)


def changes_with_time(text: str) -> bool:
    """Return whether what is asked for means other days tomorrow."""
    dated = [token[3].strip('"') for token in _TOKEN.finditer(text) if token[2] in _DAYS or token[2] in _CREATED]
    return any(value in ("today", "yesterday") or _AGO.fullmatch(value) for value in dated)


def without_values(text: str, name: str, is_gone: Callable[[str], bool], instead: str) -> str:
    """Return what was typed without those values of a token that are gone; one left without any becomes `instead`."""

    def shortened(token: re.Match[str]) -> str:
        if token[2] != name:
            return token[0]
        parts = _PART.findall(token[3])
        left = [part for part in parts if not is_gone(part.replace('"', ""))]
        if len(left) == len(parts):
            return token[0]
        return f"{token[1]}{name}:{','.join(left)}" if left else f"{token[1]}{instead}"

    return _TOKEN.sub(shortened, text)


def _negated(found: Q, no: bool) -> Q:
    return ~found if no else found


def _any_of(name: str, value: str, named: Named) -> Q:
    """Return the condition of a token; what stands between commas is as good as the other."""
    found = Q()
    for part in _PART.findall(value):
        if MINE.get(name) == part.lower():
            raise NotUnderstood(
                _("“%(name)s:%(value)s” stands alone, without commas.") % {"name": name, "value": part.lower()}
            )
        value_said = part.replace('"', "")
        found |= field_condition(name, value_said, named) if name.startswith(FIELD) else TOKENS[name](value_said, named)
    return found


def _unless_known(token: re.Match[str]) -> str:
    known = (
        token[2] in TOKENS or token[2].startswith(FIELD) or token[2] in _CREATED or (token[2] in _DAYS and not token[1])
    )
    return "" if known else token[0]


def _day(name: str, value: str) -> date:
    if value in ("today", "yesterday"):
        return timezone.localdate() - timedelta(days=value == "yesterday")
    if ago := _AGO.fullmatch(value):
        return timezone.localdate() - timedelta(days=int(ago[1]))
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise NotUnderstood(
            _("“%(name)s:” takes a day such as 2026-10-01, today, yesterday or 7d (days ago).") % {"name": name}
        ) from error


def _begin(day: date, plus: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=plus), time.min))


_DAYS: Mapping[str, Callable[[date], dict[str, datetime]]] = {
    "before": lambda day: {"until": _begin(day)},
    "after": lambda day: {"since": _begin(day, 1)},
    "on": lambda day: {"since": _begin(day), "until": _begin(day, 1)},
}
_CREATED: Mapping[str, Callable[[date], Q]] = {
    "created-before": lambda day: Q(created_at__lt=_begin(day)),
    "created-after": lambda day: Q(created_at__gte=_begin(day, 1)),
    "created-on": lambda day: Q(created_at__gte=_begin(day), created_at__lt=_begin(day, 1)),
}
