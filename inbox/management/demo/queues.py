"""Gives the demo's organizations statuses and fields of their own, and views that everybody has."""

from inbox.actions.custom_fields import fill_customer_fields, fill_ticket_fields
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.tickets import set_status
from inbox.custom_fields import FieldAbout, FieldKind
from inbox.management.demo.people import Company
from inbox.models import Category, CustomField, NamedStatus, Status, Ticket

# By organization: what a part of a category is called there.
_STATUSES: dict[str, list[tuple[Category, str]]] = {
    "northline": [(Category.OPEN, "With the press office"), (Category.WAITING, "With the supplier")],
    "verde": [(Category.OPEN, "Con prensa"), (Category.WAITING, "Con el proveedor")],
}
# A field's key, its name, what it is of, its kind, its choices.
_FIELDS: dict[str, list[tuple[str, str, FieldAbout, FieldKind, list[str]]]] = {
    "northline": [
        ("booking", "Booking", FieldAbout.TICKET, FieldKind.TEXT, []),
        ("travel-day", "Day of travel", FieldAbout.TICKET, FieldKind.DATE, []),
        ("wishes", "Wishes", FieldAbout.TICKET, FieldKind.CHOICES, ["Refund", "Call back", "Apology"]),
        ("tier", "Tier", FieldAbout.CUSTOMER, FieldKind.CHOICE, ["Silver", "Gold", "Platinum"]),
    ],
    "verde": [
        ("order", "Pedido", FieldAbout.TICKET, FieldKind.TEXT, []),
        ("member", "Socio del club", FieldAbout.CUSTOMER, FieldKind.YES_NO, []),
    ],
}
# What stands in them, for the first tickets that somebody has.
_FILLED: dict[str, list[tuple[dict[str, object], dict[str, object]]]] = {
    "northline": [
        ({"booking": "NR-40712", "travel-day": "2026-03-02", "wishes": ["Refund"]}, {"tier": "Gold"}),
        ({"booking": "NR-40955", "wishes": ["Call back", "Apology"]}, {"tier": "Silver"}),
    ],
    "verde": [({"order": "V-2231"}, {"member": True})],
}
# A view's name and its conditions.
_VIEWS: dict[str, list[tuple[str, str]]] = {
    "northline": [
        ("Refunds", "label:refund -is:resolved"),
        ("Grave and waiting for us", "is:unanswered feeling:negative"),
    ],
    "verde": [
        ("Sin responder", "is:unanswered"),
        ("Molestos", "-is:resolved feeling:negative"),
    ],
}


def make_queues(company: Company) -> None:
    """Name statuses and fields, give them to tickets, and share views, in the name of the lead."""
    organization = company.organization
    for position, (category, name) in enumerate(_STATUSES.get(organization.slug, []), 1):
        fields = {"category": category, "name": name, "position": position}
        named = NamedStatus.objects.create(organization=organization, **fields)
        there = Ticket.objects.filter(organization=organization, status=category, assignee__isnull=False)
        if ticket := there.order_by("number").first():
            set_status(ticket, Status(category), named=named, by=ticket.assignee or company.lead)
    _make_fields(company)
    for name, query in _VIEWS.get(organization.slug, []):
        create_view(NewView(name, query), by=company.lead)


def _make_fields(company: Company) -> None:
    organization = company.organization
    CustomField.objects.bulk_create(
        CustomField(organization=organization, key=key, name=name, about=about, kind=kind, choices=choices, position=at)
        for at, (key, name, about, kind, choices) in enumerate(_FIELDS.get(organization.slug, []), 1)
    )
    filled = _FILLED.get(organization.slug, [])
    taken = Ticket.objects.filter(organization=organization, assignee__isnull=False).select_related("contact")
    for ticket, (said, of_customer) in zip(taken.order_by("number")[: len(filled)], filled, strict=False):
        by = ticket.assignee or company.lead
        fill_ticket_fields(ticket, said, by=by)
        fill_customer_fields(ticket.contact, of_customer, by=by)
