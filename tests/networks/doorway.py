"""A door of ours before a real server: it hands every call on, and fails when it is told to."""

import httpx

from tests.connectors.fake import Answer, Call, FakeNetwork

# Longer than a server holds a request open.
PATIENCE = 60.0


class Doorway(FakeNetwork):
    """Stands before one server that speaks HTTP."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server

    def handle(self, call: Call) -> Answer:
        passed = {name: call.headers[name] for name in ("authorization", "content-type") if name in call.headers}
        address = f"{self.server}{call.path}?{call.query_string}"
        answer = httpx.request(call.method, address, content=call.body, headers=passed, timeout=PATIENCE)
        return Answer(answer.content, answer.status_code)
