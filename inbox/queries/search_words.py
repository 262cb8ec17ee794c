"""Reads what somebody typed to search: words, and tokens such as `from:@priya is:unassigned before:2026-10-01`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice.languages import base_language
from inbox.models import Attachment, Contact, Identity, Label, Status, Urgency
from inbox.models.channels import Network
from inbox.models.tickets import DueStage
from inbox.queries.moods import SENTIMENT_WORDS

LONGEST = 300
LONGEST_NUMBER = 19
_TOKEN = re.compile(r'(?<!\S)(-?)([a-z]+):("[^"]*"|\S+)')
_SENTIMENTS = {word: value for value, word in SENTIMENT_WORDS.items()}


class NotUnderstood(Exception):
    """A token's value is none that it takes; says which it takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for: words, conditions on tickets, a span of days, and what was not understood."""

    words: str
    tickets: tuple[Q, ...]
    since: datetime | None
    until: datetime | None
    problems: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was asked for."""
        return not (self.words or self.tickets or self.since or self.until or self.problems)


def read_search(text: str, user: User) -> Asked:
    """Return what was asked for; a token with an unknown name is words like any other."""
    text = text[:LONGEST].replace("\0", "")
    conditions, problems = [], []
    days: dict[str, datetime] = {}
    for token in _TOKEN.finditer(text):
        no, name, value = token[1], token[2], token[3].strip('"')
        try:
            if name in _DAYS and not no:
                days |= _DAYS[name](_day(name, value))
            elif name in TOKENS:
                found = TOKENS[name](value, user)
                conditions.append(~found if no else found)
        except NotUnderstood as error:
            problems.append(str(error))
    words = " ".join(_TOKEN.sub(_unless_known, text).split())
    return Asked(words, tuple(conditions), days.get("since"), days.get("until"), tuple(problems))


def _unless_known(token: re.Match[str]) -> str:
    return "" if token[2] in TOKENS or (token[2] in _DAYS and not token[1]) else token[0]


def _day(name: str, value: str) -> date:
    if value in ("today", "yesterday"):
        return timezone.localdate() - timedelta(days=value == "yesterday")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise NotUnderstood(
            _("“%(name)s:” takes a day such as 2026-10-01, today or yesterday.") % {"name": name}
        ) from error


def _begin(day: date, plus: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=plus), time.min))


_DAYS: Mapping[str, Callable[[date], dict[str, datetime]]] = {
    "before": lambda day: {"until": _begin(day)},
    "after": lambda day: {"since": _begin(day, 1)},
    "on": lambda day: {"since": _begin(day), "until": _begin(day, 1)},
}


def _one_of(name: str, value: str, known: Mapping[str, Q]) -> Q:
    try:
        return known[value.lower()]
    except KeyError:
        allowed = ", ".join(known)
        raise NotUnderstood(_("“%(name)s:” can be %(allowed)s.") % {"name": name, "allowed": allowed}) from None


def _states(user: User) -> Mapping[str, Q]:
    is_open = Q(status=Status.OPEN)
    return {
        "open": is_open,
        "snoozed": Q(status=Status.SNOOZED),
        "resolved": Q(status=Status.RESOLVED),
        "unassigned": is_open & Q(assignee=None),
        "assigned": Q(assignee__isnull=False),
        "mine": Q(assignee=user),
        "unanswered": is_open & Q(awaiting_reply=True),
        "due": Q(due_stage__gt=DueStage.NOT_SOON) & ~Q(status=Status.RESOLVED),
        "overdue": Q(due_stage=DueStage.OVER) & ~Q(status=Status.RESOLVED),
        "vip": Q(contact__in=Contact.objects.filter(organization=user.organization_id, is_vip=True).values("pk")),
        "urgent": Q(urgency__gte=Urgency.SOON, awaiting_reply=True),
    }


def _assignee(value: str, user: User) -> Q:
    if value.lower() in ("me", "nobody"):
        return Q(assignee=user) if value.lower() == "me" else Q(assignee=None)
    return Q(assignee__name__icontains=value.removeprefix("@"))


def _from(value: str, user: User) -> Q:
    return Q(identity__in=Identity.objects.filter(organization=user.organization_id).named(value).values("pk"))


def _customer(value: str, _user: User) -> Q:
    if not (value.isascii() and value.isdigit() and len(value) < LONGEST_NUMBER):
        raise NotUnderstood(_("“customer:” takes the number at the end of the address of a customer’s page."))
    return Q(contact=int(value))


def _label(value: str, _user: User) -> Q:
    return Q(Exists(Label.objects.filter(tickets=OuterRef("pk"), name__iexact=value)))


def _has(value: str, _user: User) -> Q:
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"))
    labels = Label.objects.filter(tickets=OuterRef("pk"))
    return _one_of("has", value, {"file": Q(Exists(files)), "label": Q(Exists(labels))})


TOKENS: Mapping[str, Callable[[str, User], Q]] = {
    "from": _from,
    "customer": _customer,
    "is": lambda value, user: _one_of("is", value, _states(user)),
    "label": _label,
    "assignee": _assignee,
    "team": lambda value, user: Q(team__name__icontains=value),
    "brand": lambda value, user: Q(brand__name__icontains=value),
    "network": lambda value, user: _one_of(
        "network", value, {name: Q(channel__network=name) for name in Network.values}
    ),
    "topic": lambda value, user: Q(topic__icontains=value),
    "language": lambda value, user: Q(language=base_language(value[:10])),
    "feeling": lambda value, user: _one_of(
        "feeling", value, {word: Q(sentiment=number) for word, number in _SENTIMENTS.items()}
    ),
    "has": _has,
}
