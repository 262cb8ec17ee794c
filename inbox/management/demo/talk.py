"""Plays the demo's conversations through the inbox's own actions, in the order in which they were had."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import count

from django.db import connection
from django.db.models import F, Max

from brandvoice.models import Status as VersionStatus
from brandvoice.models import Wording
from brandvoice.spans import Span
from inbox.actions.deliveries import lease_deliveries, report_status
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels, set_priority, snooze_ticket
from inbox.connectors.base import Author, IncomingMessage
from inbox.connectors.sandbox.models import Account, Post
from inbox.connectors.sandbox.network import say
from inbox.management.demo import clock
from inbox.management.demo.data import SaidData, ThreadData
from inbox.management.demo.people import Company
from inbox.models import Channel, Event, Message, Network, Priority, Status, Ticket

_MINUTE = timedelta(minutes=1)

# What a network says of a reply, where it says more than that it has it.
_OUTCOMES = {"email": ["sent", "delivered"], "whatsapp": ["sent", "delivered", "read"], "instagram": ["sent", "read"]}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does at a moment."""

    at: datetime
    do: Callable[[], object]


@dataclass
class Scene:
    """One conversation on its way through the inbox."""

    data: ThreadData
    key: str
    company: Company
    now: datetime
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def channel(self) -> Channel:
        """Return where it is had."""
        return self.company.channels[self.data["channel"]]

    @cached_property
    def ticket(self) -> Ticket:
        """Return the ticket that it became; actions read it afresh under their lock."""
        return Ticket.objects.get(channel=self.channel, thread_key=self.key)

    def acts(self) -> Iterator[Act]:
        """Yield what happens, first to last."""
        for index, said in enumerate(self.data["messages"]):
            at = self.now - said["ago"] * _MINUTE
            yield Act(at, partial(self._say, said, at))
            if index == 0:
                yield Act(at + _MINUTE / 2, self._sort)
            if "by" in said:
                yield Act(at + _MINUTE / 10, partial(self._settle, said))
        if self.data.get("status"):
            yield Act(at + _MINUTE, self._put_away)

    def _say(self, said: SaidData, at: datetime) -> None:
        if "note" in said:
            write_note(self.ticket, said["text"], by=self.company.people[said["note"]])
        elif "by" in said:
            self._reply(said)
        else:
            receive_messages(self.channel, [self._incoming(said, at)])

    def _incoming(self, said: SaidData, at: datetime) -> IncomingMessage:
        name, username, followers = self.data["who"]
        return IncomingMessage(
            external_id=self._posted(said, at),
            thread_key=self.key,
            author=Author(external_id=username, username=username, name=name, followers=followers or None),
            sent_at=at,
            text=said.get("text", ""),
            html=said.get("html", ""),
            subject=self.data.get("subject", ""),
            visibility=self.data["kind"],
            language=self.data["lang"],
        )

    def _posted(self, said: SaidData, at: datetime) -> str:
        """Return the network's id of a post; the sandbox's pages must show the post, too."""
        if self.channel.network != Network.SANDBOX:
            return f"{self.key}-{next(self.ids)}"
        name, username, _ = self.data["who"]
        account = Account.objects.get(handle=self.channel.handle)
        post = say(
            account, author=username, name=name, text=said["text"], visibility=self.data["kind"], thread=self.key
        )
        # There is nothing to announce: the inbox receives it here and now.
        Post.objects.filter(pk=post.pk).update(told_at=at)
        return str(post.pk)

    def _reply(self, said: SaidData) -> None:
        text, spans = said.get("text", "{signed}"), tuple[Span, ...]()
        if "use" in said:
            wording = self._wording(said["use"])
            signed = wording.text.format_map(said.get("fill", {}))
            start = text.index("{signed}")
            text = text.replace("{signed}", signed)
            spans = (Span(wording.pk, start, start + len(signed)),)
        reply = NewReply(text, self.data["kind"], seen=0, spans=spans, confirm_stale=True)
        send_reply(self.ticket, reply, by=self.company.people[said["by"]])

    def _settle(self, said: SaidData) -> None:
        """Play the connector: take the reply and say what became of it."""
        (delivery,) = lease_deliveries(self.channel, limit=1, seconds=60)
        outcomes = [said["outcome"]] if "outcome" in said else _OUTCOMES.get(self.channel.network, ["sent"])
        post = "" if "outcome" in said else f"{self.key}-{next(self.ids)}"
        for outcome in outcomes:
            report_status(delivery, outcome, external_id=post, words=said.get("words", ""))

    def _wording(self, position: str) -> Wording:
        """Return the signed wording of a position for this channel and language."""
        wordings = Wording.objects.filter(
            version__position__key=position,
            version__status=VersionStatus.SIGNED,
            organization=self.company.organization,
            language=self.data["lang"],
        )
        return wordings.for_channel(self.channel.network).order_by("-channel_kind")[0]

    def _sort(self) -> None:
        lead = self.company.lead
        if "labels" in self.data:
            set_labels(self.ticket, self.data["labels"], by=lead)
        if "priority" in self.data:
            set_priority(self.ticket, Priority[self.data["priority"].upper()], by=lead)
        if self.data.get("assign"):
            assign_ticket(self.ticket, self.company.people[self.data["assign"]], by=lead)

    def _put_away(self) -> None:
        assignee = self.company.people[self.data["assign"]]
        if self.data["status"] == Status.RESOLVED:
            resolve_ticket(self.ticket, by=assignee)
        else:
            snooze_ticket(self.ticket, self.now + self.data["snooze"] * _MINUTE, by=assignee)


def play_threads(threads: list[ThreadData], *, company: Company, now: datetime) -> None:
    """Let every conversation happen, all of them in one order of time."""
    scenes = [Scene(thread, f"demo-{number}", company, now) for number, thread in enumerate(threads, 1)]
    acts = sorted((act for scene in scenes for act in scene.acts()), key=lambda act: act.at)
    began = _newest_event()
    ends: list[int] = []
    for act in acts:
        with clock.set_to(act.at):
            act.do()
        ends.append(_newest_event())
    with connection.cursor() as cursor:
        starts = [began, *ends[:-1]]
        cursor.execute(_DATE_EVENTS, [starts, ends, [act.at for act in acts], company.organization.pk])
    _date_rows(company)


def _newest_event() -> int:
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


# Intake and the log take their time from the database, whose clock nobody sets back.
_DATE_EVENTS = """
UPDATE inbox_event e SET created_at = act.at
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS act(after, until, at)
WHERE e.id > act.after AND e.id <= act.until AND e.organization_id = %s
"""


def _date_rows(company: Company) -> None:
    """Let messages, tickets and customers have come when they wrote; some customers had written long before."""
    Message.objects.filter(organization=company.organization).update(created_at=F("sent_at"))
    with connection.cursor() as cursor:
        cursor.execute(_DATE_TICKETS, [company.organization.pk])
        cursor.execute(_DATE_CONTACTS, [company.organization.pk])


_DATE_TICKETS = """
UPDATE inbox_ticket t SET created_at = (SELECT min(sent_at) FROM inbox_message m WHERE m.ticket_id = t.id)
WHERE organization_id = %s
"""

_DATE_CONTACTS = """
UPDATE inbox_contact c
SET created_at = (SELECT min(created_at) FROM inbox_ticket t WHERE t.contact_id = c.id)
               - c.id * 37 %% 900 * interval '1 day'
WHERE organization_id = %s
"""
