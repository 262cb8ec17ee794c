"""What goes along with a merged ticket's messages: labels, followers, notifications and drafts; and goes back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from django.db.models import Exists, OuterRef

from inbox.models import Draft, Follower, Label, Notification, Ticket

# The ids of what went along, by what it is.
Kept: TypeAlias = Mapping[str, Sequence[int]]
# What two notifications have in common that tell the same of one ticket.
_SAME = ("user", "reason", "metric", "spike")


def bring(source: Ticket, target: Ticket) -> Kept:
    """Give the target what it has not of the source's; return what that was."""
    labels = sorted(_ids(source.labels.all()) - _ids(target.labels.all()))
    target.labels.add(*labels)
    return {
        "labels": labels,
        "followers": _follow(source, target),
        "notifications": _move_notifications(source, target),
        "drafts": _move_drafts(source, target),
    }


def bring_back(kept: Kept, source: Ticket, target: Ticket) -> None:
    """Take from the target what came with the source, as far as it is still there."""
    target.labels.remove(*kept["labels"])
    Follower.objects.filter(ticket=target.pk, user__in=kept["followers"]).delete()
    _move_notifications_back(kept["notifications"], source, target)
    # Whoever has begun another there meanwhile keeps both.
    begun = Draft.objects.filter(ticket=source.pk, user=OuterRef("user"), kind=OuterRef("kind"))
    drafts = Draft.objects.filter(pk__in=kept["drafts"], ticket=target.pk)
    drafts.filter(~Exists(begun)).update(ticket=source.pk)


def _ids(labels: Iterable[Label]) -> set[int]:
    return {label.pk for label in labels}


def _follow(source: Ticket, target: Ticket) -> list[int]:
    """Let those who follow the source follow the target as well, where they may see it."""
    known = set(Follower.objects.filter(ticket=target.pk).values_list("user", flat=True))
    followers = Follower.objects.filter(ticket=source.pk).exclude(user__in=known).select_related("user")
    here = Ticket.objects.filter(pk=target.pk)
    users = [one.user for one in followers if here.visible_to(one.user).exists()]
    Follower.objects.bulk_create(
        [Follower(organization_id=target.organization_id, ticket=target, user=user) for user in users]
    )
    return [user.pk for user in users]


def _move_notifications(source: Ticket, target: Ticket) -> list[int]:
    """Move what nobody has seen yet, except where the same is told of the target already."""
    told = set(Notification.objects.unseen().filter(ticket=target.pk).values_list(*_SAME))
    unseen = Notification.objects.unseen().filter(ticket=source.pk).values_list("pk", *_SAME)
    moved = [pk for pk, *same in unseen if tuple(same) not in told]
    Notification.objects.filter(pk__in=moved).update(ticket=target.pk)
    return moved


def _move_notifications_back(ids: Sequence[int], source: Ticket, target: Ticket) -> None:
    """Give the source back what was told of it; what was told of it again meanwhile, and not seen, is told once."""
    moved = Notification.objects.filter(pk__in=ids, ticket=target.pk)
    told = set(Notification.objects.unseen().filter(ticket=source.pk).values_list(*_SAME))
    again = [pk for pk, *same in moved.unseen().values_list("pk", *_SAME) if tuple(same) in told]
    moved.filter(pk__in=again).delete()
    moved.update(ticket=source.pk)


def _move_drafts(source: Ticket, target: Ticket) -> list[int]:
    """Move what people are writing, except where somebody is writing the same kind of text in the target."""
    taken = set(Draft.objects.filter(ticket=target.pk).values_list("user", "kind"))
    drafts = Draft.objects.filter(ticket=source.pk).values_list("pk", "user", "kind")
    moved = [pk for pk, user, kind in drafts if (user, kind) not in taken]
    Draft.objects.filter(pk__in=moved).update(ticket=target.pk)
    return moved
