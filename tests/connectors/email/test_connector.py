"""A mailbox over its own protocols: read without a trace, waited on, numbered anew, and answered under a fixed name."""

import threading
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest

from inbox.connectors.base import AccessDenied, NotThere, OutgoingReply, Recipient, Rejected
from inbox.connectors.email.connector import EmailConnector
from inbox.connectors.email.imap import Server, mailbox
from inbox.connectors.email.reading import parse
from inbox.connectors.email.threads import key_in, names_of
from tests.connectors.email.simulator import ADDRESS, PASSWORD, MailServer
from tests.connectors.email.stage import PICTURE, letter

KEY = UUID("0f3ce4d8-8d0b-4c43-9d2d-6f7f5fe0a3b1")


@pytest.fixture
def mail():
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def door(mail):
    ways = [Server("127.0.0.1", way.port, encrypted=False) for way in (mail.imap, mail.smtp)]
    return EmailConnector(ADDRESS, ADDRESS, PASSWORD, *ways, name="Northline", keeps_sent=True, plus=True)


def texts(page):
    return [one.text for one in page.news]


def reply_to(name, *, subject="My train", text="At platform 4. Grüße 👋"):
    who = Recipient("priya@shop.test", "priya@shop.test", "Priya")
    fields = {"created_at": datetime(2026, 11, 24, 12, tzinfo=UTC), "subject": subject, "recipient": who}
    return OutgoingReply(KEY, "abcdefghijklmnopqrstuvwx", name, text, "direct", earlier=("0@shop.test", name), **fields)


def test_a_first_look_notes_where_the_mailbox_ends_and_the_next_reads_on(door, mail):
    mail.put("INBOX", letter("Old", sender="priya@shop.test").as_bytes())
    first = door.fetch("")
    mail.put("INBOX", letter("New", sender="priya@shop.test").as_bytes())
    second = door.fetch(first.cursor)

    assert (texts(first), texts(second), texts(door.fetch(second.cursor))) == ([], ["New"], [])
    assert texts(door.fetch(first.cursor)) == ["New"]
    assert mail.seen == []


def test_many_letters_come_in_pages_without_a_gap(door, mail):
    start = door.fetch("").cursor
    for number in range(60):
        mail.put("INBOX", letter(f"Letter {number}", sender="priya@shop.test").as_bytes())

    first = door.fetch(start)
    second = door.fetch(first.cursor)

    assert (len(first.news), first.more, len(second.news), second.more) == (50, True, 10, False)
    assert texts(first) + texts(second) == [f"Letter {number}" for number in range(60)]


def test_a_folder_that_is_numbered_anew_is_read_again_and_nothing_is_missed(door, mail):
    start = door.fetch("").cursor
    mail.put("INBOX", letter("Before", sender="priya@shop.test").as_bytes())
    mail.validity, mail.folders["INBOX"] = 8, [(1, *mail.folders["INBOX"][0][1:])]
    mail.next_uid["INBOX"] = 2

    page = door.fetch(start)

    assert texts(page) == ["Before"]
    assert texts(door.fetch(page.cursor)) == []


def test_listening_ends_when_a_letter_comes_and_after_a_while_without_one(door, mail):
    cursor = door.fetch("").cursor
    began = time.monotonic()
    assert door.listen(cursor, seconds=0.3) is False
    assert 0.2 < time.monotonic() - began < 3

    threading.Timer(0.3, mail.put, ("INBOX", letter("Hello", sender="priya@shop.test").as_bytes())).start()
    assert door.listen(cursor, seconds=10) is True
    assert door.listen(cursor, seconds=10) is True


def test_a_letter_that_comes_just_before_we_wait_is_not_waited_over(mail):
    with mailbox(Server("127.0.0.1", mail.imap.port, encrypted=False), ADDRESS, PASSWORD) as opened:
        opened.open("INBOX")
        mail.put("INBOX", letter("Hello", sender="priya@shop.test").as_bytes())
        began = time.monotonic()

        assert opened.wait(10)

        assert time.monotonic() - began < 5


def test_a_file_is_read_from_the_letter_that_it_came_with(door, mail):
    cursor = door.fetch("").cursor
    said = letter("See here", sender="priya@shop.test")
    said.add_attachment(PICTURE, maintype="image", subtype="png", filename="a.png")
    mail.put("INBOX", said.as_bytes())
    address = door.fetch(cursor).news[0].attachments[0].url

    assert door.open_file(address).content == PICTURE
    with pytest.raises(NotThere):
        door.open_file(address.replace("/0", "/7"))
    with pytest.raises(Rejected):
        door.open_file("https://mailbox.invalid/")
    mail.validity = 9
    with pytest.raises(NotThere, match="anew"):
        door.open_file(address)


def test_a_reply_is_the_same_letter_at_every_attempt_and_stands_under_what_it_answers(door, mail):
    reply = reply_to("1@shop.test")
    assert door.find_reply(reply) is None

    receipts = [door.post_reply(reply), door.post_reply(reply)]

    first, again = (parse(raw) for _to, raw in mail.outbox)
    assert [names_of(said).own for said in (first, again)] == [receipt.external_id for receipt in receipts]
    assert key_in(receipts[0].external_id) == KEY
    assert (first["In-Reply-To"], first["References"]) == ("<1@shop.test>", "<0@shop.test> <1@shop.test>")
    assert (first["Subject"], first["To"]) == ("Re: My train", "Priya <priya@shop.test>")
    assert "+abcdefghijklmnopqrstuvwx@" in first["Reply-To"]
    assert first.get_content().strip() == "At platform 4. Grüße 👋"
    assert door.find_reply(reply) == receipts[0]


def test_names_longer_than_a_line_travel_as_they_are(door, mail):
    long = "onevoice." + "a" * 90 + "@a-long-name.of-a-server.example"

    door.post_reply(reply_to(long))

    head = mail.outbox[0][1].partition(b"\r\n\r\n")[0].decode()
    assert f"In-Reply-To: <{long}>\r\n" in head
    assert f"References: <0@shop.test>\r\n <{long}>\r\n" in head


def test_an_address_beyond_ascii_is_refused_in_words(door):
    who = Recipient("jörg@shop.test", "jörg@shop.test", "Jörg")

    with pytest.raises(Rejected, match="beyond ASCII"):
        door.post_reply(OutgoingReply(KEY, "abcdefghijklmnopqrstuvwx", "", "Hello", "direct", recipient=who))


def test_nobody_writes_headers_of_ours_by_a_subject(door, mail):
    door.post_reply(reply_to("1@shop.test", subject="Hello\r\nBcc: everybody@shop.test"))

    sent = parse(mail.outbox[0][1])
    assert (sent["Bcc"], sent["Subject"]) == (None, "Re: Hello Bcc: everybody@shop.test")


def test_an_address_that_nobody_has_is_refused_in_the_servers_words(door):
    gone = reply_to("1@shop.test")
    gone = OutgoingReply(gone.key, gone.thread_key, "", "Hello", "direct", recipient=Recipient("gone@shop.test"))

    with pytest.raises(Rejected, match="User unknown"):
        door.post_reply(gone)


def test_a_password_that_no_longer_holds_asks_for_a_manager(door, mail):
    mail.password = "another one"

    for ask in (door.probe, lambda: door.fetch(""), lambda: door.post_reply(reply_to("1@shop.test"))):
        with pytest.raises(AccessDenied):
            ask()
