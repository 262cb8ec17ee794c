"""How Bluesky's answers become news: pure functions over what its servers say."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage

logger = logging.getLogger(__name__)


class Ref(msgspec.Struct, frozen=True):
    """A record, by its address and the fingerprint of its content."""

    uri: str
    cid: str = ""

    def strong(self) -> dict[str, str]:
        """Return the reference as records hold it."""
        return {"uri": self.uri, "cid": self.cid}


class ReplyRefs(msgspec.Struct, frozen=True):
    """What a post answers, and where the conversation began."""

    root: Ref
    parent: Ref


class _Bytes(msgspec.Struct, rename="camel"):
    byte_start: int
    byte_end: int


class _Feature(msgspec.Struct):
    uri: str = ""


class _Facet(msgspec.Struct):
    index: _Bytes
    features: list[_Feature] = []


class _Card(msgspec.Struct):
    uri: str = ""


class _Embed(msgspec.Struct):
    """What is under a post; which of these are there depends on its kind."""

    external: _Card | None = None
    record: "_Embed | None" = None
    media: "_Embed | None" = None
    images: list[msgspec.Raw] = []
    video: msgspec.Raw = msgspec.Raw()
    uri: str = ""


class Post(msgspec.Struct, rename="camel"):
    """A post as its author's repository holds it."""

    text: str = ""
    created_at: str = ""
    reply: ReplyRefs | None = None
    langs: list[str] = []
    facets: list[_Facet] = []
    embed: _Embed | None = None

    @property
    def has_pictures(self) -> bool:
        """Return whether there is something to look at, whose address only the network's view of the post tells."""
        embeds = (self.embed, self.embed.media if self.embed else None)
        return any(embed and (embed.images or embed.video) for embed in embeds)


class Profile(msgspec.Struct, rename="camel"):
    """Who wrote a post."""

    did: str
    handle: str = ""
    display_name: str = ""
    avatar: str = ""


class Notification(msgspec.Struct, rename="camel"):
    """Somebody spoke to the account."""

    uri: str
    cid: str
    author: Profile
    reason: str
    indexed_at: datetime
    record: msgspec.Raw


class Listing(msgspec.Struct):
    """Notifications, newest first, and where older ones are."""

    notifications: list[Notification] = []
    cursor: str = ""

    def reaches(self, moment: datetime) -> bool:
        """Return whether all after that moment is in this page or in a newer one.

        A page can be empty, since kinds that were not asked for are taken out of it; the cursor is a moment then.
        """
        try:
            passed = datetime.fromisoformat(self.cursor)
        except ValueError:
            return bool(self.notifications) and self.notifications[-1].indexed_at <= moment
        return (passed if passed.tzinfo else passed.replace(tzinfo=UTC)) <= moment


class Record(msgspec.Struct):
    """One record of a repository."""

    uri: str
    cid: str = ""
    value: msgspec.Raw = msgspec.Raw(b"{}")


class Records(msgspec.Struct):
    """Records of a repository, in the order asked for."""

    records: list[Record] = []
    cursor: str = ""


class _ImageView(msgspec.Struct):
    fullsize: str = ""
    alt: str = ""


class _EmbedView(msgspec.Struct):
    images: list[_ImageView] = []
    thumbnail: str = ""
    alt: str = ""
    media: "_EmbedView | None" = None


class PostView(msgspec.Struct):
    """A post as the network shows it: with the addresses of its pictures."""

    uri: str
    embed: _EmbedView | None = None


class Views(msgspec.Struct):
    """The posts that were asked for, without those that are gone."""

    posts: list[PostView] = []


def post_of(raw: msgspec.Raw) -> Post | None:
    """Return the post in a record; None for what is none, or what nobody could read."""
    try:
        return msgspec.json.decode(raw, type=Post)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def owner_of(uri: str) -> str:
    """Return the DID of whoever holds the record of this address."""
    return uri.removeprefix("at://").split("/", 1)[0]


def key_of(uri: str) -> str:
    """Return the last part of a record's address."""
    return uri.rsplit("/", 1)[-1]


def thread_key(root: str, customer: str) -> str:
    """Return what holds one customer's part of a thread together.

    Under a brand's post, or a famous stranger's, many write; each of them has a conversation of their own.
    """
    key = f"{root} {customer}"
    return key if len(key) <= 255 else sha256(key.encode()).hexdigest()


