"""X's posts as it writes them down, pushed or asked for; its words go by two names where it is renaming them."""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, MessageEdited, News

# The moment from which X counts the milliseconds that its ids begin with.
EPOCH = datetime.fromtimestamp(1_288_834_974.657, UTC)
_MOST_FILES = 20
# A reply begins with those who are in the conversation already; its author has not typed them.
_LEADING = re.compile(r"^(?:@\w{1,15}\s+)+")


class Metrics(msgspec.Struct, frozen=True):
    """How an account is followed."""

    followers_count: int | None = None


class User(msgspec.Struct, frozen=True):
    """An account, in some events one level deeper."""

    id: str = ""
    username: str = ""
    name: str = ""
    profile_image_url: str = ""
    public_metrics: Metrics = Metrics()
    data: "User | None" = None


class Link(msgspec.Struct, frozen=True):
    """A link in a post: as X shortens it, and where it leads."""

    url: str | None = ""
    expanded_url: str | None = ""
    display_url: str | None = ""
    media_key: str | None = ""


class Entities(msgspec.Struct, frozen=True):
    """What stands in the words of a post."""

    urls: list[Link] | None = None


class Note(msgspec.Struct, frozen=True):
    """The whole of a post that is longer than usual."""

    text: str = ""
    entities: Entities | None = None


class Reference(msgspec.Struct, frozen=True):
    """Another post that this one answers or quotes."""

    type: str = ""
    id: str = ""


class Variant(msgspec.Struct, frozen=True):
    """A video in one size."""

    url: str | None = ""
    content_type: str | None = ""
    bit_rate: int | None = 0


class Media(msgspec.Struct, frozen=True):
    """A picture or video."""

    media_key: str = ""
    type: str = ""
    url: str | None = ""
    preview_image_url: str | None = ""
    variants: list[Variant] = []


class Attached(msgspec.Struct, frozen=True):
    """What is attached to a post, by keys."""

    media_keys: list[str] | None = None


class Includes(msgspec.Struct, frozen=True):
    """What a post refers to."""

    users: list[User] = []
    media: list[Media] = []


class Post(msgspec.Struct, frozen=True):
    """A post."""

    id: str
    author_id: str = ""
    text: str = ""
    created_at: datetime | None = None
    conversation_id: str = ""
    lang: str = ""
    in_reply_to_tweet_id: str | None = ""
    in_reply_to_user_id: str | None = ""
    referenced_tweets: list[Reference] | None = None
    referenced_posts: list[Reference] | None = None
    edit_history_tweet_ids: list[str] | None = None
    edit_history_post_ids: list[str] | None = None
    entities: Entities | None = None
    note_tweet: Note | None = None
    note_post: Note | None = None
    attachments: Attached | None = None

    @property
    def first(self) -> str:
        """Return the id that the post had before it was edited: an edit is a new post to X."""
        versions: list[str] = [self.id, *(self.edit_history_tweet_ids or self.edit_history_post_ids or ())]
        return min(versions, key=_age)

    @property
    def answers(self) -> str:
        """Return the id of the post that this one answers."""
        named = self.referenced_tweets or self.referenced_posts or ()
        return self.in_reply_to_tweet_id or next((one.id for one in named if one.type == "replied_to"), "")

    @property
    def written_at(self) -> datetime:
        """Return when this version was written."""
        return self.created_at or moment_of(self.id)

    @property
    def links(self) -> Sequence[Link]:
        """Return the links in its words."""
        note = self.note_tweet or self.note_post
        entities = (note.entities if note else None) or self.entities
        return (entities.urls or ()) if entities else ()

    @property
    def typed(self) -> str:
        """Return its words with X's short links in them."""
        note = self.note_tweet or self.note_post
        return html.unescape(note.text if note and note.text else self.text)


def news_of(post: Post, includes: Includes, *, account: str) -> list[News]:
    """Return what a post says: to us, or by us to a customer; nothing for what the brand says to all."""
    by_us = post.author_id == account
    customer = (post.in_reply_to_user_id or "") if by_us else post.author_id
    if customer in ("", account):
        return []
    files = tuple(_files(post, includes.media))
    text = words_of(post, shown=bool(files))
    message = IncomingMessage(
        external_id=post.first,
        # One campaign of the brand has many people under it, and each of them is a conversation.
        thread_key=f"{post.conversation_id or post.first}-{customer}",
        author=author_of(post.author_id, includes.users),
        sent_at=post.written_at if post.first == post.id else moment_of(post.first),
        text=text,
        direction="outbound" if by_us else "inbound",
        visibility="public",
        in_reply_to=post.answers,
        language=post.lang if re.fullmatch(r"[a-z]{2}", post.lang) else "",
        attachments=files,
    )
    edits = [MessageEdited(post.first, post.written_at, text=text)] if post.first != post.id else []
    return [message, *edits]


def words_of(post: Post, *, shown: bool) -> str:
    """Return what the author typed: whole links for short ones, and none for pictures that are `shown` beside it."""
    text = post.typed
    for link in post.links:
        if link.url:
            text = text.replace(link.url, "" if shown and is_picture(link) else (link.expanded_url or link.url))
    return (_LEADING.sub("", text) if post.answers else text).strip()


def is_picture(link: Link) -> bool:
    """Return whether a link stands for a picture that is shown beside the words."""
    return bool(link.media_key) or (link.display_url or "").startswith("pic.")


def says(post: Post, words: str) -> bool:
    """Return whether a post of ours says these words; X has made short links of those in them, and of pictures."""
    text = post.typed
    for link in post.links:
        if is_picture(link) and link.url:
            text = text.replace(link.url, "")
    if post.answers and not words.startswith("@"):
        text = _LEADING.sub("", text)
    text = " ".join(text.split())
    pattern = re.escape(text)
    for link in post.links:
        pattern = pattern.replace(re.escape(link.url or ""), r"\S+") if link.url else pattern
    return re.fullmatch(pattern, " ".join(words.split())) is not None


def author_of(account: str, users: Iterable[User]) -> Author:
    """Return who wrote, with what X tells of them."""
    known = next((one for user in users if (one := user.data or user).id == account), User())
    address = known.profile_image_url
    return Author(
        external_id=account,
        username=known.username,
        name=known.name[:200],
        avatar_url=address if address.startswith("https://") and len(address) <= 1000 else "",
        followers=known.public_metrics.followers_count,
    )


def moment_of(id: str) -> datetime:
    """Return when something was made: its id begins with the moment."""
    return EPOCH + timedelta(milliseconds=int(id) >> 22)


def best_video(variants: Iterable[Variant]) -> str:
    """Return where the best version is that is a file, and not a playlist."""
    files = [one for one in variants if one.content_type == "video/mp4" and one.url]
    return max(files, key=lambda one: one.bit_rate or 0).url or "" if files else ""


def attachment(url: str, kind: str) -> IncomingAttachment:
    """Return a file by its address; its type is seen when it is fetched."""
    return IncomingAttachment(url=url, name=kind)


def _files(post: Post, media: Iterable[Media]) -> Iterable[IncomingAttachment]:
    wanted = (post.attachments.media_keys or [] if post.attachments else [])[:_MOST_FILES]
    known = {one.media_key: one for one in media}
    for one in (known[key] for key in wanted if key in known):
        url = best_video(one.variants) or one.url or one.preview_image_url or ""
        if url.startswith("https://") and len(url) <= 2000:
            yield attachment(url, one.type)


def _age(id: str) -> int:
    return int(id) if id.isdecimal() else 0
