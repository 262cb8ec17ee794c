"""The recall list of a version: which posts and replies that have gone out hold its words, public ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from accounts.models import User
from brandvoice.models import PositionVersion
from brandvoice.queries.successors import Overtaken, overtaken_of_version
from inbox.models import Correction, Draft, Post, PostSpan, PostVariant, Span, Ticket, Visibility
from inbox.models.deliveries import THERE
from inbox.queries.threads import Part, parts_of

PAGE = 50
MOST_DRAFTS = 50
MOST_POSTS = 50
PUBLIC, PRIVATE = "public", "private"
_AUDIENCES = {PUBLIC: (Visibility.PUBLIC, Visibility.COMMENT), PRIVATE: (Visibility.DIRECT,)}


@dataclass(frozen=True, slots=True)
class SentReply:
    """One reply that holds the words."""

    message_id: int
    number: int
    customer: str
    network: str
    network_name: str
    channel: str
    sender: str
    sent_at: datetime
    url: str
    parts: Sequence[Part]
    # "" while nobody has asked for a correction, else "asked" or "done"; "spam" where nobody can ask.
    correction: str


@dataclass(frozen=True, slots=True)
class RecallPart:
    """A page of replies of one audience, and where the next one starts."""

    replies: tuple[SentReply, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class RestingDraft:
    """An open draft that holds the words."""

    number: int
    writer: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """One planned post that has gone out with the words, and on which of its channels."""

    post_id: int
    parts: Sequence[Part]
    # Each with its delivery, loaded.
    variants: tuple[PostVariant, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """Everything that rests on a version, as far as the reader may see it."""

    version: PositionVersion
    overtaken: tuple[Overtaken, ...]
    drafts: tuple[RestingDraft, ...]
    posts: tuple[PublishedPost, ...]
    public: RecallPart
    private: RecallPart

    @property
    def is_replaced(self) -> bool:
        """Return whether anything is signed in its place."""
        return any(words.new_wording_id for words in self.overtaken)


def recall_of(version: PositionVersion, user: User, *, after: dict[str, int | None]) -> Recall:
    """Return what rests on a version; `after` says for each audience where the last page ended."""
    return Recall(
        version=version,
        overtaken=overtaken_of_version(version.organization_id, version.pk, now=timezone.now()),
        drafts=_drafts(version, user),
        posts=_posts(version, user),
        public=_replies(version, user, PUBLIC, after.get(PUBLIC)),
        private=_replies(version, user, PRIVATE, after.get(PRIVATE)),
    )


def _replies(version: PositionVersion, user: User, audience: str, after: int | None) -> RecallPart:
    """Return replies in the order in which they were written, newest first; the span's id is that order."""
    spans = Span.objects.filter(
        version=version,
        message__visibility__in=_AUDIENCES[audience],
        message__delivery__state__in=THERE,
        message__ticket__in=Ticket.objects.visible_to(user),
    )
    if after:
        spans = spans.filter(pk__lt=after)
    related = ("ticket__contact", "channel", "user", "delivery")
    loaded = spans.select_related(*(f"message__{name}" for name in related))
    found = list(loaded.prefetch_related("message__spans__version__signed_by").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    states = _corrections([span.message_id for span in shown if span.message_id])
    rows = {span.message_id: _reply(span, states) for span in shown}
    return RecallPart(tuple(rows.values()), shown[-1].pk if len(found) > PAGE else None)


def _reply(span: Span, states: dict[int, str]) -> SentReply:
    message = span.message
    if message is None:
        raise AssertionError(f"Span {span.pk} is in no message.")
    return SentReply(
        message_id=message.pk,
        number=message.ticket.number,
        customer=message.ticket.contact.name,
        network=message.channel.network,
        network_name=message.channel.get_network_display(),
        channel=message.channel.name,
        sender=message.user.name if message.user else "",
        sent_at=message.sent_at,
        url=message.delivery.url,
        parts=parts_of(message.text, sorted(message.spans.all(), key=lambda span: span.start)),
        correction=states.get(message.pk, "spam" if message.ticket.is_spam else ""),
    )


def _corrections(message_ids: Sequence[int]) -> dict[int, str]:
    asked = Correction.objects.filter(message__in=message_ids)
    still = set(asked.open().values_list("message", flat=True))
    return {pk: "asked" if pk in still else "done" for pk in asked.values_list("message", flat=True)}


def _drafts(version: PositionVersion, user: User) -> tuple[RestingDraft, ...]:
    drafts = Draft.objects.filter(
        pk__in=Span.objects.filter(version=version, draft__isnull=False).values("draft"),
        ticket__in=Ticket.objects.visible_to(user),
    )
    rows = drafts.select_related("ticket", "user").order_by("-updated_at")[:MOST_DRAFTS]
    return tuple(RestingDraft(draft.ticket.number, draft.user.name, draft.updated_at) for draft in rows)


def _posts(version: PositionVersion, user: User) -> tuple[PublishedPost, ...]:
    """Return the published posts that hold the words, newest first, with the channels that say them."""
    # One with words of its own says nothing of it.
    there = PostVariant.objects.filter(text="", delivery__state__in=THERE)
    found = Post.objects.visible_to(user).filter(
        Exists(there.filter(post=OuterRef("pk"))), pk__in=PostSpan.objects.filter(version=version).values("post")
    )
    saying = Prefetch("variants", there.select_related("channel", "delivery").order_by("channel__name", "pk"))
    rows = found.prefetch_related(saying, "spans__version__signed_by").order_by("-pk")[:MOST_POSTS]
    return tuple(
        PublishedPost(
            post_id=post.pk,
            parts=parts_of(post.text, sorted(post.spans.all(), key=lambda span: span.start)),
            variants=tuple(post.variants.all()),
        )
        for post in rows
    )
