"""Reads the make-believe network's conversations as one customer sees them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from inbox.connectors.sandbox.models import Account, Post, Visibility

MOST_THREADS = 20
# The newest posts of those conversations; older ones are not shown.
MOST_POSTS = 400


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation with an account, oldest post first."""

    key: str
    posts: list[Post]

    @property
    def is_direct(self) -> bool:
        """Return whether it began as a direct message."""
        return self.posts[0].visibility == Visibility.DIRECT


def recent_threads(account: Account, reader: str) -> list[Thread]:
    """Return the conversations in which something was said last, the newest first; two queries."""
    readable = account.posts.readable_by(reader)
    newest = readable.values("thread").annotate(last=Max("created_at")).order_by("-last", "thread")
    keys = list(newest.values_list("thread", flat=True)[:MOST_THREADS])
    posts = readable.filter(thread__in=keys).order_by("-created_at", "-pk")[:MOST_POSTS]
    grouped = _by_thread(reversed(posts))
    return [Thread(key, grouped[key]) for key in keys if key in grouped]


def find_thread(account: Account, key: str, reader: str) -> Thread | None:
    """Return one conversation, if this customer can read any of it."""
    posts = list(account.posts.readable_by(reader).filter(thread=key).order_by("created_at", "pk")[:MOST_POSTS])
    return Thread(key, posts) if posts else None


def _by_thread(posts: Iterable[Post]) -> dict[str, list[Post]]:
    grouped: dict[str, list[Post]] = {}
    for post in posts:
        grouped.setdefault(post.thread, []).append(post)
    return grouped
