"""Sends what agents and programs wrote: checked, stored and promised to the network in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from brandvoice import guard
from brandvoice.models import GuardDecision
from brandvoice.spans import Span
from inbox import batches, events, outbox
from inbox.actions import repeats
from inbox.actions import reply_rows as rows
from inbox.actions import ticket_steps as steps
from inbox.actions.provenance import write_spans
from inbox.actions.reply_contexts import context_at, fingerprint_of, situation_at, with_purpose
from inbox.actions.schedule_steps import TimeNotPossible, refuse_time
from inbox.actions.sending_files import FilesNotTaken, PickedFile, attach_files, pick_files, refusal_of_files
from inbox.actions.templates import ChosenTemplate, TemplateNotTaken, with_templates
from inbox.connectors.file_rules import rules_for
from inbox.connectors.registry import answers_privately, window_ends
from inbox.models import Delivery, DeliveryState, Direction, DraftKind, Message, Ticket, Upload
from inbox.queries.saying import in_private_only, may_say


@dataclass(frozen=True, slots=True)
class NewReply:
    """What the composer sends. `seen` is the id of the newest message that its writer had before them."""

    text: str
    # Empty: where the customer wrote.
    visibility: str
    seen: int
    # The newest merge into the ticket that its writer had before them; None where nobody says, as programs do.
    regrouping: int | None = None
    # Empty: what is proposed for what the customer wrote.
    purpose: str = ""
    client_uuid: UUID | None = None
    spans: Sequence[Span] = ()
    files: Sequence[PickedFile] = ()
    # As what it is sent, in place of words of one's own; and, once these are filled in, how the network knows it.
    template: ChosenTemplate | None = None
    sent_as: Mapping[str, object] | None = None
    # When it goes out; None: now.
    send_at: datetime | None = None
    # The writer has looked at what is new and sends all the same.
    confirm_stale: bool = False


class TicketMovedOn(Exception):
    """Something was said in the ticket that the writer had not seen; `newer` holds the ids of those messages."""

    def __init__(self, newer: list[int]) -> None:
        super().__init__(_("The conversation has moved on."))
        self.newer = newer


class ReplyStopped(Exception):
    """The guard does not let this text out; `verdict` says why and what would help."""

    def __init__(self, verdict: guard.Verdict) -> None:
        super().__init__("; ".join(finding.reason for finding in verdict.findings))
        self.verdict = verdict


class NoPrivateReply(Exception):
    """What was asked in public can't be answered privately on this network: everybody would read it."""

    def __init__(self) -> None:
        super().__init__(_("This network has no private replies."))


class NotInPublic(Exception):
    """Everybody would read it, and the writer's role lets them answer in private only."""

    def __init__(self) -> None:
        super().__init__(in_private_only())


class NothingToSay(Exception):
    """The text is empty, and there is no file beside it."""


Refusal: TypeAlias = (
    NothingToSay
    | NoPrivateReply
    | NotInPublic
    | steps.TicketMerged
    | TicketMovedOn
    | TimeNotPossible
    | ReplyStopped
    | FilesNotTaken
    | TemplateNotTaken
    | Ticket.DoesNotExist
    | repeats.StillUnderWay
    | repeats.AnotherRequest
)
# The uploads that go with replies, by their tickets' numbers.
Picked: TypeAlias = Mapping[int, Sequence[Upload]]


def send_reply(ticket: Ticket, reply: NewReply, *, by: User | ApiKey) -> Message:
    """Store the reply with its delivery and return it; the same `client_uuid` again returns the first.

    Raises NothingToSay, NoPrivateReply, NotInPublic, TicketMerged, TimeNotPossible, TicketMovedOn, FilesNotTaken,
    TemplateNotTaken, ReplyStopped. After any of these the draft is still there.
    """
    outcome = send_replies({ticket.number: reply}, by=by)[ticket.number]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def put_out(
    replies: Mapping[int, NewReply],
    *,
    by: User | ApiKey,
    channels: Collection[int] | None = None,
    door: guard.Door | None = None,
    named: Mapping[int, repeats.Named] = MappingProxyType({}),
) -> dict[int, Message | Refusal]:
    """Do what `send_reply` does for one reply a ticket, by its number, in a fixed number of statements.

    Part of an action; `send_replies` is an action of its own. What `send_reply` would raise is that reply's
    outcome; the others go out. Tickets of other organizations and, where `channels` are given, of other channels
    do not exist. What the guard decides is kept with the `door` by which they came: unless it is told, the API's
    for a key and the composer's for a person. One that is `named`, and was sent under that name before, becomes
    the message that it is.
    """
    user = by if isinstance(by, User) else None
    before = repeats.recognise(named, by=by)
    replies = {number: reply for number, reply in replies.items() if number not in before}
    asked = [question_of(number, reply) for number, reply in replies.items() if says_something(reply)]
    places = rows.lock(by.organization_id, asked, user=user, channels=channels) if asked else {}
    replies = {number: with_purpose(reply, places.get(number)) for number, reply in replies.items()}
    earlier = _earlier(places)
    replies, unfit = with_templates(replies, places)
    fresh = {n: reply for n, reply in replies.items() if n not in earlier}
    files, untaken = picked_files(fresh, places, by)
    refused, judged = _judge({n: reply for n, reply in fresh.items() if n not in untaken}, places, files, user)
    decisions = _decide(judged, replies, by, door)
    refused |= unfit | untaken | {number: ReplyStopped(verdict) for number, verdict in judged.items() if verdict.stops}
    going = [(places[n], replies[n], decisions[n]) for n, verdict in judged.items() if not verdict.stops]
    sent = _send(going, files, by, user) if going else {}
    repeats.remember(named, sent, by=by)
    return {**before, **earlier, **refused, **sent}


