"""What the REST API takes and answers about planned posts and incidents."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from inbox.api.shapes import Cursor, Id, Moment, PageSize, Taken
from inbox.models import Incident, Post, PostVariant

LongText: TypeAlias = Annotated[str, Meta(max_length=10_000)]
Named: TypeAlias = Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=20)]
StateName: TypeAlias = Literal["draft", "waiting", "scheduled", "publishing", "published", "failed", "cancelled"]


class PostsQuery(Taken):
    """Which planned posts to list."""

    state: StateName | None = None
    cursor: Cursor = ""
    limit: PageSize = 50


class OnChannel(Taken):
    """A channel on which a post goes out, with words of its own or none."""

    channel: Id
    text: LongText = ""


class PlannedPost(Taken):
    """A post to plan. With `client_uuid`, the same again makes no second one."""

    channels: Annotated[list[OnChannel], Meta(min_length=1, max_length=50)]
    purpose: Annotated[str, Meta(max_length=20, description="The key of a purpose, as `inform`.")]
    objective: Annotated[str, Meta(max_length=160, description="The name of an objective.")]
    text: LongText = ""
    publish_at: Moment | None = None
    topic: Annotated[str, Meta(max_length=80)] = ""
    language: Annotated[str, Meta(max_length=10)] = ""
    client_uuid: UUID | None = None
    hand_over: Annotated[bool, Meta(description="Whether it is handed over for approval; else it is a draft.")] = False


class PostOnChannel(msgspec.Struct, frozen=True):
    """A post on one channel: its words there, and what has become of it once it is scheduled."""

    channel: int
    text: str
    state: str | None
    external_id: str | None
    url: str
    error: str

    @classmethod
    def of(cls, variant: PostVariant, post: Post) -> "PostOnChannel":
        """Return the document of a row that is loaded with its delivery."""
        delivery = getattr(variant, "delivery", None)
        said = (str(delivery.state), delivery.url, delivery.error) if delivery else (None, "", "")
        state, url, error = said
        return cls(variant.channel_id, variant.text or post.text, state, variant.external_id, url, error)


class PostDocument(msgspec.Struct, frozen=True):
    """A planned post."""

    id: int
    state: str
    version: int
    text: str
    channels: list[PostOnChannel]
    purpose: str
    objective: str
    topic: str
    language: str
    publish_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, post: Post) -> "PostDocument":
        """Return the document of a row that is loaded with its channels."""
        return cls(
            id=post.pk,
            state=str(post.state),
            version=post.version,
            text=post.text,
            channels=[PostOnChannel.of(variant, post) for variant in post.variants.all()],
            purpose=post.purpose,
            objective=post.objective.name,
            topic=post.topic,
            language=post.language,
            publish_at=post.publish_at,
            created_at=post.created_at,
        )


class PostList(msgspec.Struct, frozen=True):
    """A page of planned posts, the newest first; `next` is the cursor of the page after, empty on the last."""

    posts: list[PostDocument]
    next: str


class IncidentsQuery(Taken):
    """Which incidents to list."""

    live: bool | None = None
    cursor: Cursor = ""
    limit: PageSize = 50


class DeclaredIncident(Taken):
    """An incident to declare. `phrases` and `topics` say what it is about, or `everything` that it is about all.

    With `client_uuid`, the same again declares no second one.
    """

    name: Annotated[str, Meta(min_length=1, max_length=120, description="What has happened.")]
    level: Annotated[str, Meta(max_length=60, description="The name of a level, as `Serious`.")]
    phrases: Named = ()
    topics: Named = ()
    everything: bool = False
    brand: Annotated[str, Meta(max_length=120, description="The name of a brand; null for all.")] | None = None
    briefing: Annotated[str, Meta(max_length=4000)] = ""
    holding: (
        Annotated[int, Meta(ge=1, le=2**63 - 1, description="The position that holds the holding statement.")] | None
    ) = None
    drill: Annotated[bool, Meta(description="Whether it only says what would be stopped, and stops nothing.")] = False
    client_uuid: UUID | None = None


class IncidentDocument(msgspec.Struct, frozen=True):
    """An incident: what it is about, and what its level asks of what goes out."""

    id: int
    name: str
    state: str
    level: str
    replies: str
    holds_posts: bool
    drill: bool
    brand: str | None
    topics: list[str]
    phrases: list[str]
    briefing: str
    declared_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, incident: Incident) -> "IncidentDocument":
        """Return the document of a row that is loaded with its level and brand."""
        return cls(
            id=incident.pk,
            name=incident.name,
            state=str(incident.state),
            level=incident.level.name,
            replies=incident.level.replies,
            holds_posts=incident.level.hold_posts,
            drill=incident.drill,
            brand=incident.brand.name if incident.brand else None,
            topics=incident.topics,
            phrases=incident.phrases,
            briefing=incident.briefing,
            declared_at=incident.declared_at,
            ended_at=incident.ended_at,
        )


class IncidentList(msgspec.Struct, frozen=True):
    """A page of incidents, the newest first; `next` is the cursor of the page after, empty on the last."""

    incidents: list[IncidentDocument]
    next: str
