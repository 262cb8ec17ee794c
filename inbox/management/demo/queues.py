"""Gives the demo's organizations statuses of their own and views that everybody has."""

from inbox.actions.saved_views import NewView, create_view
from inbox.actions.tickets import set_status
from inbox.management.demo.people import Company
from inbox.models import Category, NamedStatus, Status, Ticket

# By organization: what a part of a category is called there.
_STATUSES: dict[str, list[tuple[Category, str]]] = {
    "northline": [(Category.OPEN, "With the press office"), (Category.WAITING, "With the supplier")],
    "verde": [(Category.OPEN, "Con prensa"), (Category.WAITING, "Con el proveedor")],
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
    """Name statuses, give each to a ticket, and share views, in the name of the lead."""
    organization = company.organization
    for position, (category, name) in enumerate(_STATUSES.get(organization.slug, []), 1):
        fields = {"category": category, "name": name, "position": position}
        named = NamedStatus.objects.create(organization=organization, **fields)
        there = Ticket.objects.filter(organization=organization, status=category, assignee__isnull=False)
        if ticket := there.order_by("number").first():
            set_status(ticket, Status(category), named=named, by=ticket.assignee or company.lead)
    for name, query in _VIEWS.get(organization.slug, []):
        create_view(NewView(name, query), by=company.lead)
