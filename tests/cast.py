"""The cast of every test: who works where, and plain functions that make what a test needs."""

from datetime import datetime
from itertools import count

from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.models import ApiKey, Brand, Organization, Team, User
from accounts.permissions import Role
from brandvoice.actions.rules import RuleDraft, create_rules
from brandvoice.models import Rule
from inbox.actions.messages import receive_messages
from inbox.connectors.base import Author, IncomingMessage
from inbox.models import Channel, Ticket

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_organization(name: str = "Northline Group", slug: str = "") -> Organization:
    return Organization.objects.create(name=name, slug=slug or f"{name.split()[0].lower()}-{next(_numbers)}")


def make_person(name: str, organization: Organization, role: Role, *, teams: tuple[Team, ...] = ()) -> User:
    email = f"{name.split()[0].lower()}-{next(_numbers)}@northline.example"
    person = User.objects.create_user(email, PASSWORD, name=name, organization=organization, role=role)
    person.teams.set(teams)
    return person


def make_brand(organization: Organization, name: str = "Northline Rail") -> Brand:
    return Brand.objects.create(organization=organization, name=name, slug=f"brand-{next(_numbers)}")


def make_team(organization: Organization, name: str = "") -> Team:
    return Team.objects.create(organization=organization, name=name or f"Team {next(_numbers)}")


def make_channel(brand: Brand, team: Team, *, network: str = "bluesky", **fields: object) -> Channel:
    defaults = {"name": f"{brand.name} on {network}", "handle": "@northline", "undo_seconds": 0}
    return Channel.objects.create(
        organization_id=brand.organization_id, brand=brand, team=team, network=network, **(defaults | fields)
    )


def make_incoming(
    text: str = "Where is my train?",
    *,
    thread: str = "",
    external_id: str = "",
    author: str = "priya",
    region: str = "",
    sent_at: datetime | None = None,
    **fields: object,
) -> IncomingMessage:
    number = next(_numbers)
    return IncomingMessage(
        external_id=external_id or f"post-{number}",
        thread_key=thread or f"thread-{number}",
        author=Author(external_id=author, username=f"@{author}", name=author.title(), region=region),
        sent_at=sent_at or timezone.now(),
        text=text,
        **fields,
    )


def make_ticket(channel: Channel, text: str = "Where is my train?", **fields: object) -> Ticket:
    """Have a customer write, and return the ticket; keyword arguments as for make_incoming."""
    received = receive_messages(channel, [make_incoming(text, **fields)])[0]
    return Ticket.objects.get(organization=channel.organization_id, number=received.ticket)


def make_rule(organization: Organization, *phrases: str, kind: str = "term.banned", **fields: object) -> Rule:
    """Write a rule; what is no field of a rule is said to its kind."""
    scope = {name: fields.pop(name) for name in ("brand", "language", "outcome", "active", "name") if name in fields}
    said = fields | ({"phrases": list(phrases)} if phrases else {})
    return create_rules(organization, [RuleDraft(kind, said, **scope)], by=None)[0]


def make_key(organization: Organization, *scopes: str, **fields: object) -> tuple[ApiKey, str]:
    owner = make_person("Olga Key", organization, Role.OWNER)
    return create_key("connector", organization=organization, scopes=scopes, by=owner, **fields)
