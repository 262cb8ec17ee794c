"""Counts the log of the database the plain way: everything read at once, nothing kept, nothing taken back.

What `inbox.actions.rollups` keeps must come to the same.
"""

import math
from collections import Counter, defaultdict
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from accounts.models import Organization
from inbox.models import Event, Message, RollupDay, RollupHour, RollupMonth, Span, Survey
from inbox.rollup_facts import COUNTS, TIMES

UNITS = {RollupHour: "hour", RollupDay: "day", RollupMonth: "month"}
FEELINGS = {1: "positive", 0: "neutral", -1: "negative"}
# What was said in one ticket and moved to another counts where it was said.
SAID = {"message.received", "message.seen_on_network", "reply.queued", "reply.approved"}
DELIVERY = {
    f"delivery.{name}": "delivery"
    for name in ("failed", "cancelled", "retried", "settled", "sent", "delivered", "read")
}
URGENCIES = {0: "whenever", 1: "in_turn", 2: "soon", 3: "at_once"}


def kept(model):
    """Return what the rollups hold, by the names of their rows; rows and classes of nothing left out."""
    when = UNITS[model]
    found = {}
    for row in model.objects.all():
        cells = Counter({name: getattr(row, name) for name in COUNTS})
        cells.update({(name, at): number for name in TIMES for at, number in enumerate(getattr(row, name))})
        cells = {cell: number for cell, number in cells.items() if number}
        if cells:
            found[(row.organization_id, row.brand_id, getattr(row, when), row.kind, row.value)] = cells
    return found


def recounted(model):
    """Return the same, counted from the log."""
    zones = {pk: ZoneInfo(name) for pk, name in Organization.objects.values_list("pk", "time_zone")}
    rows = defaultdict(Counter)
    for fact in _facts():
        hour = fact.at.replace(minute=0, second=0, microsecond=0)
        when = place(model, hour, zones[fact.organization])
        for kind, values in {"all": [""], **fact.cuts}.items():
            for value in values:
                rows[(fact.organization, fact.brand, when, kind, value)].update(fact.cells)
    return {row: dict(cells) for row, cells in rows.items()}


def place(model, hour, zone):
    """Return the hour, or the day or first of the month that it begins in by a clock."""
    day = hour.astimezone(zone).date()
    return {RollupHour: hour, RollupDay: day, RollupMonth: day.replace(day=1)}[model]


def _facts():
    """Yield all that counts in the end, each with its moment, its values and its cells."""
    log = list(Event.objects.exclude(ticket=None).select_related("ticket").order_by("transaction", "pk"))
    log.sort(key=lambda event: (int(event.transaction), event.pk))
    messages = Message.objects.in_bulk()
    positions = defaultdict(set)
    for message, position in Span.objects.exclude(message=None).values_list("message", "version__position"):
        positions[message].add(str(position))
    yield from (_question(one) for one in _said(log, messages).values() if not one.spam)
    tickets, homes, surveys = defaultdict(list), {}, Survey.objects.in_bulk()
    for event in log:
        if event.kind in SAID:
            homes.setdefault(event.message_id, event.ticket_id)
        tickets[homes.get(event.message_id, event.ticket_id)].append(event)
    for events in tickets.values():
        yield from Walk(messages, positions, surveys).facts(events)


def _question(one):
    cells = ["asked", *(["opened"] if one.opens else [])]
    cells += [FEELINGS[one.sentiment]] if one.sentiment is not None else []
    cells += [URGENCIES[one.urgency]] if one.urgency is not None else []
    names = ("channel", "team", "language", "region", "topic")
    cuts = {name: [getattr(one, name)] for name in names}
    return SimpleNamespace(at=one.at, organization=one.organization, brand=one.brand, cuts=cuts, cells=cells)


def _said(log, messages):
    """Return every customer's message as it stands at the end of the log."""
    said, spam, opened = {}, {}, set()
    for event in log:
        spam[event.ticket_id] = {"ticket.marked_spam": True, "ticket.unmarked_spam": False}.get(
            event.kind, spam.get(event.ticket_id, False)
        )
        if event.kind == "message.received":
            one = said[event.message_id] = unread(event.message_id, event.facts.get("region", ""))
            one.at, one.organization, one.brand = event.created_at, event.organization_id, event.ticket.brand_id
            one.channel, one.team = str(messages[event.message_id].channel_id), str(event.team_id)
            one.ticket, one.opens = event.ticket_id, event.ticket_id not in opened
            opened.add(event.ticket_id)
        elif event.message_id in said:
            read(said[event.message_id], event)
    for one in said.values():
        one.spam = spam[one.ticket]
    return said


def read(one, event):
    """Let a message be what an event says of it."""
    facts = event.facts
    if event.kind == "message.enriched":
        one.language, one.topic = facts.get("language", ""), facts.get("topic", "")
        one.sentiment, one.urgency = facts.get("sentiment"), facts.get("urgency")
    elif event.kind == "reading.corrected":
        number = facts["about"] in ("sentiment", "urgency")
        setattr(one, facts["about"], (int(facts["right"]) if facts["right"] else None) if number else facts["right"])


