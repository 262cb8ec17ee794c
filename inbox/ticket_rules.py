"""What an automation rule is made of, and whether a ticket meets its conditions: plain data, and no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from brandvoice.terms import find_term
from inbox.custom_fields import Value, one_line

# A change may lead to another so often; what would follow is cut off, and said.
MOST_IN_A_CHAIN = 5
NOBODY, SOMEBODY = "nobody", "somebody"


class Trigger(TextChoices):
    """What makes a rule look at a ticket."""

    CREATED = "created", _("A ticket is created")
    RECEIVED = "received", _("A customer’s message comes in")
    READ = "read", _("Feeling and urgency of a message were read")
    REPLIED = "replied", _("A reply is sent")
    NOTED = "noted", _("A note is written")
    ASSIGNED = "assigned", _("A ticket is assigned")
    UNASSIGNED = "unassigned", _("A ticket is given back")
    MOVED = "moved", _("The status changes")
    PRIORITISED = "prioritised", _("The priority changes")
    LABELLED = "labelled", _("The labels change")
    DUE_SOON = "due_soon", _("A deadline is near")
    OVERDUE = "overdue", _("A deadline is over")
    RATED = "rated", _("A customer answers a survey")
    SINCE_CREATED = "since_created", _("Hours have passed since it was created")
    SINCE_CUSTOMER = "since_customer", _("Hours have passed since the customer’s last message")
    SINCE_REPLY = "since_reply", _("Hours have passed since our last reply")
    SINCE_RESOLVED = "since_resolved", _("Hours have passed since it was resolved")
    SINCE_UNASSIGNED = "since_unassigned", _("Hours have passed in which nobody had it")


# Which kinds of event are which occasion.
HAPPENED: Mapping[str, Trigger] = {
    "ticket.created": Trigger.CREATED,
    "message.received": Trigger.RECEIVED,
    "message.enriched": Trigger.READ,
    "reply.queued": Trigger.REPLIED,
    "reply.approved": Trigger.REPLIED,
    "note.written": Trigger.NOTED,
    "ticket.assigned": Trigger.ASSIGNED,
    "ticket.unassigned": Trigger.UNASSIGNED,
    "ticket.resolved": Trigger.MOVED,
    "ticket.reopened": Trigger.MOVED,
    "ticket.snoozed": Trigger.MOVED,
    "ticket.woken": Trigger.MOVED,
    "ticket.status_named": Trigger.MOVED,
    "ticket.prioritised": Trigger.PRIORITISED,
    "ticket.labelled": Trigger.LABELLED,
    "target.warned": Trigger.DUE_SOON,
    "target.breached": Trigger.OVERDUE,
    "survey.answered": Trigger.RATED,
}
# From which kinds of event on the hours are counted; a later one begins anew.
BEGINS: Mapping[Trigger, frozenset[str]] = {
    Trigger.SINCE_CREATED: frozenset({"ticket.created"}),
    Trigger.SINCE_CUSTOMER: frozenset({"message.received"}),
    Trigger.SINCE_REPLY: frozenset({"reply.queued", "reply.approved", "message.seen_on_network"}),
    Trigger.SINCE_RESOLVED: frozenset({"ticket.resolved"}),
    Trigger.SINCE_UNASSIGNED: frozenset({"ticket.created", "ticket.unassigned"}),
}
KINDS = frozenset(HAPPENED) | frozenset().union(*BEGINS.values())


class Check(TextChoices):
    """What a condition asks of a ticket."""

    TEXT_ANY = "text_any", _("The text has one of the words")
    TEXT_ALL = "text_all", _("The text has all the words")
    TEXT_PHRASE = "text_phrase", _("The text has the phrase")
    LANGUAGE = "language", _("The language is")
    SENTIMENT = "sentiment", _("The feeling is")
    URGENCY = "urgency", _("The urgency is at least")
    TOPIC = "topic", _("The topic is")
    LABEL = "label", _("It has one of the labels")
    BRAND = "brand", _("The brand is")
    CHANNEL = "channel", _("The channel is")
    NETWORK = "network", _("The network is")
    VISIBILITY = "visibility", _("The customer wrote in")
    TEAM = "team", _("The team is")
    ASSIGNEE = "assignee", _("It is assigned to")
    PRIORITY = "priority", _("The priority is")
    PRIORITY_LEAST = "priority_least", _("The priority is at least")
    STATUS = "status", _("The status is")
    NAMED_STATUS = "named_status", _("The status of our own is")
    VERDICT = "verdict", _("The customer’s answer to the survey is")
    AWAITING = "awaiting", _("It waits for our answer")
    WORKING = "working", _("It is the team’s working time")
    VIP = "vip", _("The customer is a VIP")
    AUDIENCE = "audience", _("The customer’s audience is")
    REGION = "region", _("The customer’s region is")
    PRODUCT = "product", _("The product is")
    FIELD = "field", _("A custom field is (key: value)")
    FOLLOWERS = "followers", _("The customer’s followers are at least")
    WAS_STATUS = "was_status", _("Before the change the status was")
    WAS_PRIORITY = "was_priority", _("Before the change the priority was")
    WAS_ASSIGNEE = "was_assignee", _("Before the change it was assigned to")
    ADDED = "added", _("The change put on one of the labels")
    REMOVED = "removed", _("The change took off one of the labels")


class Join(TextChoices):
    """Whether all of several must hold, or one is enough."""

    ALL = "all", _("all of these")
    ANY = "any", _("one of these")


class Test(TypedDict, total=False):
    """One condition; with `no` it must not hold. `value` is a word, some with commas between, a number or an id."""

    check: str
    no: bool
    value: str


class Group(TypedDict):
    """Conditions that are looked at together."""

    join: str
    tests: list[Test]


class Conditions(TypedDict):
    """Groups of conditions; without any, every ticket meets them."""

    join: str
    groups: list[Group]


class ActionKind(TextChoices):
    """What a rule does."""

    ASSIGN = "assign", _("Assign")
    TEAM = "team", _("Give to a team")
    PRIORITY = "priority", _("Set the priority")
    ADD_LABELS = "add_labels", _("Add labels")
    REMOVE_LABELS = "remove_labels", _("Remove labels")
    OPEN = "open", _("Open")
    SNOOZE = "snooze", _("Snooze")
    RESOLVE = "resolve", _("Resolve")
    STATUS = "status", _("Set the status")
    NOTE = "note", _("Write a note")
    NOTIFY = "notify", _("Notify")
    FOLLOW = "follow", _("Have somebody follow it")
    MACRO = "macro", _("Run a macro")
    ANSWER = "answer", _("Answer with signed wording")
    CALL = "call", _("Call a webhook")


# Of whom each asks, at the moment it is written and whenever it runs: the rule's author.
PERMISSION_FOR: Mapping[str, str] = {
    ActionKind.ASSIGN: "ticket.assign_others",
    ActionKind.TEAM: "ticket.change",
    ActionKind.PRIORITY: "ticket.change",
    ActionKind.ADD_LABELS: "ticket.change",
    ActionKind.REMOVE_LABELS: "ticket.change",
    ActionKind.OPEN: "ticket.change",
    ActionKind.SNOOZE: "ticket.change",
    ActionKind.RESOLVE: "ticket.change",
    ActionKind.STATUS: "ticket.change",
    ActionKind.NOTE: "note.write",
    ActionKind.NOTIFY: "note.write",
    ActionKind.FOLLOW: "note.write",
    ActionKind.MACRO: "macro.own",
    ActionKind.ANSWER: "reply.send",
    ActionKind.CALL: "key.manage",
}


class Action(TypedDict, total=False):
    """One action as it is stored: what it does, and what that kind needs."""

    do: str
    text: str
    labels: list[str]
    priority: int
    # NOBODY, or the id of a person in digits.
    to: str
    # "person:7" or "team:3".
    whom: str
    team: int
    hours: int
    # The id of a status that the organization has named.
    status: int
    macro: int
    position: int
    endpoint: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket as far as conditions ask, and what the event says that a rule answers to."""

    text: str = ""
    language: str = ""
    sentiment: int | None = None
    urgency: int | None = None
    topic: str = ""
    labels: frozenset[str] = frozenset()
    brand: int = 0
    channel: int = 0
    network: str = ""
    visibility: str = ""
    team: int = 0
    assignee: int | None = None
    priority: int = 0
    status: str = ""
    named_status: int | None = None
    # What the customer answered last: 1 to 5.
    score: int | None = None
    awaiting: bool = False
    working: bool = True
    vip: bool = False
    audience: str = ""
    region: str = ""
    product: str = ""
    followers: int | None = None
    # What is filled in of the organization's own fields, by key: of the ticket, and of its customer.
    fields: Mapping[str, Value] = field(default_factory=dict)
    customer_fields: Mapping[str, Value] = field(default_factory=dict)
    was: Mapping[str, object] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


