"""The conditions that search and saved views know: a token's name, what it takes, and what it asks of a ticket."""

from collections.abc import Callable, Mapping
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Brand, Team, User
from brandvoice.languages import base_language
from inbox.custom_fields import BadValue, FieldAbout
from inbox.models import (
    Attachment,
    Channel,
    Contact,
    CustomField,
    Identity,
    Label,
    NamedStatus,
    Priority,
    Status,
    Survey,
    SurveyState,
    Ticket,
    Urgency,
    Verdict,
    Visibility,
)
from inbox.models.channels import Network
from inbox.models.tickets import DueStage
from inbox.queries.moods import SENTIMENT_WORDS

# Of what can be meant, as many names as a refusal gives.
MOST_NAMED = 20
LONGEST_NUMBER = 19
# What a person may say of themselves, as `is:` and as `assignee:`.
# Before the key of a field of the organization's own.
FIELD = "field."
MINE = {"is": "mine", "assignee": "me"}


class NotUnderstood(Exception):
    """A token's value is none that it takes; says which it takes."""


class Named:
    """The names that an organization has given to things; each kind is read once, when it is first asked for."""

    def __init__(self, organization_id: int) -> None:
        self.organization_id = organization_id

    @cached_property
    def teams(self) -> dict[int, str]:
        """Return the teams' names."""
        return dict(Team.objects.filter(organization=self.organization_id).values_list("pk", "name"))

    @cached_property
    def brands(self) -> dict[int, str]:
        """Return the brands' names."""
        return dict(Brand.objects.filter(organization=self.organization_id).values_list("pk", "name"))

    @cached_property
    def channels(self) -> dict[int, str]:
        """Return the channels' names with their handles."""
        found = Channel.objects.filter(organization=self.organization_id).values_list("pk", "name", "handle")
        return {pk: f"{name} {handle}".strip() for pk, name, handle in found}

    @cached_property
    def people(self) -> dict[int, str]:
        """Return the colleagues' names."""
        return dict(User.objects.filter(organization=self.organization_id).values_list("pk", "name"))

    @cached_property
    def statuses(self) -> dict[str, int]:
        """Return the named statuses: their ids, by name in lower case."""
        found = NamedStatus.objects.filter(organization=self.organization_id).in_order().values_list("name", "pk")
        return {name.lower(): pk for name, pk in found}

    @cached_property
    def fields(self) -> dict[str, CustomField]:
        """Return the organization's own fields by key, archived ones too: what was filled in is still there."""
        found = CustomField.objects.filter(organization=self.organization_id).order_by("archived", "key")
        return {field.key: field for field in found}

    @cached_property
    def labels(self) -> dict[int, str]:
        """Return the labels."""
        return dict(Label.objects.filter(organization=self.organization_id).values_list("pk", "name"))


def _one_of(name: str, value: str, known: Mapping[str, Q]) -> Q:
    try:
        return known[value.lower()]
    except KeyError:
        raise _refusal(name, known) from None


def _refusal(name: str, allowed: Mapping[str, object] | list[str]) -> NotUnderstood:
    more = ", …" if len(allowed) > MOST_NAMED else ""
    words = ", ".join(list(allowed)[:MOST_NAMED]) + more
    return NotUnderstood(_("“%(name)s:” can be %(allowed)s.") % {"name": name, "allowed": words})


def _called(name: str, value: str, known: Mapping[int, str]) -> list[int]:
    """Return the ids of all whose name holds the text."""
    wanted = value.lower().removeprefix("@")
    found = [pk for pk, called in known.items() if wanted in called.lower()]
    if not found:
        raise _refusal(name, sorted(set(known.values())))
    return found


def _states(named: Named) -> Mapping[str, Q]:
    is_open = Q(status=Status.OPEN)
    vips = Contact.objects.filter(organization=named.organization_id, is_vip=True)
    return {
        "open": is_open,
        "snoozed": Q(status=Status.SNOOZED),
        "resolved": Q(status=Status.RESOLVED, is_spam=False),
        "spam": Q(is_spam=True),
        "unassigned": is_open & Q(assignee=None),
        "assigned": Q(assignee__isnull=False),
        # Understood before it comes here; named for the refusal of others.
        "mine": Q(),
        "unanswered": is_open & Q(awaiting_reply=True),
        "scheduled": Q(sends_at__isnull=False),
        "due": Q(due_stage__gt=DueStage.NOT_SOON) & ~Q(status=Status.RESOLVED),
        "overdue": Q(due_stage=DueStage.OVER) & ~Q(status=Status.RESOLVED),
        "vip": Q(contact__in=vips.values("pk")),
        "urgent": Q(urgency__gte=Urgency.SOON, awaiting_reply=True),
    }


