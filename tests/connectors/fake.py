"""A network without accounts, played over real HTTP: it keeps what is posted, and fails when it is told to."""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from inbox.connectors import http
from tests.connectors.stage import Fault


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    # As it came, since a name can stand in it more than once.
    query_string: str = ""

    def json(self):
        return json.loads(self.body)

    def parts(self):
        """Return the parts of a form by name: texts, and files as (name, type, content)."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found = {}
        for part in message_from_bytes(head + self.body, policy=HTTP).iter_parts():
            name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
            named = part.get_filename()
            found[name] = (named, part.get_content_type(), content) if named else content.decode()
        return found

    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))


@dataclass(frozen=True)
class Answer:
    """What the network answers: JSON, or bytes as they are."""

    body: object = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeNetwork(ABC):
    """A server on a port of its own, until it is closed."""

    # Any that is free, unless somebody has been told of one.
    port: ClassVar[int] = 0

    def __init__(self) -> None:
        self.calls: list[Call] = []
        # Each call with what was answered.
        self.exchanges: list[tuple[Call, Answer]] = []
        self.faults: list[Fault] = []
        self.expired = False
        network = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                network._answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as http.server calls them

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @abstractmethod
    def handle(self, call: Call) -> Answer:
        """Do what is asked, and answer."""

    @abstractmethod
    def refuse(self, fault: Fault) -> Answer:
        """Return how this network refuses: for "rate_limit" and for "expired_token"."""

    def is_post(self, call: Call) -> bool:
        """Return whether the brand publishes something with this call."""
        return call.method in ("POST", "PUT")

    def close(self) -> None:
        """Take the server down."""
        http.client().timeout = http.TIMEOUT
        self._server.shutdown()
        self._server.server_close()

    def fail_next(self, fault: Fault) -> None:
        """Let the next post meet a fault; an expired token stays so until `expired` is False again."""
        if fault == "expired_token":
            self.expired = True
        else:
            self.faults.append(fault)
        if fault == "timeout_after_send":
            http.client().timeout = 0.4

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = Call(handler.command, parts.path, dict(parse_qsl(parts.query)), headers, body, parts.query)
        self.calls.append(call)
        try:
            answer = self._play(call)
        except Exception as error:  # a mistake of the simulator's should be read, not waited for
            answer = Answer({"error": {"message": f"{type(error).__name__}: {error}"}}, 418)
        self.exchanges.append((call, answer))
        self._write(handler, answer)

    def _play(self, call: Call) -> Answer:
        if self.expired:
            return self.refuse("expired_token")
        fault = self.faults.pop(0) if self.faults and self.is_post(call) else None
        if fault == "rate_limit":
            return self.refuse(fault)
        if fault == "server_error":
            return Answer({}, 500)
        answer = self.handle(call)
        if fault == "timeout_after_send":
            time.sleep(1.0)
            http.client().timeout = http.TIMEOUT
        return answer

    def _write(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        said = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        try:
            handler.send_response(answer.status)
            handler.send_header("Content-Length", str(len(said)))
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(said)
        except OSError:
            # Whoever asked has hung up.
            pass
