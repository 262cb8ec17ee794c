"""An organization's own fields as pages show them: what is filled in, and what can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import ApiKey
from inbox.custom_fields import WITH_CHOICES, FieldAbout, FieldKind, Value, shown
from inbox.models import CustomField, Ticket


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field with what is filled in: as people read it, and as its form sends it back."""

    key: str
    name: str
    kind: str
    required: bool
    text: str
    said: tuple[str, ...]
    # What can be chosen, with its name.
    options: tuple[tuple[str, str], ...]

    @property
    def was(self) -> str:
        """Return what the form says of before, so that only what somebody changes is changed."""
        return "\n".join(self.said)

    @property
    def value(self) -> str:
        """Return what stands in the form's line."""
        return self.said[0] if self.said else ""


@dataclass(frozen=True, slots=True)
class TicketFields:
    """The fields of a ticket and of its customer."""

    ticket: Sequence[FieldRow]
    customer: Sequence[FieldRow]


def fields_of(organization_id: int, about: FieldAbout, values: Mapping[str, Value]) -> list[FieldRow]:
    """Return the fields in use of a ticket or a customer, whose values these are; one query."""
    found = CustomField.objects.filter(organization=organization_id, about=about).in_use()
    return [_row(field, values.get(field.key)) for field in found]


def fields_beside(ticket: Ticket) -> TicketFields:
    """Return the fields in use of a ticket whose contact is loaded, and of its customer; one query."""
    found = list(CustomField.objects.filter(organization=ticket.organization_id).in_use())
    of_ticket = [one for one in found if one.about == FieldAbout.TICKET]
    of_customer = [one for one in found if one.about == FieldAbout.CUSTOMER]
    return TicketFields(
        [_row(one, ticket.fields.get(one.key)) for one in of_ticket],
        [_row(one, ticket.contact.fields.get(one.key)) for one in of_customer],
    )


def fields_for(key: ApiKey) -> list[CustomField]:
    """Return the fields in use of a key's organization."""
    return list(CustomField.objects.filter(organization=key.organization_id).in_use())


def told_fields(organization_id: int, values: Mapping[str, Value]) -> dict[str, str]:
    """Return what is filled in, by the fields' names, archived ones too: for an export."""
    names = dict(CustomField.objects.filter(organization=organization_id, key__in=values).values_list("key", "name"))
    return {names.get(key, key): shown(value) for key, value in values.items()}


def _row(field: CustomField, value: Value | None) -> FieldRow:
    options: list[tuple[str, str]] = []
    if field.kind in WITH_CHOICES:
        options = [(one, one) for one in field.choices]
    elif field.kind == FieldKind.YES_NO:
        options = [("yes", shown(True)), ("no", shown(False))]
    said = _said(value)
    # What can be chosen no more stays until somebody chooses another.
    options += [(one, one) for one in said if options and one not in dict(options)]
    return FieldRow(field.key, field.name, field.kind, field.required, shown(value), said, tuple(options))


def _said(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return tuple(value) if isinstance(value, list) else (str(value),)
