"""Whatever programs written for Chatwoot send, they get an answer: what can't be read is refused."""

import pytest

from accounts.models.keys import Scope
from inbox.models import Message
from tests.cast import make_channel
from tests.inbox.chatwoot_program import FORM, Program, form

JSON = "application/json"
PLACES = [
    ("post", "inboxes"),
    ("post", "contacts"),
    ("post", "contacts/filter"),
    ("put", "contacts/{contact}"),
    ("post", "conversations"),
    ("post", "conversations/{number}/messages"),
    ("patch", "conversations/{number}/messages/{message}"),
]
BODIES = {
    "nothing": (b"", JSON),
    "a list": (b"[]", JSON),
    "null": (b"null", JSON),
    "no JSON": (b"{", JSON),
    "no UTF-8": (b'{"content": "\xff"}', JSON),
    "too deep": (b'{"content":' + b"[" * 100_000, JSON),
    "numbers for words": (
        b'{"content": 1, "name": 1, "status": 1, "payload": 1, "contact_id": [1], "inbox_id": {}}',
        JSON,
    ),
    "a NUL": (b'{"content": "\\u0000", "name": "\\u0000", "source_id": "\\u0000", "inbox_id": 1}', JSON),
    "a huge number": (b'{"inbox_id": 1' + b"0" * 400 + b', "contact_id": 99999999999999999999}', JSON),
    "no boundary": (form(content="x"), "multipart/form-data"),
    "another boundary": (form(content="x"), "multipart/form-data; boundary=yy"),
    "a form cut off": (form(content="x" * 100)[:90], FORM),
    "fields without names": (b"--xx\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xx--\r\n", FORM),
    "no form": (b"%%%=%&&=", "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_can_t_be_read_is_refused(northline, rail, care, body):
    program = Program(northline, *Scope.values)
    number = program.conversation(make_channel(rail, care, network="other"))["id"]
    said = program.said(number, content="Hi", message_type="incoming", source_id="WAID:1").json()
    names = {"number": number, "message": said["id"], "contact": said["sender"]["id"]}

    for method, place in PLACES:
        content, kind = BODIES[body]
        answer = program.ask(method, place.format(**names), content, kind)
        harmless = method == "put" and answer.status_code == 200
        assert harmless or answer.status_code in (400, 404, 422), f"{method} {place}: {answer.status_code}"

    assert Message.objects.get().text == "Hi"


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "null",
        "[]",
        "{",
        '{"in_reply_to": {}}',
        '{"in_reply_to": "²"}',
        '{"in_reply_to_external_id": "\\u0000"}',
        "1" * 5000,
    ],
)
def test_attributes_that_say_nothing_do_not_keep_the_words_out(northline, rail, care, attributes):
    program = Program(northline, *Scope.values)
    number = program.conversation(make_channel(rail, care, network="other"))["id"]

    said = program.said(number, content="Hi", message_type="incoming", content_attributes=attributes)

    assert said.status_code == 200
    assert Message.objects.get().in_reply_to == ""
