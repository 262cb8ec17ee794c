"""Everything that is kept of a customer, as plain data: what an export hands out."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

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
    Survey,
    Ticket,
)
from inbox.models.messages import MessageQuerySet
from inbox.queries.custom_fields import told_fields
from inbox.queries.customer_pages import merges_of
from inbox.queries.timeline import SHOWN, lines_of

Plain = str | int | bool | None
Row = dict[str, Plain]


def export_of(contact: Contact) -> dict[str, object]:
    """Return what is known of a customer; tickets with all that was said, noted and done in them."""
    return {
        "customer": _facts(contact),
        "fields": told_fields(contact.organization_id, contact.fields),
        "accounts": [_account(one) for one in Identity.objects.filter(contact=contact).select_related("channel")],
        "notes": [
            {"text": note.text, "by": note.user.name if note.user else None, "at": _iso(note.created_at)}
            for note in CustomerNote.objects.filter(contact=contact).select_related("user").order_by("pk")
        ],
        "consents": [_consent(one) for one in CustomerConsent.objects.filter(contact=contact).order_by("pk")],
        "merges": _merges(contact),
        "tickets": [_ticket(one, contact) for one in Ticket.objects.filter(contact=contact).order_by("pk")],
        "elsewhere": _said_elsewhere(contact),
    }


def told_of(contact: Contact) -> MessageQuerySet:
    """Return what the customer has said anywhere, and what we said and noted in their threads, wherever it is read.

    What other people say in the same tickets, and what we answer them, is theirs.
    """
    tickets = Ticket.objects.filter(contact=contact).values("pk")
    ours = Q(home__in=tickets) | Q(home=None, ticket__in=tickets)
    return Message.objects.filter(Q(identity__contact=contact) | Q(ours, identity=None))


def files_of(contact: Contact) -> Sequence[Attachment]:
    """Return the files that we have of what the export tells."""
    kept = Attachment.objects.filter(message__in=told_of(contact).values("pk"), state=FileState.KEPT)
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


def _merges(contact: Contact) -> list[Row]:
    """Return how the customer came to be one, and what was undone since: with whom is then not told, it is another."""
    family = {contact.pk, *(merge.gone_id for merge in merges_of(contact))}
    merges = ContactMerge.objects.filter(Q(kept__in=family) | Q(gone__in=family)).select_related("kept", "gone")
    return [_merge(merge, family) for merge in merges.order_by("pk")]


def _merge(merge: ContactMerge, family: Collection[int]) -> Row:
    strangers = [one for one in (merge.kept, merge.gone) if one.pk not in family]
    return {
        "with": None if strangers else merge.gone.name,
        "reason": _without_names(merge.reason, strangers),
        "at": _iso(merge.created_at),
        "undone_at": _iso(merge.undone_at) if merge.undone_at else None,
    }


def _without_names(text: str, people: Sequence[Contact]) -> str:
    names = {name for one in people for account in one.identities.all() for name in (account.username, account.name)}
    for name in sorted((names | {one.name for one in people}) - {""}, key=len, reverse=True):
        text = re.sub(re.escape(name), "[…]", text, flags=re.IGNORECASE)
    return text


def _ticket(ticket: Ticket, contact: Contact) -> Mapping[str, object]:
    all_of_it = Message.objects.filter(ticket=ticket)
    said = told_of(contact).filter(ticket=ticket).select_related("identity", "user").in_order()
    happened = Event.objects.filter(ticket=ticket, kind__in=SHOWN).select_related("actor").order_by("pk")
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "product": ticket.product,
        "fields": told_fields(ticket.organization_id, ticket.fields),
        "topic": ticket.topic,
        "opened_at": _iso(ticket.created_at),
        "labels": sorted(ticket.labels.values_list("name", flat=True)),
        "messages": [_message(one) for one in said.prefetch_related("attachments", "revisions", "translations")],
        "surveys": [
            {"score": one.score, "comment": one.comment, "asked_at": _iso(one.asked_at)}
            for one in Survey.objects.filter(ticket=ticket).order_by("pk")
            if one.asked_at
        ],
        "left_out": all_of_it.exclude(pk__in=said.order_by().values("pk")).count(),
        "happened": [{"what": line.text, "at": _iso(line.created_at)} for line in lines_of(happened)],
    }


def _said_elsewhere(contact: Contact) -> list[Mapping[str, object]]:
    """Return what the customer has said in conversations that are somebody else's, and our answers that are there."""
    said = told_of(contact).exclude(ticket__contact=contact).select_related("identity", "user").in_order()
    return [_message(one) for one in said.prefetch_related("attachments", "revisions", "translations")]


def _message(message: Message) -> Mapping[str, object]:
    author = message.identity.shown_name if message.identity else message.user.name if message.user else None
    return {
        "direction": message.direction,
        "visibility": message.visibility,
        "by": author,
        "at": _iso(message.sent_at),
        "text": message.text,
        "earlier": [revision.text for revision in message.revisions.all()],
        "translations": {one.language: one.text for one in message.translations.all()},
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
