"""Our connector on a real mail server: every case of the conformance suite, and what only a real one shows."""

import threading
import time
from email.utils import getaddresses

import pytest
from django.db import connections

from inbox import attachments, listening
from inbox.connectors.base import AccessDenied, Unavailable
from inbox.connectors.email import imap, smtp
from inbox.connectors.email.reading import parse
from inbox.connectors.email.threads import names_of
from inbox.connectors.registry import connector_for
from inbox.models import Attachment, Channel, Cursor, DeliveryState, FileState, Message, Ticket
from tests.connectors.conformance import CASES, answer, dispatch, lacking, only_ticket, state_of
from tests.connectors.email.stage import PICTURE, letter
from tests.networks.mail_stage import IMAPS_PORT, RUN, SMTP_PORT, SMTPS_PORT, RealEmailStage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(mail, rail, care):
    stage = RealEmailStage(rail, care)
    yield stage
    stage.close()


@pytest.fixture
def listener(stage, monkeypatch):
    """Somebody who listens until the test is over."""
    monkeypatch.setattr(listening, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(listening, "WAIT_SECONDS", 3.0)
    stop = threading.Event()

    def listen():
        try:
            listening.listen_on(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=listen)
    thread.start()
    yield
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def eventually(condition, seconds):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"It has not happened within {seconds} seconds."
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("case", [case for case in CASES if not lacking("email", RealEmailStage, case)])
def test_the_connector_conforms(case, stage, agnes):
    CASES[case](stage, agnes)


def test_a_letter_is_a_ticket_within_seconds_because_the_server_says_so(stage, listener):
    eventually(lambda: Cursor.objects.get(channel=stage.channel).listened_until, 10)
    # Now it waits, and nobody asks.
    time.sleep(1)
    began = time.monotonic()
    stage.person("robin").send(stage.letter("Where is my train?"), stage.account.address)

    eventually(Ticket.objects.exists, 6)

    assert (Message.objects.get().text, time.monotonic() - began < 6) == ("Where is my train?", True)


def test_a_letter_that_comes_before_we_wait_is_not_waited_over(stage):
    server = imap.Server("127.0.0.1", 25143, encrypted=False)
    with imap.mailbox(server, stage.account.address, "pw") as mailbox:
        mailbox.open("INBOX")
        stage.deliver(stage.person("robin"), stage.letter("Where is my train?"))
        began = time.monotonic()

        assert mailbox.wait(10)

        assert time.monotonic() - began < 5


def test_what_is_read_stays_unread(stage):
    stage.say("Where is my train?")
    stage.pump()

    assert Message.objects.exists()
    assert b"Seen" not in stage.account.flags()


def test_a_reply_stands_below_its_question_and_the_answer_to_it_in_the_same_ticket(stage, agnes):
    asked = stage.say("Where is my train?")
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)
    (received,) = stage.person("robin").await_letters(1)
    reply = parse(received)
    ours = names_of(reply)
    assert (ours.answers, ours.earlier) == (asked, (asked,))
    assert reply["From"] == f"Northline Rail <{stage.account.address}>"

    stage.say(f"Thank you!\n\nOn Monday, Northline Rail wrote:\n> {reply.get_content().strip()}", thread=ours.own)
    stage.pump()

    assert sorted(one.text for one in only_ticket(stage).messages.all()) == [
        "At platform 4.",
        "Thank you!",
        "Where is my train?",
    ]


def test_the_names_of_letters_arrive_as_they_are_however_long(stage, agnes):
    asked = stage.say("Where is my train?")
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)
    first = stage.person("robin").await_letters(1)[0]
    stage.say("Which one?", thread=names_of(parse(first)).own)
    stage.pump()
    answer(only_ticket(stage), "The left one.", agnes)
    dispatch(stage.channel)

    second = stage.person("robin").await_letters(2)[1]

    head = second.partition(b"\r\n\r\n")[0].decode()
    assert f"<{asked}>" in head
    assert head.count(f"<{names_of(parse(first)).own}>") == 1
    assert "=?" not in head.partition("References:")[2].partition("\r\nReply-To")[0]


def test_an_answer_that_names_no_letter_is_known_by_the_address_it_went_to(stage, agnes):
    stage.say("Where is my train?")
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)
    reply = parse(stage.person("robin").await_letters(1)[0])
    ((_name, address),) = getaddresses([reply["Reply-To"]])
    said = stage.letter("Thank you!")
    said.replace_header("To", address)

    stage.deliver(stage.person("robin"), said, to=address)
    stage.pump()

    assert only_ticket(stage).messages.count() == 3


