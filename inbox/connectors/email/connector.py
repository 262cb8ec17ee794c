"""Speaks for one address: reads its mailbox from a kept place, waits with IDLE, answers by SMTP."""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    Account,
    FileSource,
    IncomingMessage,
    News,
    NotThere,
    OutgoingReply,
    Page,
    Receipt,
    Rejected,
    Unavailable,
)
from inbox.connectors.email import imap, reading, smtp, threads
from inbox.connectors.email.imap import Letter, Mailbox, Server

# How many letters one look takes.
BATCH = 50

logger = logging.getLogger(__name__)


class Cursor(msgspec.Struct):
    """How far each folder was read: its UIDVALIDITY and the last UID; and when that was begun.

    Where a server numbers a folder anew, it is read again from that day on; what is known comes to nothing.
    """

    since: str
    folders: dict[str, tuple[int, int]] = {}


@dataclass(frozen=True, slots=True)
class EmailConnector:
    """The door to one mailbox."""

    pause: ClassVar[timedelta] = timedelta(seconds=30)

    address: str
    user: str
    password: str
    imap: Server
    smtp: Server
    name: str = ""
    folder: str = "INBOX"
    # Where the server keeps what was sent; found out where it is empty.
    sent: str = ""
    # Whether what we send is put there: some servers do so themselves.
    keeps_sent: bool = False
    # Whether the server delivers name+token@ to name@.
    plus: bool = False

    @property
    def keeps_keys(self) -> bool:
        """Return False: mail servers deliver the same letter as often as it is handed to them."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Send the reply; its name is its key, so it is the same at every attempt."""
        to = reply.recipient.external_id
        if not to.isascii():
            raise Rejected(_("Onevoice can't write to %s yet: its letters are beyond ASCII.") % to)
        letter = self._letter(reply)
        raw = letter.as_bytes(policy=threads.POLICY)
        smtp.send(self.smtp, self.user, self.password, sender=self.address, to=to, raw=raw)
        if self.keeps_sent:
            self._keep(raw)
        return Receipt(self._name(reply))

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for the reply where the server keeps what was sent."""
        with self._mailbox() as mailbox:
            folder = self.sent or mailbox.sent_folder()
            if not folder:
                return None
            mailbox.open(folder)
            return Receipt(self._name(reply)) if mailbox.search("HEADER", "Message-ID", self._name(reply)) else None

    def probe(self) -> Account:
        """Open the mailbox and sign in for sending."""
        with self._mailbox() as mailbox:
            mailbox.open(self.folder)
            sent = self.sent or mailbox.sent_folder()
        with smtp.signed_in(self.smtp, self.user, self.password):
            pass
        remarks = (
            () if sent else (_("The mail server names no folder for what was sent: answers typed there are not seen."),)
        )
        return Account(self.address, handle=self.address, name=self.name, remarks=remarks)

    def fetch(self, cursor: str) -> Page:
        """Read what came since, in the mailbox and among what was sent; a first look only notes where both end."""
        known = _cursor(cursor)
        news: list[News] = []
        more = False
        with self._mailbox() as mailbox:
            sent = self.sent or mailbox.sent_folder()
            for folder in dict.fromkeys(name for name in (sent, self.folder) if name):
                told, left = self._read(mailbox, folder, known, first=not cursor, sent=folder == sent)
                news += told
                more = more or left
        return Page(news, msgspec.json.encode(known).decode(), more)

    def listen(self, cursor: str, *, seconds: float) -> bool:
        """Wait with IDLE; return at once where something came while nobody waited."""
        with self._mailbox() as mailbox:
            validity, following = mailbox.open(self.folder)
            known = _cursor(cursor).folders.get(self.folder)
            if known is None or known[0] != validity or known[1] < following - 1:
                return True
            return mailbox.wait(seconds)

    def open_file(self, address: str) -> FileSource:
        """Return a file of a letter; raises NotThere where the letter was moved or its folder numbered anew."""
        try:
            folder, validity, uid, number = (unquote(part) for part in urlsplit(address).path.strip("/").split("/"))
            wanted = int(validity), int(uid), int(number)
        except ValueError:
            raise Rejected(_("No address of a file.")) from None
        with self._mailbox() as mailbox:
            if mailbox.open(folder)[0] != wanted[0]:
                raise NotThere(_("The folder was numbered anew."))
            for letter in mailbox.read([wanted[1]]):
                files = reading.files_of(reading.parse(letter.raw))
                content = files[wanted[2]].get_payload(decode=True) if wanted[2] < len(files) else None
                if isinstance(content, bytes):
                    return FileSource(content=content)
        raise NotThere(_("The letter is no longer there."))

    def _read(
        self, mailbox: Mailbox, folder: str, known: Cursor, *, first: bool, sent: bool
    ) -> tuple[list[News], bool]:
        """Read what is new in a folder and move its place; return the news, and whether there is more."""
        validity, following = mailbox.open(folder)
        before, last = known.folders.get(folder, (0, 0))
        if first:
            known.folders[folder] = (validity, following - 1)
            return [], False
        if before != validity:
            day = datetime.fromisoformat(known.since).strftime("%d-%b-%Y")
            uids = mailbox.search("SINCE", day)
            last = uids[0] - 1 if uids else following - 1
        # "n:*" has the last letter in it, even where that is older than n.
        uids = [uid for uid in mailbox.search("UID", f"{last + 1}:*") if uid > last]
        taken = uids[:BATCH]
        news = [one for letter in mailbox.read(taken) for one in self._news(letter, folder, validity, sent=sent)]
        known.folders[folder] = (validity, taken[-1] if taken else max(last, following - 1))
        return news, len(uids) > BATCH

    def _news(self, letter: Letter, folder: str, validity: int, *, sent: bool) -> list[News]:
        place = reading.Place(folder, validity, letter.uid, letter.arrived)
        try:
            return reading.read_letter(letter.raw, place, address=self.address, sent=sent)
        except Exception:
            # Whatever people send, the next letter must not wait for it.
            logger.exception("Letter %s of folder %s could not be read", letter.uid, folder)
            return [] if sent else [_unread(place)]

    def _letter(self, reply: OutgoingReply) -> EmailMessage:
        letter = EmailMessage(policy=threads.POLICY)
        # On one line: nobody writes headers of ours.
        subject = " ".join(reply.subject.split()) or "Your message"
        letter["From"] = formataddr((self.name, self.address))
        letter["To"] = formataddr((reply.recipient.name, reply.recipient.external_id))
        letter["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        letter["Date"] = format_datetime(reply.created_at or datetime.now(UTC))
        letter["Message-ID"] = f"<{self._name(reply)}>"
        earlier = [name for name in dict.fromkeys((*reply.earlier, reply.in_reply_to)) if "@" in name]
        if earlier:
            answers = reply.in_reply_to if reply.in_reply_to in earlier else earlier[-1]
            letter["In-Reply-To"] = f"<{answers}>"
            letter["References"] = " ".join(f"<{name}>" for name in earlier)
        if self.plus:
            letter["Reply-To"] = formataddr((self.name, threads.address_with(self.address, reply.thread_key)))
        # So that nobody's absence is answered.
        letter["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        letter.set_content(reply.text, cte="base64" if not reply.text.isascii() else None)
        for file in reply.files:
            kind, _slash, subtype = file.type.partition("/")
            letter.add_attachment(file.read(), maintype=kind, subtype=subtype, filename=file.name)
        return letter

    def _name(self, reply: OutgoingReply) -> str:
        return threads.name_for(reply.key, reply.thread_key, self.address)

    def _keep(self, raw: bytes) -> None:
        """Put what was sent where it belongs; it is on its way, whatever becomes of this."""
        try:
            with self._mailbox() as mailbox:
                if folder := self.sent or mailbox.sent_folder():
                    mailbox.keep(folder, raw)
        except Unavailable as trouble:
            logger.warning("What was sent could not be put among it: %s", trouble)

    def _mailbox(self) -> AbstractContextManager[Mailbox]:
        return imap.mailbox(self.imap, self.user, self.password)


def _cursor(value: str) -> Cursor:
    return msgspec.json.decode(value, type=Cursor) if value else Cursor(datetime.now(UTC).date().isoformat())


def _unread(place: reading.Place) -> IncomingMessage:
    """Return what stands for a letter that could not be read: somebody should look into the mailbox."""
    return msgspec.convert(
        {
            "external_id": f"{place.validity}.{place.uid}.{place.folder}"[:200] + "@unread.invalid",
            "thread_key": f"unread.{place.validity}.{place.uid}",
            "author": {"external_id": "unread@unread.invalid"},
            "sent_at": place.arrived,
            "text": "This e-mail could not be read. It is in the mailbox.",
            "visibility": "direct",
        },
        IncomingMessage,
    )
