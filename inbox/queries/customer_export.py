"""Everything that is kept of a customer, as plain data: what an export hands out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from inbox.models import (
    Attachment,
    Contact,
    ContactMerge,
    CustomerConsent,
    CustomerNote,
    Event,
    FileState,
    Identity,
    Message,
    Ticket,
)
from inbox.queries.timeline import SHOWN, lines_of

Plain = str | int | bool | None
Row = dict[str, Plain]


def export_of(contact: Contact) -> dict[str, object]:
    """Return what is known of a customer; tickets with all that was said, noted and done in them."""
    return {
        "customer": _facts(contact),
        "accounts": [_account(one) for one in Identity.objects.filter(contact=contact).select_related("channel")],
        "notes": [
            {"text": note.text, "by": note.user.name if note.user else None, "at": _iso(note.created_at)}
            for note in CustomerNote.objects.filter(contact=contact).select_related("user").order_by("pk")
        ],
        "consents": [_consent(one) for one in CustomerConsent.objects.filter(contact=contact).order_by("pk")],
        "merges": [
            {"with": merge.gone.name, "reason": merge.reason, "at": _iso(merge.created_at)}
            for merge in ContactMerge.objects.filter(kept=contact).select_related("gone").order_by("pk")
        ],
        "tickets": [_ticket(one) for one in Ticket.objects.filter(contact=contact).order_by("pk")],
        "elsewhere": _said_elsewhere(contact),
    }


def files_of(contact: Contact) -> Sequence[Attachment]:
    """Return the files that came with the customer's tickets and that we have."""
    kept = Attachment.objects.filter(message__ticket__contact=contact, state=FileState.KEPT)
    return list(kept.order_by("pk"))


def file_name(attachment: Attachment) -> str:
    """Return the name of a file in the export: its own, behind a number that makes it unique."""
    plain = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in attachment.name)
    return f"files/{attachment.pk}-{plain.strip('. ')[-100:] or 'file'}"


def _facts(contact: Contact) -> Row:
    return {
        "number": contact.pk,
        "name": contact.name,
        "language": contact.language,
        "region": contact.region,
        "audience": contact.audience,
        "vip": contact.is_vip,
        "since": _iso(contact.created_at),
    }


def _account(identity: Identity) -> Row:
    return {
        "network": identity.channel.network,
        "written_to": identity.channel.handle or identity.channel.name,
        "id": identity.external_id,
        "handle": identity.username,
        "name": identity.name,
        "picture": identity.avatar_url,
        "followers": identity.followers,
        "since": _iso(identity.created_at),
    }


def _consent(consent: CustomerConsent) -> Row:
    return {
        "purpose": consent.purpose,
        "source": consent.source,
        "given_at": _iso(consent.given_at),
        "withdrawn_at": _iso(consent.withdrawn_at) if consent.withdrawn_at else None,
    }


def _ticket(ticket: Ticket) -> Mapping[str, object]:
    said = Message.objects.filter(ticket=ticket).select_related("identity", "user").in_order()
    happened = Event.objects.filter(ticket=ticket, kind__in=SHOWN).select_related("actor").order_by("pk")
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "product": ticket.product,
        "topic": ticket.topic,
        "opened_at": _iso(ticket.created_at),
        "labels": sorted(ticket.labels.values_list("name", flat=True)),
        "messages": [_message(one) for one in said.prefetch_related("attachments", "revisions")],
        "happened": [{"what": line.text, "at": _iso(line.created_at)} for line in lines_of(happened)],
    }


def _said_elsewhere(contact: Contact) -> list[Mapping[str, object]]:
    """Return what the customer has said in conversations that are somebody else's."""
    said = Message.objects.filter(identity__contact=contact).exclude(ticket__contact=contact)
    return [_message(one) for one in said.select_related("identity", "user").in_order()]


def _message(message: Message) -> Mapping[str, object]:
    author = message.identity.shown_name if message.identity else message.user.name if message.user else None
    return {
        "direction": message.direction,
        "visibility": message.visibility,
        "by": author,
        "at": _iso(message.sent_at),
        "text": message.text,
        "earlier": [revision.text for revision in message.revisions.all()],
        "language": message.language,
        "sentiment": message.sentiment,
        "urgency": message.urgency,
        "topic": message.topic,
        "files": [
            {"name": one.name, "address": one.url, "file": file_name(one) if one.state == FileState.KEPT else None}
            for one in message.attachments.all()
        ],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat()
