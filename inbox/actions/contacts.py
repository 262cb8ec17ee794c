"""Makes customers and tickets before anything was said, for programs that name them first and write afterwards."""

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import ApiKey
from inbox import events
from inbox.connectors.base import Author
from inbox.models import Channel, Contact, Identity, Status, Ticket, TicketCounter, Visibility


@transaction.atomic(durable=True)
def add_identity(channel: Channel, author: Author) -> Identity:
    """Return the customer's account in the channel, made with its contact where it is new."""
    _hold(channel.pk, f"author:{author.external_id}")
    known = Identity.objects.select_related("contact").filter(channel=channel, external_id=author.external_id).first()
    if known:
        return known
    name = author.name or author.username or author.external_id
    contact = Contact.objects.create(organization_id=channel.organization_id, name=name[:200])
    return Identity.objects.create(
        organization_id=channel.organization_id,
        channel=channel,
        contact=contact,
        external_id=author.external_id,
        username=author.username,
        name=author.name,
        avatar_url=author.avatar_url,
    )


@transaction.atomic(durable=True)
def change_customer(
    identity: Identity, *, name: str | None, username: str | None, avatar_url: str | None, by: ApiKey
) -> None:
    """Note what a program says of a customer and of their account with it; None leaves as it is."""
    account = Identity.objects.select_for_update(no_key=True, of=("self",)).get(pk=identity.pk)
    said = {"name": name, "username": username, "avatar_url": avatar_url}
    changes = {field: value for field, value in said.items() if value is not None and value != getattr(account, field)}
    for field, value in changes.items():
        setattr(account, field, value)
    renamed = bool(name) and Contact.objects.filter(pk=account.contact_id).exclude(name=name).update(name=name)
    if changes:
        account.save(update_fields=list(changes))
    if changes or renamed:
        facts = {"contact": account.contact_id, "channel": account.channel_id}
        events.record_about_organization(account.organization_id, "customer.changed", by=by, facts=facts)


@transaction.atomic(durable=True)
def open_ticket(channel: Channel, identity: Identity, *, by: ApiKey) -> Ticket:
    """Return the unresolved ticket of the customer's thread in the channel, opened empty where there is none.

    The thread is the customer's account there: what comes in by it later joins this ticket.
    """
    _hold(channel.pk, f"thread:{identity.external_id}")
    thread = Ticket.objects.filter(channel=channel, thread_key=identity.external_id)
    if found := thread.exclude(status=Status.RESOLVED).first():
        return found
    # Whose account it is may have been said anew since it was read.
    identity = Identity.objects.select_for_update(no_key=True, of=("self",)).get(pk=identity.pk)
    ticket = Ticket.objects.create(
        organization_id=channel.organization_id,
        brand_id=channel.brand_id,
        channel=channel,
        team_id=channel.team_id,
        number=next_number(channel.organization_id),
        contact_id=identity.contact_id,
        identity=identity,
        thread_key=identity.external_id,
        visibility=Visibility.DIRECT,
        awaiting_reply=False,
        last_message_at=timezone.now(),
    )
    now = events.state_of(ticket)
    events.record(ticket, "ticket.created", by=by, facts={"was": None, "now": now})
    return ticket


def _hold(channel_id: int, name: str) -> None:
    """Wait for whoever makes the same account or thread; intake takes the same locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name, channel_id])


def next_number(organization_id: int) -> int:
    """Return the next ticket number; others wait until this transaction ends."""
    TicketCounter.objects.get_or_create(organization_id=organization_id)
    counter = TicketCounter.objects.select_for_update(no_key=True).get(pk=organization_id)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
