"""E-mail on stage, played by a simulated mail server."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from inbox.connectors.email import smtp
from inbox.connectors.email.reading import parse
from inbox.connectors.email.threads import key_in, names_of
from tests.cast import make_channel
from tests.connectors.email.simulator import ADDRESS, PASSWORD, MailServer
from tests.connectors.stage import AskedStage, Fault, Posted

LACKS = {
    "edit": "What was sent by e-mail can't be changed.",
    "delete": "What was sent by e-mail can't be taken back.",
    "statuses": "Mail servers report of themselves only what could not be delivered.",
    "window": "A mailbox takes answers at any time.",
}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
_numbers = count(1)


def letter(text, *, sender, to=ADDRESS, answers="", name=""):
    """Return a letter as a mail program writes it."""
    said = EmailMessage()
    said["From"], said["To"], said["Subject"] = sender, to, "My train"
    number = next(_numbers)
    # A letter gives the time in seconds; nobody writes two in one.
    said["Date"] = format_datetime(timezone.now() - timedelta(hours=1) + timedelta(seconds=number))
    said["Message-ID"] = f"<{name or f'{number}@shop.test'}>"
    if answers:
        said["In-Reply-To"] = said["References"] = f"<{answers}>"
    said.set_content(text)
    return said


class EmailStage(AskedStage):
    """One mailbox, and customers who write to it."""

    network = "email"
    lacks = LACKS
    longest_question = 20_000
    longest_answer = 20_000

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        self.patched = pytest.MonkeyPatch()
        self.mail = MailServer()
        self.channel = make_channel(brand, team, network="email", handle=ADDRESS, external=False)
        self.channel.keep_access(
            {
                "address": ADDRESS,
                "password": PASSWORD,
                "imap_host": "127.0.0.1",
                "imap_port": str(self.mail.imap.port),
                "smtp_host": "127.0.0.1",
                "smtp_port": str(self.mail.smtp.port),
                "encryption": "none",
            }
        )
        cursor = open_cursor(self.channel)
        cursor.value = self.first_cursor()
        cursor.save()

    def first_cursor(self) -> str:
        return '{"since":"2020-01-01","folders":{"INBOX":[7,0],"Sent":[7,0]}}'

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        return self._arrive("INBOX", letter(text, sender=f"{author}@shop.test", answers=thread))

    def say_natively(self, text: str, thread: str) -> str:
        return self._arrive("Sent", letter(text, sender=ADDRESS, to="robin@shop.test", answers=thread))

    def say_album(self, count: int, *, author: str = "robin") -> None:
        said = letter("Three of them", sender=f"{author}@shop.test")
        for number in range(count):
            said.add_attachment(PICTURE, maintype="image", subtype="png", filename=f"{number}.png")
        self._arrive("INBOX", said)

    def _arrive(self, folder: str, said: EmailMessage) -> str:
        self.mail.put(folder, said.as_bytes())
        return names_of(parse(said.as_bytes())).own

    def pump(self, *, backwards: bool = False) -> None:
        if backwards:
            # Under way, a letter may overtake another.
            letters = self.mail.folders["INBOX"]
            self.mail.folders["INBOX"] = [
                (uid, arrived, raw) for (uid, arrived, _), (*_, raw) in zip(letters, reversed(letters), strict=True)
            ]
        super().pump()

    def posts(self) -> list[Posted]:
        sent = [parse(raw) for _, raw in self.mail.outbox]
        ours = [said for said in sent if key_in(names_of(said).own)]
        return [posted(said) for said in ours]

    def fail_next(self, fault: Fault) -> None:
        if fault == "expired_token":
            self.mail.password = "another one"
            return
        if fault == "timeout_after_send":
            self.patched.setattr(smtp, "TIMEOUT", 0.5)
        self.mail.faults.append(fault)

    def mend(self) -> None:
        self.mail.password = PASSWORD

    def close(self) -> None:
        self.patched.undo()
        self.mail.close()


def posted(said: EmailMessage) -> Posted:
    """Return what a letter says, and how many pictures are with it."""
    words = said.get_body(("plain",))
    pictures = [part for part in said.iter_attachments() if part.get_content().startswith(b"\x89PNG")]
    return Posted(names_of(said).own, words.get_content().rstrip("\r\n"), len(pictures))
