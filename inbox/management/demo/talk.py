"""Plays the demo's conversations through the inbox's own actions, in the order in which they were had."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import count

from django.db import connection
from django.db.models import F

from brandvoice.models import Position, Wording
from brandvoice.models import Status as VersionStatus
from brandvoice.models.wordings import WordingQuerySet
from brandvoice.queries.suggest import ONE_FROM
from brandvoice.spans import Span
from inbox.actions.attachments import NewFile
from inbox.actions.deliveries import report_status
from inbox.actions.messages import receive_messages
from inbox.actions.offers import record_offers
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.sending_files import PickedFile
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels, set_priority, snooze_ticket
from inbox.actions.uploads import add_upload
from inbox.connectors.base import Author, IncomingMessage
from inbox.connectors.sandbox.models import Account, Post
from inbox.connectors.sandbox.network import say
from inbox.management.demo import FOLDER, clock
from inbox.management.demo.data import SaidData, ThreadData
from inbox.management.demo.people import Company
from inbox.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Network,
    OfferState,
    Priority,
    Status,
    Ticket,
)
from inbox.queries.later import MORNING, clock_there
from inbox.queries.offers import Seal, Seen

_MINUTE = timedelta(minutes=1)
# How likely the voice found what was offered.
_LIKELY = (0.97, 0.91, 0.86, 0.72, 0.94)

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
        if "later" in self.data:
            yield Act(at + _MINUTE, partial(self._answer_later, self.data["later"]))
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
        self._offer(said)
        if "use" in said:
            wording = self._wording(said["use"])
            signed = wording.text.format_map(said.get("fill", {})).replace(*said.get("edit", ("", "")))
            start = text.index("{signed}")
            text = text.replace("{signed}", signed)
            spans = (Span(wording.pk, start, start + len(signed)),)
        reply = NewReply(text, self.data["kind"], seen=0, spans=spans, files=self._picture(said), confirm_stale=True)
        send_reply(self.ticket, reply, by=self.company.people[said["by"]])

    def _answer_later(self, text: str) -> None:
        """Have whoever has the ticket write a reply for tomorrow morning."""
        tomorrow = clock_there(self.company.organization) + timedelta(days=1)
        morning = tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        reply = NewReply(text, self.data["kind"], seen=0, send_at=morning, confirm_stale=True)
        send_reply(self.ticket, reply, by=self.company.people[self.data["assign"]])

    def _picture(self, said: SaidData) -> tuple[PickedFile, ...]:
        """Have the agent attach what goes along."""
        if "picture" not in said:
            return ()
        file = NewFile(said["picture"], (FOLDER / said["picture"]).read_bytes())
        upload = add_upload(self.ticket, file, by=self.company.people[said["by"]])
        return (PickedFile(upload.pk, said.get("alt", "")),)

    def _offer(self, said: SaidData) -> None:
        """Have the agent see what the voice column would have shown, before they answer."""
        position = said.get("use", said.get("refused"))
        if position is None:
            offers = [Seen(None, OfferState.NONE)]
        else:
            likely = _LIKELY[self.ticket.number % len(_LIKELY)]
            state = OfferState.ONE if likely >= ONE_FROM else OfferState.CHOOSE
            offers = [Seen(self._wording(position).pk, state, 1, likely)]
            offers += [Seen(pk, state, 2, 1 - likely) for pk in self._beside(position) if state == OfferState.CHOOSE]
        asked = self.ticket.messages.filter(direction=Direction.INBOUND).latest("sent_at", "pk")
        record_offers(self.ticket, Seal(asked.pk, tuple(offers)), by=self.company.people[said["by"]])

    def _beside(self, position: str) -> list[int]:
        """Return another wording about the same topic, where there is one."""
        topic = Position.objects.get(organization=self.company.organization, key=position).topic
        others = self._wordings().filter(version__position__topic=topic).exclude(version__position__key=position)
        return list(others.order_by("pk").values_list("pk", flat=True)[:1])

    def _settle(self, said: SaidData) -> None:
        """Play the connector: say what became of the reply."""
        delivery = Delivery.objects.filter(ticket=self.ticket).latest("pk")
        outcomes = [said["outcome"]] if "outcome" in said else _OUTCOMES.get(self.channel.network, ["sent"])
        post = "" if "outcome" in said else f"{self.key}-{next(self.ids)}"
        for outcome in outcomes:
            report_status(delivery, outcome, external_id=post, words=said.get("words", ""))

    def _wording(self, position: str) -> Wording:
        """Return the signed wording of a position for this channel and language."""
        return self._wordings().filter(version__position__key=position).order_by("-channel_kind")[0]

    def _wordings(self) -> WordingQuerySet:
        wordings = Wording.objects.filter(
            version__status=VersionStatus.SIGNED,
            organization=self.company.organization,
            language=self.data["lang"],
        )
        return wordings.for_channel(self.channel.network)

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
    for act in acts:
        with clock.set_to(act.at):
            act.do()
    _note_attempts(company)
    date_rows(company)


def _note_attempts(company: Company) -> None:
    """Write down that each delivery took one attempt: to lease every one of them would run the guard twice."""
    deliveries = Delivery.objects.filter(organization=company.organization).exclude(state=DeliveryState.SCHEDULED)
    attempts = [
        Attempt(
            delivery=delivery,
            number=1,
            started_at=delivery.created_at,
            finished_at=delivery.settled_at,
            outcome=delivery.state if delivery.state == DeliveryState.FAILED else DeliveryState.SENT,
            words=delivery.error,
        )
        for delivery in deliveries
    ]
    Attempt.objects.bulk_create(attempts)
    deliveries.update(attempt_count=1)


# Intake takes its time from the database, whose clock nobody sets back.
def date_rows(company: Company) -> None:
    """Let messages, tickets and customers have come when they wrote; some customers had written long before."""
    date_talk(company)
    with connection.cursor() as cursor:
        cursor.execute(_DATE_CONTACTS, [company.organization.pk])


def date_talk(company: Company) -> None:
    """Let messages and tickets have come when their customers wrote."""
    Message.objects.filter(organization=company.organization).update(created_at=F("sent_at"))
    with connection.cursor() as cursor:
        cursor.execute(_DATE_EVENTS, [company.organization.pk])
        cursor.execute(_DATE_TICKETS, [company.organization.pk])


# What intake logs of a ticket comes right before what it logs of the message.
_DATE_EVENTS = """
UPDATE inbox_event e SET created_at = (
    SELECT m.sent_at FROM inbox_event next JOIN inbox_message m ON m.id = next.message_id
    WHERE next.ticket_id = e.ticket_id AND next.id >= e.id ORDER BY next.id LIMIT 1)
WHERE organization_id = %s AND actor_id IS NULL
  AND kind IN ('message.received', 'ticket.created', 'ticket.reopened', 'ticket.woken')
"""

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
