"""How Mastodon's answers become news: pure functions over what its servers say."""

import html
import logging
import re
from datetime import datetime

import msgspec
import nh3

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, MessageEdited, OutgoingReply

# From what everybody sees to what only those who are mentioned do.
VISIBILITIES = ("public", "unlisted", "private", "direct")
_PARAGRAPH = re.compile(r"</p>\s*<p[^>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

logger = logging.getLogger(__name__)


class Person(msgspec.Struct):
    """An account, as the brand's server knows it; `acct` names the server of one from elsewhere."""

    id: str
    acct: str = ""
    display_name: str = ""
    avatar_static: str = ""
    followers_count: int | None = None


class Medium(msgspec.Struct):
    """A file of a status."""

    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Status(msgspec.Struct):
    """What somebody wrote."""

    id: str
    account: Person
    created_at: datetime
    content: str = ""
    spoiler_text: str = ""
    visibility: str = "public"
    language: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    edited_at: datetime | None = None
    media_attachments: list[Medium] = []
    url: str | None = None

    @property
    def edited(self) -> str:
        """Return when it was edited last, as a word to compare by."""
        return self.edited_at.isoformat() if self.edited_at else ""


class Notification(msgspec.Struct):
    """Somebody mentioned the account."""

    id: str
    type: str
    status: Status | None = None


class Context(msgspec.Struct):
    """What a status answers, from the beginning of the conversation."""

    ancestors: list[Status] = []


class Source(msgspec.Struct):
    """A status as it was typed."""

    id: str
    text: str = ""


class _Limits(msgspec.Struct, frozen=True):
    max_characters: int = 500


class _Urls(msgspec.Struct, frozen=True):
    streaming: str = ""


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Limits = _Limits()
    urls: _Urls = _Urls()


class Instance(msgspec.Struct):
    """What a server allows, and where it says that there is news."""

    configuration: _Configuration = _Configuration()


class Policy(msgspec.Struct):
    """Whose mentions the account's owner has chosen not to hear of."""

    for_not_following: str = "accept"
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str = "accept"
    for_limited_accounts: str = "accept"

    @property
    def drops(self) -> bool:
        """Return whether some mentions leave no trace."""
        return "drop" in msgspec.structs.astuple(self)


def age(number: str) -> tuple[int, str]:
    """Return what sorts a server's ids by age: they are numbers written as words."""
    return len(number), number


def message_of(status: Status, thread_key: str, *, own: bool = False) -> IncomingMessage | None:
    """Return a status as a message; None for one that breaks the bounds of any sensible one."""
    person = status.account
    fields = {
        "external_id": status.id,
        "thread_key": thread_key,
        "author": Author(
            external_id=person.id,
            username=person.acct[:255],
            name=person.display_name[:200],
            avatar_url=person.avatar_static if person.avatar_static.startswith("https://") else "",
            followers=person.followers_count if (person.followers_count or 0) >= 0 else None,
        ),
        "sent_at": status.created_at,
        "text": text_of(status),
        "direction": "outbound" if own else "inbound",
        # What is for followers is not for the public: an answer that all can read would show it.
        "visibility": "direct" if status.visibility in ("private", "direct") else "public",
        "in_reply_to": status.in_reply_to_id or "",
        "language": _language(status.language or ""),
        "attachments": attachments_of(status),
    }
    try:
        return msgspec.convert(fields, IncomingMessage)
    except msgspec.ValidationError as error:
        logger.warning("A status on Mastodon was left out: %s", error)
        return None


def edit_of(status: Status) -> MessageEdited | None:
    """Return the edit that a status has been through, if it has."""
    return MessageEdited(status.id, status.edited_at, text_of(status)) if status.edited_at else None


def text_of(status: Status) -> str:
    """Return the words of a status, after its content warning; links are whole, since only their looks are cut."""
    return "\n\n".join(filter(None, (status.spoiler_text.strip(), plain(status.content))))


def plain(content: str) -> str:
    """Return the words of a status's HTML."""
    with_breaks = _BREAK.sub("\n", _PARAGRAPH.sub("\n\n", content))
    return html.unescape(nh3.clean(with_breaks, tags=set())).strip()


def attachments_of(status: Status) -> tuple[IncomingAttachment, ...]:
    """Return the files of a status, all of one message; a server that keeps no copies names where they come from."""
    found = [(medium.url or medium.remote_url or "", medium.description or "") for medium in status.media_attachments]
    return tuple(
        IncomingAttachment(url=url, name=words[:255])
        for url, words in found[:20]
        if url.startswith(("https://", "http://")) and len(url) <= 2000 and not re.search(r"\s", url)
    )


def words_for(reply: OutgoingReply, addressee: str) -> str:
    """Return the text of a reply with its addressee's name: who is not named is not told, nor sees a direct one."""
    named = re.search(rf"(?<![\w@./])@{re.escape(addressee)}(?![\w@-]|\.\w)", reply.text, re.IGNORECASE)
    return reply.text if named else f"@{addressee} {reply.text}"


def audience_of(reply: OutgoingReply, asked: str) -> str:
    """Return who may see a reply: never more people than could see what it answers."""
    known = asked if asked in VISIBILITIES else "direct"
    narrow = "direct" if reply.visibility == "direct" or known in ("private", "direct") else "public"
    return "direct" if narrow == "direct" else known


def same_words(one: str, other: str) -> bool:
    """Return whether two texts are the same but for their spaces."""
    return one.split() == other.split()


def _language(tag: str) -> str:
    primary = tag.split("-", 1)[0]
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else ""
