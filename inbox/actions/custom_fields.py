"""Fills in an organization's own fields, of a ticket or of its customer."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions.customers import any_erased, told_everywhere
from inbox.custom_fields import BadValue, FieldAbout, Value, shown
from inbox.models import Contact, CustomField, Ticket


class BadFields(Exception):
    """Some fields can't hold what was said: `faults` says by key what they can."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@transaction.atomic(durable=True)
def fill_ticket_fields(ticket: Ticket, said: Mapping[str, object], *, by: User | ApiKey) -> Ticket:
    """Fill in the fields of a ticket that are named by their keys, the others stay; nothing empties one.

    Raises BadFields, and changes nothing then; for a customer who was erased, or will be, as well.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    _refuse_erased(Contact.objects.lock(ticket.contact_id), said)
    before = ticket.fields
    fields = _fields(ticket.organization_id, FieldAbout.TICKET)
    ticket.fields = _filled(before, said, fields)
    if facts := _changes(before, ticket.fields, fields):
        ticket.save(update_fields=["fields"])
        events.record(ticket, "ticket.fields_changed", by=by, facts=facts)
    return ticket


@transaction.atomic(durable=True)
def fill_customer_fields(contact: Contact, said: Mapping[str, object], *, by: User | ApiKey) -> Contact:
    """Fill in the fields of a customer, as `fill_ticket_fields`; every unresolved ticket of theirs hears."""
    contact = Contact.objects.lock(contact.pk)
    _refuse_erased(contact, said)
    before = contact.fields
    fields = _fields(contact.organization_id, FieldAbout.CUSTOMER)
    contact.fields = _filled(before, said, fields)
    if facts := _changes(before, contact.fields, fields):
        contact.save(update_fields=["fields"])
        # What stands in them is told in tickets alone, which an erasure finds.
        about = told_everywhere(contact, "customer.fields_changed", {"fields": facts["fields"]})
        events.record_many([replace(one, facts=facts) if one.ticket_id else one for one in about], by=by)
    return contact


def _refuse_erased(contact: Contact, said: Mapping[str, object]) -> None:
    if any_erased([contact]):
        raise BadFields({key: _("This customer was erased, or will be.") for key in said})


def _fields(organization_id: int, about: FieldAbout) -> Mapping[str, CustomField]:
    found = CustomField.objects.filter(organization=organization_id, about=about).in_use()
    return {field.key: field for field in found}


def _filled(
    before: Mapping[str, Value], said: Mapping[str, object], fields: Mapping[str, CustomField]
) -> dict[str, Value]:
    after, faults = dict(before), dict[str, str]()
    for key, value in said.items():
        if key not in fields:
            words = _("There is no field “%(key)s” here; there are: %(keys)s.")
            faults[key] = words % {"key": key, "keys": ", ".join(fields) or "–"}
            continue
        try:
            read = fields[key].read(value)
        except BadValue as refusal:
            faults[key] = _("“%(name)s” takes %(allowed)s.") % {"name": fields[key].name, "allowed": refusal}
            continue
        after.pop(key, None)
        if read is not None:
            after[key] = read
    if faults:
        raise BadFields(faults)
    return after


def _changes(
    before: Mapping[str, Value], after: Mapping[str, Value], fields: Mapping[str, CustomField]
) -> dict[str, list[str]]:
    """Return what the log says: the fields that changed by name, and what stood and stands in them."""
    changed = [field for key, field in fields.items() if before.get(key) != after.get(key)]
    if not changed:
        return {}
    return {
        "fields": [field.name for field in changed],
        "before": [shown(before.get(field.key)) for field in changed],
        "after": [shown(after.get(field.key)) for field in changed],
    }