send_replies = transaction.atomic(durable=True)(put_out)


@transaction.atomic(durable=True)
def write_note(
    ticket: Ticket,
    text: str,
    *,
    by: User | ApiKey,
    client_uuid: UUID | None = None,
    external_id: str = "",
    files: Sequence[PickedFile] = (),
) -> Message:
    """Write a note for colleagues, once by its `client_uuid` or the `external_id` of a program.

    Raises NothingToSay and, where a file is no longer there, FilesNotTaken.
    """
    if not text.strip() and not files:
        raise NothingToSay
    user = by if isinstance(by, User) else None
    ticket = Ticket.objects.lock(ticket.pk)
    if earlier := _earlier_note(ticket, user, client_uuid, external_id):
        return earlier
    picked = pick_files({ticket.pk: files}, by=by, kind=DraftKind.NOTE).get(ticket.pk, [])
    if isinstance(picked, FilesNotTaken):
        raise picked
    note = steps.note(ticket, text, by=by, client_uuid=client_uuid, external_id=external_id)
    attach_files([(note, picked)])
    if user:
        rows.forget_drafts([ticket.pk], user, DraftKind.NOTE)
    return note


def _earlier_note(ticket: Ticket, user: User | None, client_uuid: UUID | None, external_id: str) -> Message | None:
    if user and client_uuid:
        return ticket.messages.filter(user=user, client_uuid=client_uuid).first()
    return ticket.messages.filter(external_id=external_id).first() if external_id else None


def question_of(number: int, reply: NewReply) -> rows.Question:
    """Return what has to be asked of its ticket before a reply goes out."""
    # Where the customer wrote is not known before the ticket is: a direct message finds nothing, which is right.
    same = fingerprint_of(reply.text, reply.visibility)
    return rows.Question(number, reply.seen, reply.regrouping, reply.client_uuid, same)


def says_something(reply: NewReply) -> bool:
    """Return whether there are words, or files, or a template."""
    return bool(reply.text.strip() or reply.files or reply.template)


def picked_files(
    replies: Mapping[int, NewReply], places: Mapping[int, rows.Place], by: User | ApiKey
) -> tuple[dict[int, list[Upload]], dict[int, Refusal]]:
    """Return the files of replies by their tickets' numbers, and which replies name some that are not there."""
    numbers = {places[number].pk: number for number in replies if number in places}
    found = pick_files({pk: replies[number].files for pk, number in numbers.items()}, by=by)
    picked = {numbers[pk]: files for pk, files in found.items() if isinstance(files, list)}
    return picked, {numbers[pk]: files for pk, files in found.items() if isinstance(files, FilesNotTaken)}


def refusal_at(
    place: rows.Place, reply: NewReply, files: Sequence[Upload], context: guard.GuardContext
) -> FilesNotTaken | None:
    """Return why these files can't go out there with the reply, or None."""
    rules = rules_for(place.network, context.visibility, place.visibility, external=place.external)
    return refusal_of_files(files, reply.text, rules, context) if files else None


def _judge(
    replies: Mapping[int, NewReply], places: Mapping[int, rows.Place], files: Picked, user: User | None
) -> tuple[dict[int, Refusal], dict[int, guard.Verdict]]:
    """Return those that can't go out whatever they say, and what the guard says of the others."""
    refused: dict[int, Refusal] = {}
    judged: dict[int, guard.Verdict] = {}
    situation = situation_at(places.values())
    with guard.judging_together():
        for number, reply in replies.items():
            if refusal := refusal_of(places.get(number), reply, user):
                refused[number] = refusal
                continue
            context = context_at(places[number], reply, user, situation, files.get(number, ()))
            if untaken := refusal_at(places[number], reply, files.get(number, ()), context):
                refused[number] = untaken
            else:
                judged[number] = guard.check(reply.text, context)
    return refused, judged


def _decide(
    judged: Mapping[int, guard.Verdict], replies: Mapping[int, NewReply], by: User | ApiKey, door: guard.Door | None
) -> dict[int, GuardDecision]:
    """Keep what the guard said of each, in one statement."""
    door = door or (guard.Door.API if isinstance(by, ApiKey) else guard.Door.COMPOSER)
    organization_id = by.organization_id
    if not judged or organization_id is None:
        return {}
    kept = [guard.Judged(organization_id, replies[pk].text, verdict, by) for pk, verdict in judged.items()]
    return dict(zip(judged, guard.record_decisions(kept, door), strict=True))