def message_of(told: Notification, pictures: Mapping[str, PostView]) -> IncomingMessage | None:
    """Return what a customer said to the account; None for what can't be read."""
    post = post_of(told.record)
    if post is None:
        return None
    root = post.reply.root.uri if post.reply else told.uri
    author = told.author
    fields = {
        "external_id": told.uri,
        "thread_key": thread_key(root, author.did),
        "author": Author(
            external_id=author.did,
            username=author.handle[:255],
            name=author.display_name[:200],
            avatar_url=author.avatar if author.avatar.startswith("https://") else "",
        ),
        "sent_at": moment_of(post, told.indexed_at),
        "text": text_of(post),
        "visibility": "public",
        "in_reply_to": _short(post.reply.parent.uri) if post.reply else "",
        "language": _language(post.langs),
        "attachments": attachments_of(pictures.get(told.uri)),
    }
    return _checked(fields)


def own_message(record: Record, post: Post, *, customer: str, account: Profile) -> IncomingMessage | None:
    """Return what the account itself answered a customer, typed here or elsewhere."""
    if post.reply is None:
        return None
    return _checked(
        {
            "external_id": record.uri,
            "thread_key": thread_key(post.reply.root.uri, customer),
            "author": Author(external_id=account.did, username=account.handle[:255]),
            "sent_at": moment_of(post, datetime.now(UTC)),
            "text": text_of(post),
            "direction": "outbound",
            "visibility": "public",
            "in_reply_to": _short(post.reply.parent.uri),
        }
    )


def text_of(post: Post) -> str:
    """Return the words of a post, with links in full where the author's program cut them short."""
    whole = post.text.encode()
    for facet in sorted(post.facets, key=lambda facet: facet.index.byte_start, reverse=True):
        start, end = facet.index.byte_start, facet.index.byte_end
        link = next((feature.uri for feature in facet.features if feature.uri), "")
        if link and 0 <= start < end <= len(whole) and _is_cut(whole[start:end], link):
            whole = whole[:start] + link.encode() + whole[end:]
    text = whole.decode(errors="replace")
    return "\n".join(filter(None, [text, *(link for link in _links_under(post) if link not in text)]))


def moment_of(post: Post, indexed_at: datetime) -> datetime:
    """Return when a post was written: its author's word, unless the network saw it earlier or much later."""
    try:
        said = datetime.fromisoformat(post.created_at)
    except ValueError:
        return indexed_at
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return said if timedelta(0) <= indexed_at - said <= timedelta(days=1) else indexed_at


def attachments_of(view: PostView | None) -> tuple[IncomingAttachment, ...]:
    """Return the pictures of a post; of a video the network gives a still."""
    if view is None or view.embed is None:
        return ()
    embed = view.embed.media or view.embed
    found = [(image.fullsize, image.alt) for image in embed.images] + [(embed.thumbnail, embed.alt)]
    return tuple(
        IncomingAttachment(url=url, type="image/jpeg", name=alt[:255])
        for url, alt in found
        if url.startswith(("https://", "http://")) and len(url) <= 2000
    )


def customer_behind(post: Post, me: str, look_up: Callable[[str], Post | None], *, steps: int = 10) -> str | None:
    """Return whom a post of ours answers, through what we added to our own answers; None where it is nobody else."""
    for _step in range(steps):
        if post.reply is None:
            return None
        parent = post.reply.parent.uri
        if owner_of(parent) != me:
            return owner_of(parent)
        further = look_up(parent)
        if further is None:
            return None
        post = further
    return None


def _links_under(post: Post) -> Iterable[str]:
    """Yield the link of the card under a post, and where the post is that it quotes."""
    for embed in filter(None, (post.embed, post.embed.media if post.embed else None)):
        if embed.external and embed.external.uri:
            yield embed.external.uri
    # A quote alone holds the reference itself, a quote beside pictures holds it one deeper.
    quoted = post.embed.record if post.embed else None
    quoted = quoted.record or quoted if quoted else None
    if quoted and "/app.bsky.feed.post/" in quoted.uri:
        yield web_address(owner_of(quoted.uri), key_of(quoted.uri))


def web_address(actor: str, key: str) -> str:
    """Return where a person sees a post."""
    return f"https://bsky.app/profile/{actor}/post/{key}"


def _is_cut(shown: bytes, link: str) -> bool:
    """Return whether the words shown are the link, cut short; a link under other words may be anything."""
    words = shown.decode(errors="replace")
    return words.endswith(("…", "...")) and link.split("://", 1)[-1].startswith(words.rstrip("….").split("://", 1)[-1])


def _language(said: list[str]) -> str:
    tag = said[0] if said else ""
    primary = tag.split("-", 1)[0]
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else ""


def _short(uri: str) -> str:
    return uri if len(uri) <= 255 else ""


def _checked(fields: dict[str, object]) -> IncomingMessage | None:
    """Return the message; one that breaks the bounds of any sensible one must not stop the others."""
    try:
        return msgspec.convert(fields, IncomingMessage)
    except msgspec.ValidationError as error:
        logger.warning("A post on Bluesky was left out: %s", error)
        return None
