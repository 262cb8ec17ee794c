"""Speaks to the Graph API for one Instagram account: direct messages, and the comments under its media."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from inbox.connectors.base import Account, News, OutgoingFile, OutgoingReply, Receipt, WebhookRequest
from inbox.connectors.instagram import reading
from inbox.connectors.meta import hooks, posting
from inbox.connectors.meta.graph import Graph
from inbox.connectors.meta.posting import COMMENT

# A token of an Instagram login ends after sixty days unless it is renewed; one of a Facebook login does not end.
RENEW_EVERY = timedelta(days=7)


class _Placed(msgspec.Struct, frozen=True):
    id: str


class _Known(msgspec.Struct, frozen=True):
    username: str = ""
    name: str = ""


class _Renewed(msgspec.Struct, frozen=True):
    access_token: str


@dataclass(frozen=True, slots=True)
class InstagramConnector:
    """The door to one account."""

    graph: Graph
    account: str
    verify_token: str
    renewed_at: str
    keep: Callable[[Mapping[str, str]], None]

    @property
    def keeps_keys(self) -> bool:
        """Return False: Meta sends twice what is posted twice."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Answer where the customer wrote; a comment that is answered directly gets a private reply.

        Raises Rejected, Unavailable or Uncertain.
        """
        if not reply.thread_key.startswith(COMMENT) or reply.visibility == "direct":
            return posting.send_message(self.graph, reply, now=datetime.now(UTC), payload_of=_by_address)
        # Instagram takes replies to the comment that began the thread only.
        path = f"{reply.thread_key.removeprefix(COMMENT)}/replies"
        return Receipt(self.graph.post(path, {"message": reply.text}, _Placed).id)

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for the reply in its conversation or under its comment; raises Unavailable."""
        if not reply.thread_key.startswith(COMMENT) or reply.visibility == "direct":
            return posting.find_message(self.graph, reply, account=self.account, platform="instagram")
        path = f"{reply.thread_key.removeprefix(COMMENT)}/replies"
        listed = self.graph.get(path, posting.Listed, fields="id,text,from,timestamp", limit="50")
        return posting.find(reply, listed.data, self.account)

    def probe(self) -> Account:
        """Ask who we are, and renew the token in time; raises AccessDenied or Unavailable."""
        known = self.graph.get(self.account, _Known, fields="username,name")
        if "graph.instagram." in self.graph.address and self._is_old():
            self._renew()
        return Account(self.account, handle=known.username, name=known.name)

    def answer_handshake(self, query: Mapping[str, str]) -> str:
        """Return Meta's challenge; raises BadSignature."""
        return hooks.shake_hands(query, self.verify_token)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check a webhook's signature and return its key; raises BadSignature."""
        return hooks.verify(request, self.graph.app_secret)

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news about this account in a webhook."""
        return reading.read(body, account=self.account)

    def _is_old(self) -> bool:
        return not self.renewed_at or datetime.now(UTC) - datetime.fromisoformat(self.renewed_at) > RENEW_EVERY

    def _renew(self) -> None:
        told = self.graph.get(
            "refresh_access_token", _Renewed, grant_type="ig_refresh_token", access_token=self.graph.token
        )
        self.keep({"token": told.access_token, "renewed_at": datetime.now(UTC).isoformat()})


def _by_address(file: OutgoingFile) -> Mapping[str, str]:
    """Return where Instagram fetches a file itself."""
    return {"url": file.address}