def _earlier(places: Mapping[int, rows.Place]) -> dict[int, Message]:
    """Return the messages that these replies have become already, by number."""
    known = {number: place.earlier for number, place in places.items() if place.earlier is not None}
    messages = Message.objects.in_bulk(known.values()) if known else {}
    return {number: messages[earlier] for number, earlier in known.items()}


def refusal_of(place: rows.Place | None, reply: NewReply, person: User | None) -> Refusal | None:
    """Return why the reply, for which this person answers, can't go out whatever it says, or None."""
    if not says_something(reply):
        return NothingToSay()
    if place is None:
        return Ticket.DoesNotExist()
    if place.is_merged:
        return steps.TicketMerged()
    private = reply.visibility == "direct"
    if private and not answers_privately(place.network, place.visibility, external=place.external):
        return NoPrivateReply()
    if not may_say(person, reply.visibility or place.visibility):
        return NotInPublic()
    if reply.send_at and (refusal := _refuse_time_at(place, reply, reply.send_at)):
        return refusal
    if place.newer and not reply.confirm_stale:
        return TicketMovedOn(place.newer)
    return None


def _refuse_time_at(place: rows.Place, reply: NewReply, at: datetime) -> TimeNotPossible | None:
    ends = window_ends(place.network, reply.visibility or place.visibility, place.last_inbound_at)
    # A template goes at any time.
    return refuse_time(at, None if reply.template else ends, place.organization_id)


def _send(
    going: Sequence[tuple[rows.Place, NewReply, GuardDecision]], files: Picked, by: User | ApiKey, user: User | None
) -> dict[int, Message | Refusal]:
    """Write everything that replies consist of, in one round trip, and wake whoever delivers them."""
    messages = [message_of(place, reply, decision, user) for place, reply, decision in going]
    beside = [(message, files.get(place.number, ())) for message, (place, *_rest) in zip(messages, going, strict=True)]
    with batches.one_round_trip():
        rows.write(beside, user)
        if user and (own := [message.ticket_id for message in messages if not message.template]):
            rows.forget_drafts(own, user, DraftKind.REPLY)
        events.record_many([queued_event(place, user, reply.send_at) for place, reply, _decision in going], by=by)
    attach_files(beside)
    write_spans([(message, reply.spans) for message, (_place, reply, _decision) in zip(messages, going, strict=True)])
    at_once = [place for place, reply, _decision in going if not place.external and reply.send_at is None]
    for seconds in {place.undo_seconds if user else 0 for place in at_once}:
        outbox.nudge(outbox.DELIVER, after=seconds)
    return {place.number: message for (place, _reply, _decision), message in zip(going, messages, strict=True)}


def message_of(place: rows.Place, reply: NewReply, decision: GuardDecision, user: User | None) -> Message:
    """Return the message with its delivery, as the database is about to hold them."""
    now = timezone.now()
    message = Message(
        pk=place.message_id,
        organization_id=place.organization_id,
        ticket_id=place.pk,
        home_id=place.address if place.address != place.pk else None,
        channel_id=place.channel_id,
        direction=Direction.OUTBOUND,
        visibility=reply.visibility or place.visibility,
        in_reply_to=place.answered,
        user=user,
        text=reply.text,
        language=place.language,
        purpose=reply.purpose,
        fingerprint=fingerprint_of(reply.text, reply.visibility or place.visibility),
        decision=decision,
        template=reply.sent_as,
        client_uuid=reply.client_uuid if user else None,
        sent_at=max(now, place.last_message_at),
        created_at=now,
    )
    delivery = Delivery(
        pk=place.delivery_id,
        organization_id=place.organization_id,
        channel_id=place.channel_id,
        ticket_id=place.address,
        message=message,
        state=DeliveryState.SCHEDULED if reply.send_at else DeliveryState.QUEUED,
        idempotency_key=uuid4(),
        # A person has a moment to take it back.
        due_at=reply.send_at or (now + timedelta(seconds=place.undo_seconds) if user else now),
        created_at=now,
    )
    message._state.adding = delivery._state.adding = False
    return message


def queued_event(place: rows.Place, user: User | None, at: datetime | None = None) -> events.NewEvent:
    """Describe the event of a reply that goes then, or now; whoever replies to a ticket that nobody has takes it."""
    assignee = place.assignee_id or (user.pk if user else None)
    then: events.Facts = {"at": at.isoformat()} if at else {}
    return events.NewEvent(
        "reply.scheduled" if at else "reply.queued",
        place.organization_id,
        place.team_id,
        place.pk,
        place.message_id,
        facts={**then, "was": place.state(place.assignee_id), "now": place.state(assignee)},
        people=(assignee,) if assignee else (),
    )
