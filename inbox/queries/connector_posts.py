"""Reads what a program's key may see of planned posts and incidents, a page at a time."""

from django.db.models import Prefetch, QuerySet

from accounts.models import ApiKey
from brandvoice.models import Position
from inbox.models import Incident, IncidentLevel, Objective, Post, PostState, PostVariant
from inbox.queries.keyset import cursor_of, read_cursor


def page_of_posts(key: ApiKey, *, state: str, after: str, limit: int) -> tuple[list[Post], str]:
    """Return planned posts, the newest first, and the cursor of the next page or ""; raises BadCursor."""
    posts = _loaded(key)
    posts = posts.filter(state=state) if state else posts
    posts = posts.filter(pk__lt=read_cursor(after)[1]) if after else posts
    found = list(posts.order_by("-pk")[: limit + 1])
    return found[:limit], cursor_of(found[limit - 1].created_at, found[limit - 1].pk) if len(found) > limit else ""


def post_of(key: ApiKey, pk: int) -> Post | None:
    """Return a planned post, with everything that a document about it shows."""
    return _loaded(key).filter(pk=pk).first()


def is_untouched(post: Post) -> bool:
    """Return whether a post is as it was planned: nobody has done anything with it since."""
    return post.state == PostState.DRAFT and post.changed_at == post.created_at


def objective_of(key: ApiKey, name: str) -> Objective | None:
    """Return the objective that the key's organization calls so."""
    return Objective.objects.filter(organization=key.organization_id, name=name).first()


def page_of_incidents(key: ApiKey, *, live: bool | None, after: str, limit: int) -> tuple[list[Incident], str]:
    """Return incidents, the newest first, and the cursor of the next page or ""; raises BadCursor."""
    incidents = Incident.objects.open_to(key).select_related("level", "brand")
    incidents = incidents if live is None else incidents.filter(state="live" if live else "over")
    incidents = incidents.filter(pk__lt=read_cursor(after)[1]) if after else incidents
    found = list(incidents.order_by("-pk")[: limit + 1])
    return found[:limit], cursor_of(found[limit - 1].declared_at, found[limit - 1].pk) if len(found) > limit else ""


def incident_of(key: ApiKey, pk: int) -> Incident | None:
    """Return an incident, with everything that a document about it shows."""
    return Incident.objects.open_to(key).select_related("level", "brand").filter(pk=pk).first()


def levels_of(key: ApiKey) -> list[IncidentLevel]:
    """Return the levels of the key's organization, the mildest first."""
    return list(IncidentLevel.objects.filter(organization=key.organization_id).order_by("rank", "pk"))


def signed_position_of(key: ApiKey, pk: int) -> Position | None:
    """Return a position of the key's organization that has wording in use."""
    mine = Position.objects.filter(organization=key.organization_id, pk=pk, versions__status="signed")
    return mine.distinct().first()


def _loaded(key: ApiKey) -> QuerySet[Post]:
    variants = PostVariant.objects.select_related("delivery").order_by("pk")
    posts = Post.objects.open_to(key).select_related("objective", "organization")
    return posts.prefetch_related(Prefetch("variants", variants))
