"""Makes two customers one, and takes them apart again exactly as they were.

What the one had goes to the other and is remembered: accounts, tickets, notes, consents. Undone, it goes back, with
what has come by those accounts meanwhile; what was written about the one customer they were stays with the one kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import events
from inbox.actions.customers import any_erased, told_everywhere
from inbox.custom_fields import Value
from inbox.models import Contact, ContactMerge, CustomerConsent, CustomerNote, Identity, Moved, Ticket

# What the one who is kept gets from the other where nobody has said it of them.
FACTS = ("region", "audience", "language", "is_vip")
# Before the key of a field of the organization's own.
OWN = "fields."
Filled: TypeAlias = dict[str, Value | None]


class MergeNotPossible(Exception):
    """These two can't become one, or not any more."""


@transaction.atomic(durable=True)
def merge_customers(kept: Contact, gone: Contact, reason: str, *, by: User) -> ContactMerge:
    """Take `gone` for the same person as `kept`, to whom all goes; raises MergeNotPossible, for the erased as well."""
    by.require("customer.merge")
    kept, gone = lock_customers(kept.pk, gone.pk)
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise MergeNotPossible(_("One of the two is part of another customer already. Look again."))
    _refuse_erased([kept, gone])
    moved, filled = _move_all(gone, kept), _fill(kept, gone)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    merge = ContactMerge.objects.create(
        organization_id=kept.organization_id,
        kept=kept,
        gone=gone,
        reason=reason,
        moved=moved,
        filled=filled,
        merged_by=by,
    )
    events.record_many(told_everywhere(kept, "customer.merged", {"merge": merge.pk}), by=by)
    return merge


@transaction.atomic(durable=True)
def undo_merge(merge: ContactMerge, *, by: User) -> None:
    """Take two customers apart again; twice is once. Raises MergeNotPossible where somebody else is just at it."""
    by.require("customer.merge")
    seen = _later(merge)
    family = lock_customers(merge.gone_id, merge.kept_id, *(later.kept_id for later in seen))
    merge = ContactMerge.objects.select_for_update(no_key=True, of=("self",)).get(pk=merge.pk)
    later = _later(merge)
    if merge.undone_at:
        return
    if [one.pk for one in later] != [one.pk for one in seen]:
        raise MergeNotPossible(_("Somebody else has changed this customer meanwhile. Look again."))
    _refuse_erased(family)
    gone, holder = family[0], family[-1]
    _forget(later, _move_back(merge.moved, holder, gone))
    _unfill(merge.filled, family[1:], later)
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    about = [*told_everywhere(holder, "customer.unmerged", {"merge": merge.pk})]
    about += told_everywhere(gone, "customer.unmerged", {"merge": merge.pk})[1:]
    events.record_many(about, by=by)


def _refuse_erased(contacts: Sequence[Contact]) -> None:
    """Leave what an erasure has taken together as it is."""
    if any_erased(contacts):
        said = _("One of these customers was erased, or will be: they can’t be merged or taken apart.")
        raise MergeNotPossible(said)


def _later(merge: ContactMerge) -> list[ContactMerge]:
    """Return the merges that have taken what this one moved further on, in their order."""
    found, at = list[ContactMerge](), merge.kept_id
    while step := ContactMerge.objects.filter(gone=at, undone_at=None).first():
        found.append(step)
        at = step.kept_id
    return found


