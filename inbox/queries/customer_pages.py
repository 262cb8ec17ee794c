"""One customer on one page: accounts, facts, tickets, notes, consent, and the first page of the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from inbox.custom_fields import FieldAbout
from inbox.models import Contact, ContactMerge, CustomerConsent, CustomerNote, Ticket
from inbox.queries.custom_fields import FieldRow, fields_of
from inbox.queries.customer_lists import Account, accounts_of
from inbox.queries.customer_timeline import Timeline, timeline_of
from inbox.queries.duplicates import Duplicate, likely_duplicates
from inbox.queries.rows import TicketRow, rows_of

MOST_TICKETS = 15
MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note about the customer; `deletable` by this person."""

    pk: int
    who: str
    text: str
    at: datetime
    deletable: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything that the page of a customer shows to one person."""

    pk: int
    name: str
    is_vip: bool
    language: str
    region: str
    audience: str
    since: datetime
    followers: int
    accounts: tuple[Account, ...]
    fields: Sequence[FieldRow]
    tickets: Sequence[TicketRow]
    more_tickets: bool
    notes: tuple[NoteRow, ...]
    consents: Sequence[CustomerConsent]
    merges: Sequence[ContactMerge]
    likely: Sequence[Duplicate]
    timeline: Timeline


def customer_page(contact: Contact, user: User, *, after: str = "") -> CustomerPage:
    """Return the page of a customer whom this person may see; raises BadCursor for a foreign cursor."""
    accounts = accounts_of([contact.pk])[contact.pk]
    tickets = rows_of(Ticket.objects.visible_to(user).filter(contact=contact).latest_first()[: MOST_TICKETS + 1])
    return CustomerPage(
        pk=contact.pk,
        name=contact.name,
        is_vip=contact.is_vip,
        language=contact.language,
        region=contact.region,
        audience=contact.audience,
        since=contact.created_at,
        followers=max((account.followers or 0 for account in accounts), default=0),
        accounts=tuple(accounts),
        fields=fields_of(contact.organization_id, FieldAbout.CUSTOMER, contact.fields),
        tickets=tickets[:MOST_TICKETS],
        more_tickets=len(tickets) > MOST_TICKETS,
        notes=_notes(contact, user),
        consents=_consents(contact),
        merges=merges_of(contact),
        likely=likely_duplicates(contact, user) if user.may("customer.merge") else (),
        timeline=timeline_of(contact, user, after=after),
    )


def kept_in_place_of(pk: int, user: User) -> int | None:
    """Return the customer of whom this one has become part, if the person may see them."""
    kept = (
        Contact.objects.filter(pk=pk, organization=user.organization_id).values_list("merged_into", flat=True).first()
    )
    if kept is None or Contact.objects.visible_to(user).filter(pk=kept).exists():
        return kept
    return kept_in_place_of(kept, user)


def merges_of(contact: Contact) -> Sequence[ContactMerge]:
    """Return the merges that made the customer who they are, with those of the customers who became part of them."""
    merges = ContactMerge.objects.raw(_MERGES, [contact.pk])
    found = [merge.pk for merge in merges]
    loaded = ContactMerge.objects.filter(pk__in=found).select_related("gone", "merged_by").defer("merged_by__password")
    return list(loaded.order_by("-pk"))


_MERGES = """
WITH RECURSIVE family AS (
    SELECT id, gone_id FROM inbox_contactmerge WHERE kept_id = %s AND undone_at IS NULL
    UNION SELECT m.id, m.gone_id FROM inbox_contactmerge m JOIN family f ON m.kept_id = f.gone_id
    WHERE m.undone_at IS NULL
)
SELECT id FROM family
"""


def _notes(contact: Contact, user: User) -> tuple[NoteRow, ...]:
    notes = CustomerNote.objects.filter(contact=contact).select_related("user").defer("user__password")
    any_of_them = user.may("customer.mark")
    return tuple(
        NoteRow(
            pk=note.pk,
            who=note.user.name if note.user else "",
            text=note.text,
            at=note.created_at,
            deletable=any_of_them or note.user_id == user.pk,
        )
        for note in notes.order_by("-pk")[:MOST_NOTES]
    )


def _consents(contact: Contact) -> Sequence[CustomerConsent]:
    """Return what holds first, then what was withdrawn; newest first."""
    consents = CustomerConsent.objects.filter(contact=contact).select_related("recorded_by", "withdrawn_by")
    loaded = consents.defer("recorded_by__password", "withdrawn_by__password").order_by("-given_at", "-pk")
    return sorted(loaded[:MOST_NOTES], key=lambda consent: consent.withdrawn_at is not None)
