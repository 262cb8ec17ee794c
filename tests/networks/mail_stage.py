"""E-mail on stage, played by Postfix and Dovecot; a door of ours before Postfix makes the trouble."""

import imaplib
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from accounts.models import Brand, Team
from inbox import intake
from inbox.actions.cursors import open_cursor
from inbox.connectors.email import smtp
from inbox.connectors.email.reading import parse
from inbox.connectors.email.threads import key_in, names_of
from tests.cast import make_channel
from tests.connectors.email.stage import LACKS, PICTURE, letter, posted
from tests.connectors.stage import AskedStage, Fault, Posted
from tests.networks.smtp_door import LATE_SECONDS, SmtpDoor

SMTP_PORT, SMTPS_PORT, IMAP_PORT, IMAPS_PORT = 25025, 25465, 25143, 25993
RUN = Path(settings.DATA_DIR) / "networks" / "mail" / "run"
LOCKED_OUT = RUN / "locked-out"
PASSWORD = "pw"
# How long a letter may be under way on a busy machine.
PATIENCE = 20.0


class Person:
    """Somebody with a mailbox on the server, which is there as soon as they or a letter open it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def lock_out(self) -> None:
        """Let their password no longer hold."""
        with LOCKED_OUT.open("a") as listed:
            listed.write(f"{self.address}\n")
        self._await_access(granted=False)

    def let_in(self) -> None:
        """Let their password hold again."""
        others = [one for one in LOCKED_OUT.read_text().splitlines() if one != self.address]
        LOCKED_OUT.write_text("\n".join(others) + "\n")
        self._await_access(granted=True)

    def send(self, said: EmailMessage | bytes, to: str) -> None:
        """Send a letter as another mail server would, without signing in."""
        raw = said if isinstance(said, bytes) else said.as_bytes()
        with smtplib.SMTP("127.0.0.1", SMTP_PORT, timeout=PATIENCE) as server:
            server.sendmail(self.address, to, raw)

    def keep(self, said: EmailMessage) -> None:
        """Put a letter among what was sent, as a mail program does."""
        with self.mailbox() as opened:
            opened.append("Sent", r"(\Seen)", imaplib.Time2Internaldate(time.time()), said.as_bytes())

    def letters(self, folder: str = "INBOX") -> list[bytes]:
        """Return what lies in a folder, oldest first."""
        with self.mailbox() as opened:
            opened.select(folder, readonly=True)
            return [part[1] for part in opened.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def flags(self) -> bytes:
        """Return how the letters in the mailbox are marked."""
        with self.mailbox() as opened:
            opened.select("INBOX", readonly=True)
            return b" ".join(one for one in opened.uid("FETCH", "1:*", "(FLAGS)")[1] if isinstance(one, bytes))

    def await_letters(self, count: int) -> list[bytes]:
        """Return what lies in the mailbox as soon as it is so many letters."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.letters()) < count:
            assert time.monotonic() < deadline, f"{self.address} has {len(found)} letters, and not {count}."
            time.sleep(0.05)
        return found

    def _await_access(self, *, granted: bool) -> None:
        # The server looks into its lists once a second.
        deadline = time.monotonic() + PATIENCE
        while self._has_access() != granted:
            assert time.monotonic() < deadline, "The mail server has not noticed."
            time.sleep(0.1)

    def _has_access(self) -> bool:
        try:
            with self.mailbox():
                return True
        except imaplib.IMAP4.error:
            return False

    @contextmanager
    def mailbox(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", IMAP_PORT, timeout=PATIENCE) as opened:
            opened.login(self.address, PASSWORD)
            yield opened


class RealEmailStage(AskedStage):
    """One mailbox on the real server, and customers with theirs."""

    network = "email"
    lacks = LACKS
    longest_question = 20_000
    longest_answer = 20_000

    def __init__(self, brand: Brand, team: Team) -> None:
        self.patched = pytest.MonkeyPatch()
        self.door = SmtpDoor(SMTP_PORT)
        self.number = uuid4().hex[:6]
        self.account = Person(f"help-{self.number}@brand.test")
        self.people: dict[str, Person] = {}
        # Letters that customers have written and that are not in the mailbox yet.
        self.written: list[tuple[Person, EmailMessage]] = []
        self.channel = make_channel(brand, team, network="email", handle=self.account.address, external=False)
        self.channel.keep_access(self.access())
        cursor = open_cursor(self.channel)
        assert intake.poll_channel(self.channel)
        cursor.refresh_from_db()
        self.start = cursor.value

    def access(self) -> dict[str, str]:
        return {
            "address": self.account.address,
            "name": "Northline Rail",
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": str(IMAP_PORT),
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.door.port),
            "encryption": "none",
            "keeps_sent": "yes",
            "plus": "yes",
        }

    def first_cursor(self) -> str:
        return self.start

    def person(self, name: str) -> Person:
        """Return somebody whose address begins with this name, and is nobody else's in another test."""
        if name not in self.people:
            self.people[name] = Person(f"{name}-{self.number}@shop.test")
        return self.people[name]

    def away(self) -> Person:
        """Return the one whose mail server answers for them (away.sieve)."""
        return Person("away@shop.test")

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        return self._write(author, self.letter(text, author=author, answers=thread))

    def say_album(self, count: int, *, author: str = "robin") -> None:
        said = self.letter("Three of them", author=author)
        for number in range(count):
            said.add_attachment(PICTURE, maintype="image", subtype="png", filename=f"{number}.png")
        self._write(author, said)

    def say_natively(self, text: str, thread: str) -> str:
        to = self.person("robin").address
        said = letter(text, sender=self.account.address, to=to, answers=thread, name=f"{uuid4().hex}@brand.test")
        self.account.keep(said)
        return names_of(parse(said.as_bytes())).own

    def letter(self, text: str, *, author: str = "robin", answers: str = "") -> EmailMessage:
        """Return what a customer's mail program makes of their words."""
        sender = self.person(author).address
        name = f"{uuid4().hex}@shop.test"
        return letter(text, sender=sender, to=self.account.address, answers=answers, name=name)

    def deliver(self, person: Person, said: EmailMessage | bytes, to: str = "") -> None:
        """Send a letter, and wait until it lies in the brand's mailbox."""
        there = len(self.account.letters())
        person.send(said, to or self.account.address)
        self.account.await_letters(there + 1)

    def pump(self, *, backwards: bool = False) -> None:
        waiting, self.written = self.written, []
        for person, said in reversed(waiting) if backwards else waiting:
            self.deliver(person, said)
        super().pump()

    def posts(self) -> list[Posted]:
        deadline = time.monotonic() + PATIENCE
        while len(found := self._received()) < len(self.door.taken):
            assert time.monotonic() < deadline, "What the mail server took did not arrive."
            time.sleep(0.05)
        return found

    def fail_next(self, fault: Fault) -> None:
        if fault == "expired_token":
            self.account.lock_out()
            return
        if fault == "timeout_after_send":
            self.patched.setattr(smtp, "TIMEOUT", LATE_SECONDS / 2)
        self.door.faults.append(fault)

    def mend(self) -> None:
        self.account.let_in()

    def close(self) -> None:
        self.patched.undo()
        self.door.close()

    def _received(self) -> list[Posted]:
        letters = [parse(raw) for person in self.people.values() for raw in person.letters()]
        ours = [said for said in letters if key_in(names_of(said).own)]
        return [posted(said) for said in ours]

    def _write(self, author: str, said: EmailMessage) -> str:
        self.written.append((self.person(author), said))
        return names_of(parse(said.as_bytes())).own
