"""How large a body may be: what is too large is not kept while it comes, and refused in words."""

from io import BytesIO

import httpx
import pytest
from daphne.http_protocol import HTTPFactory
from daphne.server import Server
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from config.bodies import EVIDENCE, FILE, MOST, SEVERAL, most_at
from config.headers import let_through
from tests.served import serve

PART = bytes(MOST // 10)


def parts(number):
    yield from (PART for _part in range(number))


@pytest.fixture
def line():
    """A connection to Daphne's own reader of requests, with nothing behind it."""
    let_through()
    server = Server(application=None, endpoints=["tcp:0"], signal_handlers=False)
    server.connections = {}
    protocol = HTTPFactory(server).buildProtocol(IPv4Address("TCP", "127.0.0.1", 1))
    protocol.makeConnection(StringTransport())
    yield protocol._channel
    protocol._channel.setTimeout(None)


@pytest.mark.parametrize("length", [f"Content-Length: {11 * len(PART)}", "Transfer-Encoding: chunked"])
def test_nothing_of_a_body_that_is_too_large_is_kept(line, length):
    line.dataReceived(f"POST /webhooks/1/ HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
    request = line.requests[0]
    is_chunked = "chunked" in length
    for _part in range(11):
        line.dataReceived(b"%x\r\n%s\r\n" % (len(PART), PART) if is_chunked else PART)
        if _part == 9 and is_chunked:
            assert request.content.tell() == MOST
        elif _part < 9 and not is_chunked:
            assert isinstance(request.content, BytesIO)
            assert request.content.tell() == 0
    if is_chunked:
        assert isinstance(request.content, BytesIO)
        assert request.content.tell() == 0
        line.dataReceived(b"0\r\n\r\n")

    assert line.transport.value().startswith(b"HTTP/1.1 413 ")


def test_a_website_with_the_chat_can_read_that_a_file_is_too_large(line):
    asked = f"HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\nContent-Length: {FILE + 1}\r\n\r\n".encode()
    for address in (b"/chat/7/file", b"/api/v1/tickets/7/files"):
        line.dataReceived(b"POST " + address + b" " + asked)
        left = FILE + 1
        while left:
            left -= len(part := PART[:left])
            line.dataReceived(part)

    chat, api = line.transport.value().split(b"HTTP/1.1 413 ")[1:]

    assert b"\r\nAccess-Control-Allow-Origin: *\r\n" in chat
    assert b'"why":"size"' in chat
    assert b"Access-Control" not in api


def test_each_address_takes_what_its_door_takes():
    assert most_at(b"/tickets/7/uploads/") == most_at(b"/api/v1/tickets/7/files") == most_at(b"/chat/7/file") == FILE
    assert most_at(b"/posts/new/") == most_at(b"/tickets/7/reply/?x=/chat/1/file") == SEVERAL * FILE
    assert most_at(b"/positions/refunds/draft/") == most_at(b"/sign/7/edit/") > 15 * EVIDENCE
    assert most_at(b"/positions/import/") == MOST
    assert most_at(b"/api/v1/channels/1/messages") == most_at(b"/nowhere/tickets/7/uploads/") == MOST


@pytest.mark.django_db(transaction=True)
def test_what_is_too_large_is_refused_in_words_and_the_connection_goes_on(transactional_db, tmp_path):
    with serve(tmp_path) as address, httpx.Client(base_url=address, timeout=60) as client:
        for length in ({}, {"Content-Length": str(11 * len(PART))}):
            said = client.post("/accounts/login/", content=parts(11), headers=length | {"Accept-Language": "de"})
            assert (said.status_code, said.text) == (413, "Das ist größer als die 10 MB, die hier angenommen werden.")
            assert client.get("/accounts/login/").status_code == 200

        told = client.post("/api/v1/channels/1/messages", content=parts(11))
        assert (told.status_code, told.headers["Content-Type"]) == (413, "application/problem+json")
        assert told.json()["detail"] == "This is larger than the 10 MB that are taken here."
        # A file may be larger than that: here it is somebody who is not signed in that is refused.
        assert client.post("/tickets/1/uploads/", content=parts(11)).status_code == 403