_PRIORITIES = {priority.name.lower(): Q(priority=priority) for priority in Priority}
_FEELINGS = {word: Q(sentiment=value) for value, word in SENTIMENT_WORDS.items()}
# At least so urgent, while the customer waits: as the filter of the list has it.
_URGENCIES = {
    word: Q(urgency__gte=least, awaiting_reply=True)
    for word, least in {"in-turn": Urgency.IN_TURN, "soon": Urgency.SOON, "now": Urgency.NOW}.items()
}
URGENCY_WORDS = {Urgency.IN_TURN: "in-turn", Urgency.SOON: "soon", Urgency.NOW: "now"}


def _status(value: str, named: Named) -> Q:
    """Return the condition of a category, or of what an organization calls a part of it."""
    states = _states(named)
    plain = {"open": states["open"], "waiting": states["snoozed"], "resolved": states["resolved"]}
    return _one_of("status", value, plain | {name: Q(named_status=pk) for name, pk in named.statuses.items()})


def _assignee(value: str, named: Named) -> Q:
    if value.lower() == "nobody":
        return Q(assignee=None)
    return Q(assignee__in=_called("assignee", value, named.people))


def _from(value: str, named: Named) -> Q:
    return Q(identity__in=Identity.objects.filter(organization=named.organization_id).named(value).values("pk"))


def _customer(value: str, _named: Named) -> Q:
    if not (value.isascii() and value.isdigit() and len(value) < LONGEST_NUMBER):
        raise NotUnderstood(_("“customer:” takes the number at the end of the address of a customer’s page."))
    return Q(contact=int(value))


def _label(value: str, _named: Named) -> Q:
    # By name and not by ids: a word becomes a label when it is first put on a ticket.
    return Q(Exists(Label.objects.filter(tickets=OuterRef("pk"), name__iexact=value)))


def _has(value: str, _named: Named) -> Q:
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"))
    labels = Ticket.labels.through.objects.filter(ticket=OuterRef("pk"))
    return _one_of("has", value, {"file": Q(Exists(files)), "label": Q(Exists(labels))})


def field_condition(name: str, value: str, named: Named) -> Q:
    """Return the condition of `field.KEY:value`, of a ticket or of its customer; `any` and `none` ask if it is filled.

    A text is meant whole and as it is written: so an index answers.
    """
    field = named.fields.get(name.removeprefix(FIELD))
    if field is None:
        known = ", ".join(list(named.fields)[:MOST_NAMED]) or "–"
        raise NotUnderstood(_("There is no field “%(name)s”; there are: %(known)s.") % {"name": name, "known": known})
    asked = _of_field(field, value)
    if field.about == FieldAbout.TICKET:
        return asked
    return Q(contact__in=Contact.objects.filter(asked, organization=named.organization_id).values("pk"))


def _of_field(field: CustomField, value: str) -> Q:
    # The second half says that the index, which leaves out rows without fields, may be used.
    filled = Q(fields__has_key=field.key) & ~Q(fields={})
    if value.lower() in ("any", "none") and value.lower() not in {choice.lower() for choice in field.choices}:
        return filled if value.lower() == "any" else ~Q(fields__has_key=field.key)
    try:
        read = field.read(value)
    except BadValue as refusal:
        said = _("“%(name)s:” can be %(allowed)s.") % {"name": f"{FIELD}{field.key}", "allowed": refusal}
        raise NotUnderstood(said) from None
    return Q(fields__contains={field.key: read}) & ~Q(fields={})


def _verdict(value: str, _named: Named) -> Q:
    """Return the condition of what a customer has answered about the ticket."""
    of_ticket = Survey.objects.filter(ticket=OuterRef("pk"))
    known = {verdict: Q(Exists(of_ticket.with_verdict(verdict))) for verdict in Verdict.values}
    return _one_of("csat", value, known | {"asked": Q(Exists(of_ticket.filter(state=SurveyState.ASKED)))})


TOKENS: Mapping[str, Callable[[str, Named], Q]] = {
    "from": _from,
    "customer": _customer,
    "is": lambda value, named: _one_of("is", value, _states(named)),
    "status": _status,
    "label": _label,
    "has": _has,
    "assignee": _assignee,
    "team": lambda value, named: Q(team__in=_called("team", value, named.teams)),
    "brand": lambda value, named: Q(brand__in=_called("brand", value, named.brands)),
    "channel": lambda value, named: Q(channel__in=_called("channel", value, named.channels)),
    "network": lambda value, _named: _one_of(
        "network", value, {name: Q(channel__network=name) for name in Network.values}
    ),
    "visibility": lambda value, _named: _one_of(
        "visibility", value, {name: Q(visibility=name) for name in Visibility.values}
    ),
    "priority": lambda value, _named: _one_of("priority", value, _PRIORITIES),
    "topic": lambda value, _named: Q(topic__icontains=value),
    "language": lambda value, _named: Q(language=base_language(value[:10])),
    "feeling": lambda value, _named: _one_of("feeling", value, _FEELINGS),
    "urgency": lambda value, _named: _one_of("urgency", value, _URGENCIES),
    "csat": _verdict,
    "product": lambda value, _named: Q(product=value.lower()),
    "region": lambda value, _named: Q(contact__region=value.lower()),
    "audience": lambda value, _named: Q(contact__audience=value.lower()),
}
