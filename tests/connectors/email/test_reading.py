"""Letters as mail programs and servers really write them: who speaks, what is new in it, and what became of ours."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from inbox.connectors.base import IncomingMessage, StatusReported
from inbox.connectors.email import threads, words
from inbox.connectors.email.reading import Place, files_of, parse, read_letter

ADDRESS = "help@northline.example"
ARRIVED = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLACE = Place("INBOX", 7, 42, ARRIVED)
KEY = UUID("0f3ce4d8-8d0b-4c43-9d2d-6f7f5fe0a3b1")
THREAD = "abcdefghijklmnopqrstuvwx"


def letter(text="Where is my train?", **headers):
    said = EmailMessage()
    usual = {"From": "Priya <priya@shop.test>", "To": ADDRESS, "Subject": "My train", "Message-ID": "<1@shop.test>"}
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            said[name] = value
    said.set_content(text)
    return said


def read(said, *, sent=False):
    raw = said if isinstance(said, bytes) else said.as_bytes()
    return read_letter(raw, PLACE, address=ADDRESS, sent=sent)


def test_a_letter_is_a_direct_message_of_whoever_wrote_it():
    [message] = read(letter(Date="Tue, 24 Nov 2026 11:59:30 +0000"))

    assert isinstance(message, IncomingMessage)
    assert (message.external_id, message.author.external_id, message.author.name) == (
        "1@shop.test",
        "priya@shop.test",
        "Priya",
    )
    assert (message.text, message.subject, message.visibility) == ("Where is my train?", "My train", "direct")
    assert message.sent_at == ARRIVED - timedelta(seconds=30)


def test_a_form_names_the_customer_in_reply_to():
    [message] = read(letter(From="web@northline.example", Reply_To="Kai <kai@home.test>"))

    assert message.author.external_id == "kai@home.test"


@pytest.mark.parametrize(
    "date", ["Tue, 24 Nov 2099 11:00:00 +0000", "Tue, 24 Nov 1999 11:00:00 +0000", "yesterday", ""]
)
def test_a_time_that_cannot_be_is_that_of_arrival(date):
    assert read(letter(Date=date))[0].sent_at == ARRIVED


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.shop.test>"},
        {"Message_ID": f"<onevoice.{KEY.hex}.{THREAD}@northline.example>"},
    ],
)
def test_what_programs_write_is_no_message(header):
    assert read(letter(**header)) == []


def test_auto_submitted_no_is_a_person():
    assert len(read(letter(Auto_Submitted="no"))) == 1


def test_an_answer_to_ours_belongs_to_its_conversation():
    ours = threads.name_for(KEY, THREAD, ADDRESS)

    [message] = read(letter(Message_ID="<2@shop.test>", In_Reply_To=f"<{ours}>", References=f"<1@shop.test> <{ours}>"))

    assert (message.thread_key, message.in_reply_to) == (THREAD, ours)
    assert threads.key_in(ours) == KEY


def test_letters_that_answer_one_another_are_one_conversation_in_any_order():
    [first] = read(letter())
    [third] = read(
        letter(Message_ID="<3@shop.test>", In_Reply_To="<2@shop.test>", References="<1@shop.test> <2@shop.test>")
    )
    [second] = read(letter(Message_ID="<2@shop.test>", In_Reply_To="<1@shop.test>"))

    assert first.thread_key == second.thread_key == third.thread_key
    assert read(letter(Message_ID="<9@shop.test>"))[0].thread_key != first.thread_key


def test_the_token_in_our_address_finds_the_conversation_where_a_program_forgets_what_it_answers():
    [message] = read(letter(To=threads.address_with(ADDRESS, THREAD)))

    assert message.thread_key == THREAD
    other = read(letter(To=f"someone+{THREAD}@northline.example"))[0]
    assert other.thread_key != THREAD


def test_a_letter_without_a_name_has_the_same_one_each_time():
    nameless = letter(Message_ID="").as_bytes()

    assert read(nameless)[0].external_id == read(nameless)[0].external_id
    assert read(nameless)[0].external_id != read(letter("Another", Message_ID="").as_bytes())[0].external_id


@pytest.mark.parametrize(
    "below",
    [
        "On Tue, Nov 24, 2026 at 11:00 AM Care <help@northline.example> wrote:\n> It is late.",
        "Am 24.11.2026 um 11:00 schrieb Care <help@northline.example>:\n> Er ist spät.",
        "El mar, 24 nov 2026 a las 11:00, Care (<help@northline.example>) escribió:\n> Llega tarde.",
        "-----Original Message-----\nFrom: Care\nSent: Tuesday\n\nIt is late.",
        "Von: Care\nGesendet: Dienstag\nAn: Priya\n\nEr ist spät.",
        "________________________________\nFrom: Care\nIt is late.",
        "-- \nPriya\nSent from my phone",
        "> It is late.",
    ],
)
def test_only_what_is_new_is_read(below):
    assert words.own_words(f"Thank you!\n\n{below}") == "Thank you!"


@pytest.mark.parametrize(
    "text",
    [
        "> Do you want a refund?\nYes, please.",
        "Hello,\n\nFrom: Leeds to York it was fine.",
        "On Monday I wrote: where is it?",
        "> only a quotation",
    ],
)
def test_what_makes_no_sense_without_the_rest_stays_whole(text):
    assert words.own_words(text) == text


def test_html_alone_is_read_as_words_without_what_it_quotes():
    said = letter("")
    said.set_content(
        "<html><head><style>p{color:red}</style></head><body><p>Hello&nbsp;there</p><div>Two<br>lines</div>"
        '<div class="gmail_quote"><blockquote>Old words</blockquote></div><script>alert(1)</script></body></html>',
        subtype="html",
    )

    text = read(said)[0].text
    assert text.split() == ["Hello", "there", "Two", "lines"]


def test_a_character_set_that_nobody_knows_is_read_as_far_as_it_goes():
    raw = letter().as_bytes().replace(b'charset="utf-8"', b'charset="klingon"')

    assert read(raw)[0].text == "Where is my train?"


def test_files_are_named_by_where_they_lie():
    said = letter("See here")
    said.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../evil.png")
    said.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="ticket.pdf")

    [message] = read(said)

    assert [file.url for file in message.attachments] == [
        "https://mailbox.invalid/INBOX/7/42/0",
        "https://mailbox.invalid/INBOX/7/42/1",
    ]
    assert message.text == "See here"
    assert [part.get_payload(decode=True) for part in files_of(parse(said.as_bytes()))] == [b"\x89PNG", b"%PDF-"]


def bounce(action, *, name="", headers=True):
    """Return what a mail server writes by RFC 3464 about a letter of ours."""
    name = name or threads.name_for(KEY, THREAD, ADDRESS)
    below = f"Message-ID: <{name}>\r\nSubject: Re: My train\r\n\r\n" if headers else ""
    kind = "text/rfc822-headers" if headers else "text/plain"
    return (
        "From: MAILER-DAEMON@mail.shop.test\r\nTo: help@northline.example\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.shop.test\r\n\r\n"
        f"Final-Recipient: rfc822; priya@shop.test\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{below}--b--\r\n"
    ).encode()


@pytest.mark.parametrize(("action", "status"), [("failed", "failed"), ("delivered", "delivered"), ("relayed", "sent")])
def test_what_became_of_our_letter_is_reported_by_its_key(action, status):
    [report] = read(bounce(action))

    assert isinstance(report, StatusReported)
    assert (report.status, report.key) == (status, KEY)
    assert "No such user" in report.words


@pytest.mark.parametrize("other", [{"action": "delayed"}, {"action": "failed", "name": "1@shop.test"}])
def test_a_delay_and_what_is_about_others_letters_is_nothing(other):
    assert read(bounce(**other)) == []


def test_a_report_that_names_no_letter_is_nothing():
    assert read(bounce("failed", headers=False)) == []


def test_what_the_brand_typed_in_a_mail_program_is_its_own_and_belongs_to_the_customer():
    typed = letter("We are on it", From=ADDRESS, To="priya@shop.test", Message_ID="<9@northline.example>")
    assert read(typed, sent=True) == []
    typed["In-Reply-To"] = "<1@shop.test>"

    [message] = read(typed, sent=True)

    assert (message.direction, message.author.external_id) == ("outbound", "priya@shop.test")
    assert message.thread_key == read(letter())[0].thread_key


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff\xfe", b"From: \r\n\r\n", b"Content-Type: multipart/mixed\r\n\r\n--x", b"From: a@b\r\n" * 2000],
)
def test_no_bytes_break_the_reading(raw):
    assert all(isinstance(one, IncomingMessage) for one in read(raw))
