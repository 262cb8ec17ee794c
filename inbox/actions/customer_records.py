"""Writes down what people know of a customer: VIP or not, notes, and what the customer has agreed to."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import events
from inbox.actions.customers import told_everywhere
from inbox.models import Contact, CustomerConsent, CustomerNote


class ConsentStands(Exception):
    """The customer has agreed to this already."""


class NotAgreed(Exception):
    """The customer can't have agreed to it by then."""


@transaction.atomic(durable=True)
def mark_vip(contact: Contact, is_vip: bool, *, by: User) -> None:
    """Say whether the customer is a VIP; every unresolved ticket of theirs shows it."""
    by.require("customer.mark")
    contact = Contact.objects.lock(contact.pk)
    if contact.is_vip == is_vip:
        return
    contact.is_vip = is_vip
    contact.save(update_fields=["is_vip"])
    events.record_many(told_everywhere(contact, "customer.marked", {"vip": is_vip}), by=by)


@transaction.atomic(durable=True)
def write_customer_note(contact: Contact, text: str, *, by: User) -> CustomerNote:
    """Write a note about the customer, for all who see the customer."""
    by.require("note.write")
    fields = {"organization_id": contact.organization_id, "contact": contact, "user": by, "text": text}
    note = CustomerNote.objects.create(**fields)
    _record(contact, "customer.noted", by, note=note.pk)
    return note


@transaction.atomic(durable=True)
def delete_customer_note(note: CustomerNote, *, by: User) -> None:
    """Take a note away: one's own, or anybody's for those who mark customers."""
    by.require("note.write" if note.user_id == by.pk else "customer.mark")
    _record(note.contact, "customer.note_deleted", by, note=note.pk)
    note.delete()


@transaction.atomic(durable=True)
def record_consent(contact: Contact, purpose: str, source: str, given_at: datetime, *, by: User) -> CustomerConsent:
    """Write down what the customer has agreed to; raises ConsentStands where they had already, NotAgreed for later."""
    if given_at > timezone.now():
        raise NotAgreed(_("Nobody agrees to something before they do: choose a day that has come."))
    try:
        with transaction.atomic():
            consent = CustomerConsent.objects.create(
                organization_id=contact.organization_id,
                contact=contact,
                purpose=purpose,
                source=source,
                given_at=given_at,
                recorded_by=by,
            )
    except IntegrityError as error:
        refusal = _("The customer has agreed to “%(purpose)s” already.")
        raise ConsentStands(refusal % {"purpose": purpose}) from error
    _record(contact, "consent.given", by, consent=consent.pk)
    return consent


@transaction.atomic(durable=True)
def withdraw_consent(consent: CustomerConsent, *, by: User) -> None:
    """Write down that the customer has taken it back; twice is once."""
    consent = CustomerConsent.objects.select_for_update(no_key=True, of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at, consent.withdrawn_by = timezone.now(), by
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(consent.contact, "consent.withdrawn", by, consent=consent.pk)


def _record(contact: Contact, kind: str, by: User, **facts: int) -> None:
    events.record_about_organization(contact.organization_id, kind, by=by, facts={"contact": contact.pk, **facts})
