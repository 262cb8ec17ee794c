"""What a person was told, newest first, how much of it they have not seen, and what they want to be told."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from inbox.models import Notification, NotificationChoice, PushBrowser, Reason, Way
from inbox.models.notifications import USUAL, NotificationQuerySet

PAGE = 50
# Beyond this the rail says "99+".
COUNT_CAP = 99


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """One thing that a person was told."""

    pk: int
    # The customer and the ticket's number, or the post's.
    about: str
    # Where it is looked at: the ticket's number, or the id of a post or a spike.
    number: int | None
    network: str
    network_name: str
    who: str
    what: str
    excerpt: str
    created_at: datetime
    unseen: bool
    spike: int | None
    post: int | None


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """Rows, newest first, and where the next page starts."""

    rows: tuple[NotificationRow, ...]
    next: int | None


def notifications_of(user: User, *, after: int | None = None) -> NotificationPage:
    """Return a page of what the person was told, of what they may still see; two queries at most."""
    mine = _in_bell(user).order_by("-pk")
    mine = mine.filter(pk__lt=after) if after else mine
    loaded = mine.select_related("ticket__contact", "ticket__identity", "ticket__channel", "actor")
    found = list(loaded.defer("ticket__channel__webhook_secret", "actor__password")[: PAGE + 1])
    return NotificationPage(tuple(map(_row, found[:PAGE])), found[PAGE - 1].pk if len(found) > PAGE else None)


def unseen_count(user: User) -> str:
    """Return how much of their list the person has not seen, as the rail shows it; "" for nothing. One query."""
    count = _in_bell(user).unseen().order_by()[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count or "")


def wanted_of(user: User) -> set[tuple[Reason, Way]]:
    """Return what the person is told, and in which ways."""
    usual = {(reason, way) for way, reasons in USUAL.items() for reason in reasons}
    chosen = NotificationChoice.objects.filter(user=user).values_list("reason", "way", "wanted")
    said = {(Reason(reason), Way(way)): wanted for reason, way, wanted in chosen}
    return {pair for pair in usual | said.keys() if said.get(pair, pair in usual)}


def browsers_of(user: User) -> list[PushBrowser]:
    """Return the browsers in which the person is told, the newest first."""
    return list(PushBrowser.objects.of(user).defer("auth").order_by("-pk"))


def _in_bell(user: User) -> NotificationQuerySet:
    """Return what the person's bell tells: the list and its count are of the same."""
    return Notification.objects.of(user).wanted(Way.BELL)


def _row(notification: Notification) -> NotificationRow:
    ticket = notification.ticket
    return NotificationRow(
        pk=notification.pk,
        about=notification.about,
        number=ticket.number if ticket else None,
        network=ticket.channel.network if ticket else "",
        network_name=ticket.channel.get_network_display() if ticket else "",
        who=notification.who,
        what=notification.what,
        excerpt=notification.excerpt,
        created_at=notification.created_at,
        unseen=notification.seen_at is None,
        spike=notification.spike_id,
        post=notification.post_id,
    )