def holds(conditions: Conditions, facts: Facts) -> bool:
    """Return whether a ticket meets the conditions; in time linear in its text."""
    groups = [_join(group["join"], [_meets(test, facts) for test in group["tests"]]) for group in conditions["groups"]]
    return _join(conditions["join"], groups)


def asks_for_hours(conditions: Conditions) -> bool:
    """Return whether a condition asks if it is working time, which is looked up only then."""
    return any(test["check"] == Check.WORKING for group in conditions["groups"] for test in group["tests"])


def words_in(value: str) -> list[str]:
    """Return what stands between commas, each once."""
    return list(dict.fromkeys(" ".join(word.split()) for word in value.split(",") if word.strip()))


def _join(join: str, results: Sequence[bool]) -> bool:
    return not results or (any(results) if join == Join.ANY else all(results))


def _meets(test: Test, facts: Facts) -> bool:
    return _CHECKS[test["check"]](test.get("value", ""), facts) != test.get("no", False)


def _stands(term: str, facts: Facts) -> bool:
    return any(True for _place in find_term(term, facts.language, facts.text))


def _is_one(value: str, known: str) -> bool:
    return known.casefold() in {word.casefold() for word in words_in(value)}


def _has_one(value: str, labels: frozenset[str]) -> bool:
    return bool({word.casefold() for word in words_in(value)} & {label.casefold() for label in labels})


