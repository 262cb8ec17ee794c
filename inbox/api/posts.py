"""Planned posts for programs: listed, planned, read and called off; what a program plans, somebody approves."""

from contextlib import suppress

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions.post_rows import NewPost, PostMoveNotAllowed
from inbox.actions.posts import cancel_post, create_post, schedule_post
from inbox.api.door import Door, body_of, encoded, query_of
from inbox.api.post_documents import PlannedPost, PostDocument, PostList, PostsQuery
from inbox.api.problems import Problem, not_found
from inbox.api.schema import documented
from inbox.api.shapes import Nothing
from inbox.models import Post
from inbox.queries.connector_posts import is_untouched, objective_of, page_of_posts, post_of
from inbox.queries.connectors import open_channels


class OnePostDoor(Door):
    """A view of one planned post."""

    def found(self, pk: int) -> Post:
        """Return the post; raises a 404 problem."""
        post = post_of(self.key, pk)
        if post is None:
            raise not_found()
        return post


class PostsDoor(Door):
    """Lists planned posts."""

    scope = Scope.POSTS_READ

    @documented("list_posts", "List planned posts, the newest first.", query=PostsQuery, answers=PostList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with a page of posts."""
        query = query_of(request, PostsQuery)
        posts, following = page_of_posts(self.key, state=query.state or "", after=query.cursor, limit=query.limit)
        return encoded(PostList([PostDocument.of(post) for post in posts], following))


class PlanDoor(OnePostDoor):
    """Plans posts."""

    scope = Scope.POSTS_WRITE

    @documented(
        "plan_post",
        "Plan a post, as a draft or handed over for approval. A program publishes nothing by itself.",
        takes=PlannedPost,
        answers=PostDocument,
        status=201,
        refuses=(404, 409),
        example={"text": "On Sunday.", "channels": [{"channel": 3}], "purpose": "inform", "objective": "Fewer calls"},
    )
    def post(self, request: Request) -> HttpResponse:
        """Plan it."""
        said = body_of(request, PlannedPost)
        objective = objective_of(self.key, said.objective)
        if objective is None:
            raise Problem(422, "There is no such objective.", kind="post-unready")
        if not {one.channel for one in said.channels} <= set(open_channels(self.key)):
            raise not_found()
        names = ("text", "purpose", "publish_at", "topic", "language", "client_uuid")
        fields = {name: getattr(said, name) for name in names}
        channels = {one.channel: one.text.strip() for one in said.channels}
        post = self.found(create_post(NewPost(**fields, objective=objective, channels=channels), by=self.key).pk)
        if said.hand_over and is_untouched(post):
            # Where the same request comes twice in one moment, the other has handed it over.
            with suppress(PostMoveNotAllowed):
                schedule_post(post, seen=post.version, by=self.key)
        return encoded(PostDocument.of(self.found(post.pk)), 201)


class PostDoor(OnePostDoor):
    """Shows one planned post."""

    scope = Scope.POSTS_READ

    @documented("read_post", "Read a planned post and what has become of it.", answers=PostDocument, refuses=(404,))
    def get(self, request: Request, post_id: int) -> HttpResponse:
        """Answer with the post."""
        return encoded(PostDocument.of(self.found(post_id)))


class WithdrawDoor(OnePostDoor):
    """Calls a planned post off."""

    scope = Scope.POSTS_WRITE

    @documented(
        "withdraw_post",
        "Call a post off that has not gone out, or what is left of one that is out in part.",
        takes=Nothing,
        answers=PostDocument,
        refuses=(404, 409),
    )
    def post(self, request: Request, post_id: int) -> HttpResponse:
        """Call it off."""
        body_of(request, Nothing)
        cancel_post(self.found(post_id), by=self.key)
        return encoded(PostDocument.of(self.found(post_id)))
