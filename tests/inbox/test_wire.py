"""What is told reaches a page whole and in order, however slowly it reads."""

import asyncio
import socket

import pytest
from autobahn.websocket.protocol import WebSocketServerProtocol
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp
from twisted.internet.protocol import Protocol

from inbox.wire import frame_of, writer_of


class Reactor:
    """Notes who waits to be written to; the test plays the loop."""

    def __init__(self):
        self.waiting = set()
        self.addWriter, self.removeWriter = self.waiting.add, self.waiting.discard


@pytest.fixture
def reactor():
    return Reactor()


@pytest.fixture
def ends(reactor):
    """A connection of the server's, and the browser's end of it."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    connection = tcp.Connection(ours, Protocol(), reactor)
    connection.connected = True
    yield connection, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def protocol(ends):
    """Daphne's protocol of an open page."""
    page = WebSocketProtocol()
    page.transport, page.state = ends[0], WebSocketServerProtocol.STATE_OPEN
    return page


@pytest.fixture
def loop():
    """The loop that Daphne asks for, whatever earlier tests have left behind."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def write(protocol, loop):
    """The way past Daphne, found as the page's consumer finds it: from the `send` that Daphne hands over."""
    handed = {}
    server = Server(application=lambda scope, receive, send: handed.update(send=send), endpoints=["unused"])
    server.connections = {}
    server.connections[protocol] = {}
    with pytest.raises(TypeError):
        server.create_application(protocol, {"type": "websocket"})
    return writer_of(handed["send"])


def read(end):
    """Return what has arrived."""
    try:
        return end.recv(2**20)
    except BlockingIOError:
        return b""


@pytest.mark.parametrize(("letters", "head"), [(10, 2), (300, 4), (70_000, 10)])
def test_a_frame_is_one_whole_text_as_browsers_read_it(letters, head):
    frame = frame_of({"says": "ä" * (letters // 2)})

    assert frame.wire[:1] == b"\x81"
    assert frame.wire[head:].decode("ascii") == frame.text
    short = frame.wire[1]
    assert len(frame.text) == (short if head == 2 else int.from_bytes(frame.wire[2:head], "big"))


def test_what_is_told_is_on_its_way_before_the_loop_turns(write, ends, reactor):
    write(b"first")
    write(b"second")

    assert read(ends[1]) == b"firstsecond"
    assert not reactor.waiting


def test_a_slow_page_gets_everything_in_order(write, ends, reactor):
    told = [bytes([65 + number]) * 300_000 for number in range(6)]
    for wire in told:
        write(wire)
    assert reactor.waiting == {ends[0]}

    heard = b""
    while len(heard) < 1_800_000:
        heard += read(ends[1])
        if reactor.waiting:
            ends[0].doWrite()

    assert heard == b"".join(told)
    assert not reactor.waiting
    write(b"and then")
    assert read(ends[1]) == b"and then"


def test_a_page_that_is_closing_is_told_nothing_more(write, protocol, ends):
    protocol.state = WebSocketServerProtocol.STATE_CLOSING
    write(b"late")
    assert read(ends[1]) == b""


def test_another_server_is_spoken_to_in_the_usual_way():
    async def send(message):
        raise AssertionError

    assert writer_of(send) is None
