"""How large a body may be at which address. What is larger is not kept while it comes, and refused in one sentence.

Daphne would write all of it to a file, Django to a second one, before any door could look at its size.
"""

import re

from daphne import http_protocol
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from brandvoice.file_types import MOST_BYTES as EVIDENCE
from inbox.api.problems import MEDIA_TYPE, Problem

MB = 1024 * 1024
# Everything that is no file; the API's doors refuse what is larger than theirs themselves.
MOST = 10 * MB
# What stands around the files of a form.
AROUND = MB
FILE = settings.ATTACHMENT_MEGABYTES * MB + AROUND
# Forms that take several files at once.
SEVERAL, PROOFS = 10, 20
# The first that fits an address holds.
DOORS = (
    (re.compile(rb"/tickets/\d+/uploads/|/api/v1/tickets/\d+/files|/chat/\d+/file"), FILE),
    (re.compile(rb"/(tickets|approvals|posts)/"), SEVERAL * FILE),
    (re.compile(rb"/positions/import/"), MOST),
    (re.compile(rb"/(positions|sign)/"), PROOFS * EVIDENCE + AROUND),
)
# Where programs ask, the answer is a problem document.
CHAT = b"/chat/"
PROGRAMS = (b"/api/", b"/public/", CHAT, b"/webhooks/")


def most_at(address: bytes) -> int:
    """Return how many bytes a body may have at an address."""
    return next((max(most, MOST) for door, most in DOORS if door.match(address)), MOST)


class MeasuredRequest(http_protocol.WebRequest):  # type: ignore[misc]  # Daphne ships no types
    """A request whose body is kept as far as its address takes it; the rest is heard and let go.

    Whoever sends it hears why once all of it has come: browsers read no answer before.
    """

    most, is_too_large = MOST, False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """Make no file for a body that says it is too large."""
        self.most = most_at(self.channel._path)
        self.is_too_large = length is not None and length > self.most
        super().gotLength(0 if self.is_too_large else length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Keep a part of the body, or let go of all of it once it is too large: in chunks it does not say so."""
        if not self.is_too_large and self.content.tell() + len(data) > self.most:
            self.is_too_large = True
            self.content.close()
            super().gotLength(0)
        if not self.is_too_large:
            super().handleContentChunk(data)

    def process(self) -> object:
        """Refuse what is too large; hand everything else on."""
        if not self.is_too_large:
            return super().process()
        self._refuse()
        return None

    def _refuse(self) -> None:
        asked = HttpRequest()
        asked.META["HTTP_ACCEPT_LANGUAGE"] = self.getHeader("accept-language") or ""
        with translation.override(translation.get_language_from_request(asked)):
            words = _("This is larger than the %(most)d MB that are taken here.") % {"most": self.most // MB}
        kind, body, headers = "text/plain; charset=utf-8", words.encode(), []
        if self.path.startswith(PROGRAMS):
            kind, body = MEDIA_TYPE, Problem(413, words, kind="too-large").body()
        if self.path.startswith(CHAT):
            # Websites ask; this tells nothing of anybody. Their widget says `why` in words of its own.
            body = Problem(413, words, kind="too-large", why="size").body()
            headers.append((b"Access-Control-Allow-Origin", b"*"))
        headers += [(b"Content-Type", kind.encode()), (b"Content-Length", str(len(body)).encode())]
        self.handle_reply({"type": "http.response.start", "status": 413, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": body})