def test_a_report_that_a_reply_could_not_be_delivered_is_shown_as_failed_in_the_servers_words(stage, agnes):
    # Postfix takes letters to them, and only then learns that they have no mailbox.
    nobody = "nobody@shop.test"
    said = stage.letter("Where is my train?")
    said.replace_header("From", nobody)
    stage.deliver(stage.person("robin"), said)
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)

    stage.account.await_letters(2)
    stage.pump()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert "User doesn't exist" in delivery.error
    assert Message.objects.count() == 2


def test_an_address_that_the_server_does_not_know_is_refused_at_once(stage, agnes):
    said = stage.letter("Where is my train?")
    said.replace_header("From", "gone@shop.test")
    stage.deliver(stage.person("robin"), said)
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert "Recipient address rejected" in delivery.error


def test_what_a_program_says_of_somebodys_absence_is_no_message(stage):
    away = stage.away()
    stage.account.send(letter("Hello", sender=stage.account.address, to=away.address), away.address)

    (told,) = stage.account.await_letters(1)
    stage.pump()

    assert b"I am back on Monday." in told
    assert not Message.objects.exists()


def test_a_reply_of_ours_makes_no_program_say_that_somebody_is_away(stage, agnes):
    stage.people["away"] = stage.away()
    stage.deliver(stage.away(), stage.letter("Where is my train?", author="away"))
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)

    eventually(lambda: [post for post in stage.posts() if post.text == "At platform 4."], 10)
    time.sleep(0.5)

    assert len(stage.account.letters()) == 1


def test_files_of_a_letter_are_fetched_from_the_mailbox(stage, own_files):
    stage.say_album(2)
    stage.pump()

    assert attachments.fetch_due() == 2

    first, second = Attachment.objects.order_by("pk")
    assert {first.state, second.state} == {FileState.KEPT}
    assert (first.file.read(), second.file.read()) == (PICTURE, PICTURE)


@pytest.mark.parametrize(("imap_port", "smtp_port"), [("25143", str(SMTP_PORT)), (str(IMAPS_PORT), str(SMTPS_PORT))])
def test_letters_come_and_go_encrypted(imap_port, smtp_port, stage, agnes, monkeypatch):
    monkeypatch.setattr(imap, "TLS_PORT", IMAPS_PORT)
    monkeypatch.setattr(smtp, "TLS_PORT", SMTPS_PORT)
    monkeypatch.setenv("SSL_CERT_FILE", str(RUN / "cert.pem"))
    entered = {"encryption": "required", "imap_port": imap_port, "smtp_port": smtp_port}
    stage.channel.keep_access({**entered, "imap_host": "localhost", "smtp_host": "localhost"})
    connector_for(stage.channel).probe()
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agnes)
    dispatch(stage.channel)

    assert state_of(delivery) == DeliveryState.SENT
    assert b"ESMTPSA" in stage.person("robin").await_letters(1)[0]
    cursor = Cursor.objects.get(channel=stage.channel).value
    assert connector_for(stage.channel).listen(cursor, seconds=1) is False


def test_a_server_whose_certificate_nobody_vouches_for_is_told_no_password(stage):
    stage.channel.keep_access({"encryption": "required", "imap_host": "localhost"})

    with pytest.raises(Unavailable, match="could not be reached"):
        connector_for(stage.channel).probe()


def test_a_wrong_password_is_access_that_was_denied(stage):
    stage.account.lock_out()

    for ask in (connector_for(stage.channel).probe, lambda: connector_for(stage.channel).fetch("")):
        with pytest.raises(AccessDenied):
            ask()


def test_a_letter_with_broken_headers_is_read_as_far_as_it_goes(stage):
    said = stage.letter("Where is my train?").as_bytes()
    broken = said.replace(b"My train", b"Caf\xe9 =?utf-8?q?=ff?= \xf0\x9f\x9a\x86").replace(b"7bit", b"9bit")
    stage.deliver(stage.person("robin"), broken)
    stage.pump()

    assert Message.objects.get().text == "Where is my train?"
    assert Channel.objects.get(pk=stage.channel.pk).health == "ok"