class Walk:
    """A ticket's replies, first reply and resolutions, from a walk through its events."""

    def __init__(self, messages, positions, surveys):
        self.messages, self.positions = messages, positions
        self.now, self.replies, self.resolutions, self.first = unread(None), {}, [], None
        self.known = {}
        self.asked_at = self.round_at = None
        self.surveys = surveys
        self.ratings = {}

    def facts(self, events):
        for event in events:
            self.base = {
                "at": event.created_at,
                "organization": event.organization_id,
                "brand": event.ticket.brand_id,
            }
            self.places = {"channel": [str(event.ticket.channel_id)], "team": [str(event.team_id)]}
            getattr(self, f"on_{DELIVERY.get(event.kind, event.kind).replace('.', '_')}", self.nothing)(event)
        return [*self.out_in_the_end(), *self.resolved_in_the_end(), *self.ratings.values()]

    def nothing(self, event):
        pass

    def on_message_received(self, event):
        self.now = self.known[event.message_id] = unread(event.message_id, event.facts.get("region", ""))
        self.asked_at, self.round_at = self.asked_at or event.created_at, self.round_at or event.created_at
        for reply in self.replies.values():
            reply.next = reply.next or event.message_id

    def on_message_enriched(self, event):
        message = event.message_id
        one = self.known.setdefault(message, unread(message))
        read(one, event)
        counted = (*self.replies.values(), *filter(None, [self.first]), *self.resolutions[-1:], *self.ratings.values())
        for fact in counted:
            if fact.asked == message:
                fact.cuts = fact.cuts | {name: [getattr(one, name)] for name in ("language", "topic")}
        for reply in self.replies.values():
            if reply.shift is None:
                reply.before = one.sentiment if reply.asked == message else reply.before
                if reply.next == message and None not in (reply.before, one.sentiment):
                    reply.shift = (one.sentiment > reply.before) - (one.sentiment < reply.before)

    on_reading_corrected = on_message_enriched

    def on_reply_queued(self, event):
        message, ours = event.message_id, self.messages[event.message_id]
        if message in self.replies:
            return
        cuts = self.spoken() | {"channel": [str(ours.channel_id)], "agent": [str(ours.user_id or "")]}
        cuts |= {"purpose": [ours.purpose], "position": sorted(self.positions[message]) or [""]}
        reply = SimpleNamespace(**self.base, cuts=cuts, asked=self.now.message, before=self.now.sentiment)
        reply.message, reply.next, reply.shift, reply.out = message, None, None, True
        self.replies[message], reply.went = reply, event.created_at
        self.find_first()

    on_message_seen_on_network = on_reply_approved = on_reply_queued

    def on_delivery(self, event):
        reply = self.replies[event.message_id]
        was, reply.out = reply.out, event.facts["state"] not in ("failed", "cancelled", "waiting")
        reply.went = event.created_at if reply.out and not was else reply.went
        if self.first and self.first.message == reply.message and not reply.out:
            self.first = None
        self.find_first()

    def find_first(self):
        out = [one for one in self.replies.values() if one.out and self.asked_at and one.went >= self.asked_at]
        if self.first is None and out:
            self.first = SimpleNamespace(**vars(out[0]) | {"at": out[0].went})
            self.first.seconds = (self.first.at - self.asked_at).total_seconds()

    def on_ticket_resolved(self, event):
        cuts = self.spoken() | {"agent": [str(event.actor_id or "")]}
        if last := next((reply for reply in reversed(self.replies.values()) if reply.out), None):
            cuts |= {"purpose": last.cuts["purpose"], "position": last.cuts["position"]}
        took = (event.created_at - self.round_at).total_seconds() if self.round_at else None
        done = SimpleNamespace(**self.base, cuts=cuts, asked=self.now.message, seconds=took, reopened=False)
        self.resolutions.append(done)
        self.round_at, self.asked_at = None, self.asked_at if self.first else None

    def on_ticket_unanswered(self, event):
        self.round_at = self.round_at or event.created_at

    on_correction_asked = on_ticket_unanswered

    def on_ticket_reopened(self, event):
        self.on_ticket_unanswered(event)
        if self.resolutions:
            self.resolutions[-1].reopened = True

    def on_survey_answered(self, event):
        asked = self.surveys[event.facts["survey"]]
        last = self.resolutions[-1].cuts if self.resolutions else {}
        cuts = self.spoken() | {name: last.get(name, [""]) for name in ("purpose", "position")}
        cuts |= {"channel": [str(asked.channel_id)], "team": [str(asked.team_id or "")]}
        cuts |= {"agent": [str(asked.person_id or "")]}
        cells = ["rated", *(["content"] if event.facts["score"] > 3 else [])]
        self.ratings[asked.pk] = SimpleNamespace(**self.base, cuts=cuts, asked=self.now.message, cells=cells)

    def on_target_fulfilled(self, event):
        last = self.resolutions[-1] if self.resolutions else None
        span = {"first_reply": self.first, "resolution": last}.get(event.facts["metric"])
        if span and span.seconds is not None:
            span.seconds = event.facts["used"]

    def spoken(self):
        return self.places | {name: [getattr(self.now, name)] for name in ("language", "region", "topic")}

    def out_in_the_end(self):
        for reply in self.replies.values():
            if reply.out:
                shift = [] if reply.shift is None else [("same", "better", "worse")[reply.shift]]
                reply.cells = ["replies", *(["signed"] if reply.cuts["position"] != [""] else []), *shift]
                yield reply

    def resolved_in_the_end(self):
        if self.first:
            self.first.cells = [("first_reply", class_of(self.first.seconds))]
            yield self.first
        for done in self.resolutions:
            done.cells = ["resolved", *(["reopened"] if done.reopened else [])]
            done.cells += [] if done.seconds is None else [("resolution", class_of(done.seconds))]
            yield done


def unread(message, region=""):
    """Return a message of which nothing is known but where its customer lives."""
    return SimpleNamespace(message=message, region=region, language="", topic="", sentiment=None, urgency=None)


def class_of(seconds):
    """Return the class of a time: 0 below half a minute, then one for each √2, up to 23 days."""
    return 0 if seconds < 30 else min(33, math.floor(2 * math.log2(seconds / 30) + 1e-9) + 1)