def _is_person(value: str, person: object) -> bool:
    return {NOBODY: person is None, SOMEBODY: person is not None}.get(value, str(person) == value)


def _has_field(value: str, facts: Facts) -> bool:
    """Return whether the field of this key is this value, or holds it among its choices."""
    key, _colon, wanted = value.partition(":")
    held = {**facts.customer_fields, **facts.fields}.get(key.strip())
    texts = held if isinstance(held, list) else [] if held is None else [held]
    said = [("no", "yes")[one] if isinstance(one, bool) else str(one) for one in texts]
    return one_line(wanted).casefold() in {one_line(one).casefold() for one in said}


def _is_least(value: str, number: int | None) -> bool:
    return number is not None and number >= int(value)


_VERDICTS: Mapping[int | None, str] = {1: "bad", 2: "bad", 3: "neutral", 4: "good", 5: "good"}
_CHECKS: Mapping[str, Callable[[str, Facts], bool]] = {
    Check.TEXT_ANY: lambda value, facts: any(_stands(word, facts) for word in words_in(value)),
    Check.TEXT_ALL: lambda value, facts: all(_stands(word, facts) for word in words_in(value)),
    Check.TEXT_PHRASE: lambda value, facts: _stands(value, facts),
    Check.LANGUAGE: lambda value, facts: _is_one(value, facts.language),
    Check.SENTIMENT: lambda value, facts: str(facts.sentiment) == value,
    Check.URGENCY: lambda value, facts: _is_least(value, facts.urgency),
    Check.TOPIC: lambda value, facts: _is_one(value, facts.topic),
    Check.LABEL: lambda value, facts: _has_one(value, facts.labels),
    Check.BRAND: lambda value, facts: str(facts.brand) == value,
    Check.CHANNEL: lambda value, facts: str(facts.channel) == value,
    Check.NETWORK: lambda value, facts: facts.network == value,
    Check.VISIBILITY: lambda value, facts: facts.visibility == value,
    Check.TEAM: lambda value, facts: str(facts.team) == value,
    Check.ASSIGNEE: lambda value, facts: _is_person(value, facts.assignee),
    Check.PRIORITY: lambda value, facts: str(facts.priority) == value,
    Check.PRIORITY_LEAST: lambda value, facts: _is_least(value, facts.priority),
    Check.STATUS: lambda value, facts: facts.status == value,
    Check.NAMED_STATUS: lambda value, facts: str(facts.named_status) == value,
    Check.VERDICT: lambda value, facts: _VERDICTS.get(facts.score) == value,
    Check.AWAITING: lambda _value, facts: facts.awaiting,
    Check.WORKING: lambda _value, facts: facts.working,
    Check.VIP: lambda _value, facts: facts.vip,
    Check.AUDIENCE: lambda value, facts: _is_one(value, facts.audience),
    Check.REGION: lambda value, facts: _is_one(value, facts.region),
    Check.PRODUCT: lambda value, facts: _is_one(value, facts.product),
    Check.FIELD: _has_field,
    Check.FOLLOWERS: lambda value, facts: _is_least(value, facts.followers),
    Check.WAS_STATUS: lambda value, facts: facts.was.get("status") == value,
    Check.WAS_PRIORITY: lambda value, facts: str(facts.was.get("priority")) == value,
    Check.WAS_ASSIGNEE: lambda value, facts: "assignee" in facts.was and _is_person(value, facts.was["assignee"]),
    Check.ADDED: lambda value, facts: _has_one(value, facts.added),
    Check.REMOVED: lambda value, facts: _has_one(value, facts.removed),
}
