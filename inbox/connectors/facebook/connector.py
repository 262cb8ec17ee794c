"""Speaks to the Graph API for one Facebook Page: Messenger, its posts, and the comments under them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    AccessDenied,
    Account,
    News,
    OutgoingFile,
    OutgoingPost,
    OutgoingReply,
    Receipt,
    WebhookRequest,
)
from inbox.connectors.facebook import reading
from inbox.connectors.meta import hooks, posting
from inbox.connectors.meta.graph import Graph
from inbox.connectors.meta.posting import COMMENT


class _Placed(msgspec.Struct, frozen=True):
    id: str
    permalink_url: str = ""


class _Kept(msgspec.Struct, frozen=True):
    attachment_id: str


class _Page(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class FacebookConnector:
    """The door to one Page."""

    graph: Graph
    page: str
    verify_token: str

    @property
    def keeps_keys(self) -> bool:
        """Return False: Meta sends twice what is posted twice."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Answer where the customer wrote; a comment that is answered directly gets a private reply.

        Raises Rejected, Unavailable or Uncertain.
        """
        if not reply.thread_key.startswith(COMMENT) or reply.visibility == "direct":
            return posting.send_message(self.graph, reply, now=datetime.now(UTC), payload_of=self._keep_file)
        # Under the comment that began the thread: Facebook shows two levels, and so the thread stays one.
        path = f"{reply.thread_key.removeprefix(COMMENT)}/comments"
        body = {"message": reply.text, "fields": "id,permalink_url"}
        if reply.files:
            # Facebook fetches the picture of a comment itself.
            body["attachment_url"] = reply.files[0].address
        placed = self.graph.post(path, body, _Placed)
        return Receipt(placed.id, placed.permalink_url)

    def _keep_file(self, file: OutgoingFile) -> Mapping[str, str]:
        """Hand a file to Messenger, where nobody sees it before a message names it."""
        about = {"attachment": {"type": posting.kind_of(file), "payload": {"is_reusable": True}}}
        form = {"message": msgspec.json.encode(about).decode()}
        kept = self.graph.keep_file("me/message_attachments", file, form, "filedata", _Kept)
        return {"attachment_id": kept.attachment_id}

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for the reply in its conversation or under its comment; raises Unavailable."""
        if not reply.thread_key.startswith(COMMENT) or reply.visibility == "direct":
            return posting.find_message(self.graph, reply, account=self.page, platform="messenger")
        listed = self.graph.get(
            f"{reply.thread_key.removeprefix(COMMENT)}/comments",
            posting.Listed,
            fields="id,message,from,created_time,permalink_url",
            order="reverse_chronological",
            limit="50",
        )
        return posting.find(reply, listed.data, self.page)

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish a post of the Page; raises Rejected, Unavailable or Uncertain."""
        body: dict[str, object] = {"fields": "id,permalink_url"}
        if post.text.strip():
            body["message"] = post.text
        if post.files:
            body["attached_media"] = [{"media_fbid": self._keep_picture(file)} for file in post.files]
        placed = self.graph.post(f"{self.page}/feed", body, _Placed)
        return Receipt(placed.id, placed.permalink_url)

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look among the Page's newest posts for an earlier attempt; raises Unavailable."""
        fields = "id,message,from,created_time,permalink_url"
        listed = self.graph.get(f"{self.page}/published_posts", posting.Listed, fields=fields, limit="50")
        return posting.find(post, listed.data, self.page)

    def _keep_picture(self, file: OutgoingFile) -> str:
        """Hand a picture to the Page, where nobody sees it before a post names it."""
        form = {"published": "false", **({"alt_text_custom": file.alt} if file.alt else {})}
        return self.graph.keep_file(f"{self.page}/photos", file, form, "source", _Placed).id

    def probe(self) -> Account:
        """Ask who we are; raises AccessDenied, also for a token of somebody else, or Unavailable."""
        known = self.graph.get("me", _Page, fields="id,name")
        if known.id != self.page:
            words = _("This token is not the Page's own but that of %(name)s (%(id)s).")
            raise AccessDenied(words % {"name": known.name, "id": known.id})
        return Account(known.id, handle=known.username, name=known.name)

    def answer_handshake(self, query: Mapping[str, str]) -> str:
        """Return Meta's challenge; raises BadSignature."""
        return hooks.shake_hands(query, self.verify_token)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check a webhook's signature and return its key; raises BadSignature."""
        return hooks.verify(request, self.graph.app_secret)

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news about this Page in a webhook."""
        return reading.read(body, page=self.page)
