"""What an export holds of merges, and of tickets in which others have a say: the customer's own, and nobody else's."""

import io
import json
import zipfile

import pytest

from inbox import privacy
from inbox.actions.attachments import NewFile, add_files
from inbox.actions.merges import merge_customers, undo_merge
from inbox.actions.messages import receive_messages
from inbox.actions.privacy import request_export
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import write_note
from inbox.models import Message
from tests.cast import make_incoming, make_ticket


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


def export(contact, by):
    """Return the export of a customer: what it tells, its page, and its files by their names."""
    job = request_export(contact, by=by)
    privacy.do_jobs()
    job.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
        return json.loads(archive.read("customer.json")), archive.read("customer.html").decode(), files


def said_in(told):
    return [message["text"] for ticket in told["tickets"] for message in ticket["messages"]]


def attach(text, content):
    add_files(Message.objects.get(text=text).pk, [NewFile("file.txt", content)])


def test_what_others_say_in_the_same_tickets_and_their_files_are_left_out(channel, agnes, max_):
    priya = make_ticket(channel, "I am Priya", author="priya", thread="t")
    receive_messages(channel, [make_incoming("I am Kai", author="kai", thread="t")])
    other = make_ticket(channel, "Mine is private", author="noor")
    write_note(other, "Of Noor", by=agnes)
    write_note(priya, "Of Priya", by=agnes)
    merge_tickets(other, priya, by=agnes, confirmed=True)
    for number, text in enumerate(("I am Priya", "I am Kai", "Mine is private", "Of Noor", "Of Priya")):
        attach(text, f"file {number}".encode())

    told, page, files = export(priya.contact, max_)

    assert said_in(told) == ["I am Priya", "Of Priya"]
    assert sorted(files.values()) == [b"file 0", b"file 4"]
    assert told["tickets"][0]["left_out"] == 3
    assert "3 messages of other people are left out" in page
    assert "Noor" not in page
    assert "Kai" not in page


def test_what_a_merge_took_to_a_ticket_of_somebody_else_is_told_with_our_answers(channel, agnes, max_):
    priya = make_ticket(channel, "I am Priya", author="priya")
    other = make_ticket(channel, "I am Kai", author="kai")
    write_note(priya, "Of Priya", by=agnes)
    attach("I am Priya", b"hers")
    merge_tickets(priya, other, by=agnes, confirmed=True)

    told, page, files = export(priya.contact, max_)

    assert [message["text"] for message in told["elsewhere"]] == ["I am Priya", "Of Priya"]
    assert list(files.values()) == [b"hers"]
    assert f'href="{next(iter(files))}"' in page


def test_merges_are_told_those_undone_without_saying_with_whom(channel, lena, max_):
    priya, two, three, stranger = (make_ticket(channel, author=name).contact for name in ("priya", "ann", "bo", "noor"))
    merge_customers(two, three, "Bo is Ann", by=lena)
    merge_customers(priya, two, "Ann is Priya", by=lena)
    undo_merge(merge_customers(priya, stranger, "Noor wrote for @noor’s friend", by=lena), by=lena)

    told, page, _files = export(priya, max_)
    theirs, _page, _files = export(stranger, max_)

    assert [(one["with"], one["reason"], bool(one["undone_at"])) for one in told["merges"]] == [
        ("Bo", "Bo is Ann", False),
        ("Ann", "Ann is Priya", False),
        (None, "[…] wrote for […]’s friend", True),
    ]
    assert "Noor" not in page
    assert [(one["with"], bool(one["undone_at"])) for one in theirs["merges"]] == [(None, True)]


def test_an_export_of_whom_a_merge_has_taken_meanwhile_is_of_the_one_they_are(channel, lena, max_):
    priya, other = make_ticket(channel, "One", author="priya"), make_ticket(channel, "Two", author="raman")
    job = request_export(other.contact, by=max_)
    merge_customers(priya.contact, other.contact, "One", by=lena)

    privacy.do_jobs()

    job.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        assert said_in(json.loads(archive.read("customer.json"))) == ["One", "Two"]
