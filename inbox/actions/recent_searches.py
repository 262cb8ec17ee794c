"""Remembers what people search for: a few of each, and only as long as they want it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inbox.models import RecentSearch

MOST = 8
LONGEST = 300


@transaction.atomic(durable=True)
def remember_search(text: str, *, by: User) -> None:
    """Put a search before the others of this person; the oldest beyond a few are forgotten."""
    words = " ".join(text.replace("\0", "").split())[:LONGEST]
    if not words:
        return
    RecentSearch.objects.bulk_create(
        [RecentSearch(user=by, text=words, searched_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["user", "text"],
        update_fields=["searched_at"],
    )
    mine = RecentSearch.objects.filter(user=by)
    newest = mine.order_by("-searched_at", "-pk").values("pk")[:MOST]
    mine.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


@transaction.atomic(durable=True)
def forget_searches(text: str = "", *, by: User) -> None:
    """Forget one search of this person, or all where none is named."""
    mine = RecentSearch.objects.filter(user=by)
    (mine.filter(text=text) if text else mine).delete()
