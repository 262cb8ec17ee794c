"""What the guard is told of a reply: where it goes, why, in which words, and what is going on there."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from accounts.models import User
from brandvoice import guard
from inbox.actions import reply_rows as rows
from inbox.actions.sending_files import PickedFile
from inbox.connectors.registry import window_ends
from inbox.models import Ticket, Upload, Visibility
from inbox.queries.alternatives import signed_alternatives
from inbox.queries.briefings import unread_changes
from inbox.queries.incidents import Situation, freezes_on
from inbox.queries.purposes import Choosable, proposed, purposes_of
from inbox.queries.sent import posted_before

if TYPE_CHECKING:
    from inbox.actions.replies import NewReply


def guard_context(
    ticket: Ticket, reply: "NewReply", by: User, *, read_in: Ticket, composing: bool = False
) -> guard.GuardContext:
    """Return what the guard needs to know of where this text goes, for a ticket loaded with what its pages touch.

    The conversation is read in `read_in`, which after a merge is another one.
    """
    visibility = reply.visibility or ticket.visibility
    purposes = purposes_of(ticket.organization_id)
    purpose = reply.purpose or proposed(purposes, ticket.topic, ticket.sentiment)
    return guard.GuardContext(
        organization_id=ticket.organization_id,
        brand_id=ticket.brand_id,
        network=ticket.channel.network,
        language=ticket.language,
        visibility=visibility,
        spans=tuple(reply.spans),
        person_id=by.pk,
        **ticket.scope,
        **_purpose(purpose, purposes),
        freezes=freezes_on(ticket, read_in, _published(reply.text, reply.files), by.pk),
        window_ends=None if reply.template else window_ends(ticket.channel.network, visibility, ticket.last_inbound_at),
        changed=_changed(by, ticket.brand_id, {ticket.topic, read_in.topic}),
        threads=not ticket.channel.external,
        posted_before=posted_before(ticket.channel_id, fingerprint_of(reply.text, visibility)),
        alternatives=lambda: signed_alternatives(ticket, by.pk, purpose),
        composing=composing,
    )


def context_at(
    place: rows.Place,
    reply: "NewReply",
    user: User | None,
    situation: Situation,
    files: Sequence[Upload] = (),
) -> guard.GuardContext:
    """Return what the guard needs to know of where this text goes with these files, for a locked ticket."""
    visibility = reply.visibility or place.visibility
    return guard.GuardContext(
        organization_id=place.organization_id,
        brand_id=place.brand_id,
        network=place.network,
        language=place.language,
        visibility=visibility,
        spans=tuple(reply.spans),
        person_id=user.pk if user else None,
        region=place.region,
        audience=place.audience,
        product=place.product,
        **_purpose(reply.purpose, place.purposes, keys=user is None),
        freezes=situation.freezes(place.spot(_published(reply.text, files), user)),
        window_ends=None if reply.template else window_ends(place.network, visibility, place.last_inbound_at),
        changed=_changed(user, place.brand_id, {place.topic, place.address_topic}) if user else (),
        threads=not place.external,
        posted_before=place.posted_before,
        alternatives=lambda: _alternatives(place.pk, user, reply.purpose),
    )


def _changed(user: User, brand_id: int, topics: Collection[str]) -> tuple[str, ...]:
    return tuple(position.question for position in unread_changes(user, brand_id, topics))


def _published(text: str, files: Sequence[PickedFile | Upload]) -> str:
    """Return all words that go out: the text and what is said of pictures."""
    return "\n".join([text, *(file.alt for file in files if file.alt)])


def with_purpose(reply: "NewReply", place: rows.Place | None) -> "NewReply":
    """Return the reply with what is proposed where it names no purpose."""
    return reply if reply.purpose or place is None else replace(reply, purpose=place.proposed)


def _purpose(key: str, purposes: Sequence[Choosable], *, keys: bool = False) -> guard.Chosen:
    """Return the purpose as the guard reads it: one that is not in use is none."""
    allowed = tuple(one.key if keys else one.shown_name for one in purposes)
    return {"purpose": key if any(one.key == key for one in purposes) else "", "purposes": allowed}


def _alternatives(ticket_id: int, user: User | None, purpose: str) -> tuple[guard.Alternative, ...]:
    ticket = Ticket.objects.select_related("channel", "brand", "contact").get(pk=ticket_id)
    return signed_alternatives(ticket, user.pk if user else None, purpose)


def fingerprint_of(text: str, visibility: str) -> int | None:
    """Return what tells a text that is posted again and again; nobody else reads a direct message."""
    return None if visibility == Visibility.DIRECT else guard.fingerprint(text)


def situation_at(places: Collection[rows.Place]) -> Situation:
    """Return the incidents that are going on where these tickets are; without a query where there are none."""
    there = [place for place in places if place.incident_is_live]
    if not there:
        return Situation()
    tickets = [pk for place in there for pk in (place.pk, place.address)]
    return Situation.load({place.organization_id for place in there}, tickets)