def lock_customers(*contact_ids: int) -> list[Contact]:
    """Return customers, in this order, once nobody else writes to them: intake included, which would find or make one.

    The locks are taken as intake and the other actions take theirs: names of authors, then tickets, then customers.
    """
    accounts = Identity.objects.filter(contact__in=contact_ids).values_list("channel_id", "external_id")
    held = set(accounts)
    with connection.cursor() as cursor:
        cursor.execute(_AUTHORS, [[pk for pk, _name in held], [f"author:{name}" for _pk, name in held]])
    tickets = Ticket.objects.filter(contact__in=contact_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    list(tickets.values_list("pk"))
    contacts = Contact.objects.filter(pk__in=contact_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    found = {contact.pk: contact for contact in contacts}
    if set(accounts.all()) - held:
        raise MergeNotPossible(_("Somebody else has changed this customer meanwhile. Look again."))
    return [found[pk] for pk in contact_ids]


_AUTHORS = """
SELECT count(pg_advisory_xact_lock(name)) FROM (
    SELECT DISTINCT hashtextextended(said, channel) AS name
    FROM unnest(%s::bigint[], %s::text[]) AS a(channel, said) ORDER BY name
) AS names
"""


def _move_all(gone: Contact, kept: Contact) -> Moved:
    same = CustomerConsent.objects.filter(contact=kept, withdrawn_at=None).values("purpose")
    consents = CustomerConsent.objects.filter(contact=gone)
    return Moved(
        identities=_move(Identity.objects.filter(contact=gone), kept),
        tickets=_move(Ticket.objects.filter(contact=gone), kept),
        notes=_move(CustomerNote.objects.filter(contact=gone), kept),
        # What both have agreed to stands once.
        consents=_move(consents.exclude(withdrawn_at=None, purpose__in=same), kept),
    )


def _move_back(moved: Moved, holder: Contact, gone: Contact) -> Moved:
    """Give back what moved, as far as it is still there, and what came by the accounts meanwhile."""
    accounts = _move(Identity.objects.filter(contact=holder, pk__in=moved["identities"]), gone)
    theirs = Q(pk__in=moved["tickets"]) | Q(identity__in=accounts)
    return Moved(
        identities=accounts,
        tickets=_move(Ticket.objects.filter(theirs, contact=holder), gone),
        notes=_move(CustomerNote.objects.filter(contact=holder, pk__in=moved["notes"]), gone),
        consents=_move(CustomerConsent.objects.filter(contact=holder, pk__in=moved["consents"]), gone),
    )


def _move(
    rows: QuerySet[Identity] | QuerySet[Ticket] | QuerySet[CustomerNote] | QuerySet[CustomerConsent], to: Contact
) -> list[int]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=ids).update(contact=to)
    return ids


def _forget(later: Iterable[ContactMerge], back: Moved) -> None:
    """Let merges that took it further on not give back what has gone home already."""
    gone = {name: set(ids) for name, ids in dict(back).items() if isinstance(ids, list)}
    for merge in later:
        merge.moved = {name: [pk for pk in ids if pk not in gone[name]] for name, ids in merge.moved.items()}
        merge.save(update_fields=["moved"])


def _fill(kept: Contact, gone: Contact) -> Filled:
    """Give the one kept what nobody has said of them; a field of the organization's own is called `fields.KEY`."""
    names = [*FACTS, *(f"{OWN}{key}" for key in gone.fields)]
    filled = {name: _fact(gone, name) for name in names if _fact(kept, name) in (_nothing(name), None)}
    filled = {name: value for name, value in filled.items() if value != _nothing(name)}
    _set_facts(kept, filled)
    return filled


def _unfill(filled: Filled, holders: Sequence[Contact], later: Sequence[ContactMerge]) -> None:
    """Take from each holder in turn the facts that came from the customer who goes, unless they were changed."""
    for number, holder in enumerate(holders):
        filled = {name: value for name, value in filled.items() if _fact(holder, name) == value}
        _set_facts(holder, {name: _nothing(name) for name in filled})
        if number < len(later):
            step = later[number]
            filled = {name: value for name, value in filled.items() if step.filled.get(name) == value}
            step.filled = {name: value for name, value in step.filled.items() if name not in filled}
            step.save(update_fields=["filled"])


def _fact(contact: Contact, name: str) -> Value | None:
    """Return what is known; of a field of the organization's own, None where it is empty."""
    found: Value | None = contact.fields.get(name.removeprefix(OWN)) if name.startswith(OWN) else getattr(contact, name)
    return found


def _nothing(name: str) -> Value | None:
    return None if name.startswith(OWN) else False if name == "is_vip" else ""


def _set_facts(contact: Contact, facts: Mapping[str, Value | None]) -> None:
    for name, value in facts.items():
        if not name.startswith(OWN):
            setattr(contact, name, value)
        elif value is None:
            contact.fields.pop(name.removeprefix(OWN), None)
        else:
            contact.fields[name.removeprefix(OWN)] = value
    if facts:
        contact.save(update_fields=sorted({"fields" if name.startswith(OWN) else name for name in facts}))
