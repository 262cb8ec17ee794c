"""A door of ours before a real mail server: it hands every line of SMTP on, and fails when it is told to."""

import socket
import socketserver
import threading
import time
from typing import BinaryIO

from tests.connectors.stage import Fault

# How long an answer is kept back that is to come too late.
LATE_SECONDS = 4.0


class SmtpDoor:
    """Stands before the port of one server until it is closed."""

    def __init__(self, port: int) -> None:
        self.upstream = port
        self.faults: list[Fault] = []
        # The letters that the server took.
        self.taken: list[bytes] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"door": self}))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fault(self, name: Fault) -> bool:
        """Return whether this fault is to happen now, and let it be over."""
        if self.faults[:1] != [name]:
            return False
        self.faults.pop(0)
        return True


class _Handler(socketserver.StreamRequestHandler):
    door: SmtpDoor

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.door.upstream)) as server:
            said = server.makefile("rb")
            self.wfile.write(_answer(said))
            while line := self.rfile.readline():
                if line.upper().startswith(b"RCPT") and self.door.fault("rate_limit"):
                    self.wfile.write(b"450 4.7.1 Too many messages, come back later\r\n")
                    continue
                server.sendall(line)
                answer = _answer(said)
                self.wfile.write(answer)
                if answer.startswith(b"354") and not self._hand_over(server, said):
                    return

    def _hand_over(self, server: socket.socket, said: BinaryIO) -> bool:
        """Hand a letter on; return False where the connection is to break."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
            server.sendall(line)
        if self.door.fault("server_error"):
            return False
        server.sendall(b".\r\n")
        answer = _answer(said)
        if answer.startswith(b"250"):
            self.door.taken.append(b"".join(lines))
        if self.door.fault("timeout_after_send"):
            time.sleep(LATE_SECONDS)
            return False
        self.wfile.write(answer)
        return True


def _answer(said: BinaryIO) -> bytes:
    """Read one answer, which can have several lines."""
    lines = [said.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(said.readline())
    return b"".join(lines)
