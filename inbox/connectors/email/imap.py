"""A mailbox by IMAP: read without a trace, waited on with IDLE. Python's own library, with what it lacks."""

import imaplib
import re
import select
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from inbox.connectors.base import AccessDenied, Unavailable

TIMEOUT = 15.0
# With TLS from the start.
TLS_PORT = 993
# Of one letter: what is beyond is a file, and is fetched when the file is.
LARGEST = 10_000_000
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
# While we wait: the server is ready to tell, and tells how many letters there are now.
_GO_ON, _NEW = re.compile(rb"^\+", re.MULTILINE), re.compile(rb"^\* \d+ EXISTS", re.MULTILINE)
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)')


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mail server is, and how the way there is kept secret."""

    host: str
    port: int
    encrypted: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it lies in a folder."""

    uid: int
    arrived: datetime
    raw: bytes


class Mailbox:
    """An open connection to somebody's mailbox."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def open(self, folder: str) -> tuple[int, int]:
        """Open a folder for reading, so that nothing is marked as seen; return its UIDVALIDITY and UIDNEXT."""
        _checked(self._connection.select(_quoted(folder), readonly=True))
        return self._number("UIDVALIDITY"), self._number("UIDNEXT")

    def search(self, *criteria: str) -> list[int]:
        """Return the UIDs that fit, smallest first."""
        found = _checked(self._connection.uid("SEARCH", *criteria))
        return sorted(int(uid) for line in found if isinstance(line, bytes) for uid in line.split())

    def read(self, uids: Sequence[int]) -> Iterator[Letter]:
        """Yield these letters of the open folder, those that are still there."""
        for uid in uids:
            told = _checked(self._connection.uid("FETCH", str(uid), f"(UID INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)"))
            for part in told:
                if isinstance(part, tuple):
                    yield Letter(uid, _arrived(part[0]), part[1])

    def sent_folder(self) -> str:
        """Return the folder that the server itself calls the one for what was sent; empty where it calls none so."""
        for line in _checked(self._connection.list()):
            found = _LISTED.match(line) if isinstance(line, bytes) else None
            if found and b"\\sent" in found["flags"].lower():
                return found["name"].decode("ascii", "replace").strip('"')
        return ""

    def keep(self, folder: str, raw: bytes) -> None:
        """Put a letter into a folder, as seen."""
        _checked(self._connection.append(_quoted(folder), r"(\Seen)", imaplib.Time2Internaldate(_now()), raw))

    def wait(self, seconds: float) -> bool:
        """Wait until the server speaks of a new letter in the open folder; return whether it did."""
        if "IDLE" not in self._connection.capabilities:
            raise Unavailable(_("The mail server can't tell by itself when there is something new."))
        tag = self._connection._new_tag()
        self._connection.send(tag + b" IDLE\r\n")
        ended = re.compile(rb"^" + re.escape(tag) + rb" ", re.MULTILINE)
        told = self._hear(b"", re.compile(rb"^\+|" + ended.pattern, re.MULTILINE), TIMEOUT)
        if not _GO_ON.search(told):
            raise Unavailable(_("The mail server does not let us wait."))
        told = self._hear(told, _NEW, seconds)
        self._connection.send(b"DONE\r\n")
        told = self._hear(told, ended, TIMEOUT)
        return bool(_NEW.search(told))

    def _hear(self, told: bytes, wanted: re.Pattern[bytes], seconds: float) -> bytes:
        """Read on until the server has said something, for that long at most; return all that it said.

        This reads past imaplib, which would keep lines in a buffer of its own, where nobody waits for them.
        """
        sock, until = self._connection.sock, time.monotonic() + seconds
        while not wanted.search(told) and (left := until - time.monotonic()) > 0:
            held = isinstance(sock, ssl.SSLSocket) and sock.pending()
            if not held and not select.select([sock], [], [], left)[0]:
                break
            heard = sock.recv(65536)
            if not heard:
                raise Unavailable(_("The mail server has hung up."))
            told += heard
        return told

    def _number(self, name: str) -> int:
        said = self._connection.response(name)[1]
        return int(said[0]) if said and said[0] else 0


@contextmanager
def mailbox(server: Server, user: str, password: str) -> Iterator[Mailbox]:
    """Open somebody's mailbox for the time of the block; raises AccessDenied and Unavailable."""
    try:
        connection = _connect(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(_("The mailbox could not be reached: %s") % type(error).__name__) from error
    try:
        _sign_in(connection, user, password)
        yield Mailbox(connection)
    except imaplib.IMAP4.error as error:
        # What a server answers can hold what was asked, but never the password: signing in has its own words.
        raise Unavailable(_("The mailbox could not be read: %s") % str(error)[:200]) from error
    except OSError as error:
        raise Unavailable(_("The mailbox did not answer: %s") % type(error).__name__) from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


def _connect(server: Server) -> imaplib.IMAP4:
    """Connect: with TLS from the start on its own port, else with STARTTLS, unless no encryption is wanted."""
    if server.encrypted and server.port == TLS_PORT:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    connection = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT)
    if server.encrypted:
        connection.starttls(ssl.create_default_context())
    return connection


def _sign_in(connection: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        connection.login(user, password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "[UNAVAILABLE]" in str(error):
            raise
        raise AccessDenied(
            _("The mail server does not let us into the mailbox: user or password are wrong.")
        ) from error
    # Some say only now what they can do.
    connection.capabilities = tuple(
        word for line in connection.capability()[1] if line for word in line.decode("ascii", "replace").upper().split()
    )


def _checked(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    kind, said = answer
    if kind != "OK":
        first = said[0] if said else b""
        raise imaplib.IMAP4.error(first.decode("ascii", "replace") if isinstance(first, bytes) else str(first))
    return said


def _arrived(described: bytes) -> datetime:
    found = _ARRIVED.search(described)
    if not found:
        return _now()
    try:
        return datetime.strptime(found[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return _now()


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _now() -> datetime:
    return datetime.now(UTC)
