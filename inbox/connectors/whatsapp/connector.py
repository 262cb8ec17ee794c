"""Speaks to WhatsApp's Cloud API for one phone number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    Account,
    FileSource,
    News,
    NotThere,
    OutgoingFile,
    OutgoingReply,
    Receipt,
    WebhookRequest,
)
from inbox.connectors.meta import hooks
from inbox.connectors.meta.graph import Graph
from inbox.connectors.parts import part_keys, post_parts
from inbox.connectors.templates import NetworkTemplate
from inbox.connectors.whatsapp import reading, sending, templates


class _Placed(msgspec.Struct, frozen=True):
    id: str


class _Kept(msgspec.Struct, frozen=True):
    id: str


class _Answer(msgspec.Struct, frozen=True):
    messages: list[_Placed]


class _Number(msgspec.Struct, frozen=True):
    id: str
    display_phone_number: str = ""
    verified_name: str = ""
    quality_rating: str = ""


class _Media(msgspec.Struct, frozen=True):
    url: str = ""


@dataclass(frozen=True, slots=True)
class WhatsAppConnector:
    """The door to one phone number."""

    graph: Graph
    number: str
    verify_token: str
    account: str = ""

    @property
    def keeps_keys(self) -> bool:
        """Return False: WhatsApp repeats our key in its statuses, but sends twice what is posted twice."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Send the reply; raises Rejected, Unavailable or Uncertain.

        A file is a message of its own; the first has the words below it, where they fit. Each carries a key of ours;
        the last has the reply's own and stands for the whole.
        """
        said = list(sending.contents_of(reply, self._keep_file))
        keys = part_keys(reply.key, len(said))
        return post_parts(reply, [partial(self._send, reply, *part) for part in zip(said, keys, strict=True)])

    def _send(self, reply: OutgoingReply, content: Mapping[str, object], key: str) -> Receipt:
        # Whoever goes by a username is known by an id such as DE.1234, and has a field of their own.
        to = "recipient" if "." in reply.thread_key else "to"
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            to: reply.thread_key,
            **content,
            "biz_opaque_callback_data": key,
        }
        return Receipt(self.graph.post(f"{self.number}/messages", body, _Answer).messages[0].id)

    def templates(self) -> Sequence[NetworkTemplate]:
        """Return the account's templates; none where nobody has entered which account it is."""
        return templates.read_all(self.graph, self.account) if self.account else ()

    def _keep_file(self, file: OutgoingFile) -> str:
        """Hand a file to WhatsApp, where nobody sees it, and return its id, which is good for a month."""
        form = {"messaging_product": "whatsapp", "type": file.type}
        return self.graph.keep_file(f"{self.number}/media", file, form, "file", _Kept).id

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Return None: nobody can look into a conversation. Its status tells, by our key, that a reply got through."""
        return None

    def probe(self) -> Account:
        """Ask who we are; raises AccessDenied or Unavailable."""
        fields = "id,display_phone_number,verified_name,quality_rating"
        known = self.graph.get(self.number, _Number, fields=fields)
        poor = known.quality_rating == "RED"
        remarks = (_("WhatsApp rates the quality of this number as low and may limit it."),) if poor else ()
        return Account(known.id, handle=known.display_phone_number, name=known.verified_name, remarks=remarks)

    def answer_handshake(self, query: Mapping[str, str]) -> str:
        """Return Meta's challenge; raises BadSignature."""
        return hooks.shake_hands(query, self.verify_token)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check a webhook's signature and return its key; raises BadSignature."""
        return hooks.verify(request, self.graph.app_secret)

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news about this number in a webhook."""
        return reading.read(body, number=self.number, account=self.account, media=self.graph.address)

    def open_file(self, address: str) -> FileSource:
        """Return where a file lies for the next minutes; it is asked for by its id, and read with our token."""
        here, _slash, media_id = address.rpartition("/")
        if here != self.graph.address or not media_id:
            raise NotThere(_("This is no file of WhatsApp's."))
        found = self.graph.get(media_id, _Media, phone_number_id=self.number)
        return FileSource(found.url, self.graph.headers())
