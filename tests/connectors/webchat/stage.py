"""The website chat on stage: visitors speak through its own door, over HTTP; our answers are lines in our database."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from django.db import OperationalError, connection, connections
from django.test import Client

from accounts.models import Brand, Team
from inbox import intake
from inbox.actions.payloads import claim_due_payloads
from inbox.connectors.webchat import lines, tokens
from inbox.connectors.webchat.models import Line
from inbox.connectors.webchat.reading import name_of
from inbox.models import Payload
from tests.cast import make_channel
from tests.connectors.stage import Fault, Posted, Stage

# The first insertion of ours fails; a sequence is not set back by the failure.
BREAK = """
CREATE SEQUENCE webchat_fault;
CREATE FUNCTION webchat_break() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ours AND nextval('webchat_fault') = 1 THEN RAISE EXCEPTION 'broken' USING ERRCODE = '57P02'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER webchat_break BEFORE INSERT ON webchat_line FOR EACH ROW EXECUTE FUNCTION webchat_break();
"""
MEND = """
DROP TRIGGER IF EXISTS webchat_break ON webchat_line;
DROP FUNCTION IF EXISTS webchat_break;
DROP SEQUENCE IF EXISTS webchat_fault;
"""


class WebchatStage(Stage):
    """The chat of one website."""

    network = "webchat"
    longest_answer = 4000
    lacks = {
        "album": "Each file of a visitor's is a line of its own.",
        "edit": "Lines can't be changed.",
        "delete": "Lines can't be taken away.",
        "echo": "The chat never tells us of our own lines, and there is nowhere else to type them.",
        "too many requests": "A reply is a row in our own database, which sets no pace.",
        "expired token": "Our own database knows us; there is no token that could end.",
        "window": "The chat takes answers at any time.",
    }

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        self.channel = make_channel(brand, team, network="webchat", external=False, webhook_secret="s")
        self.channel.keep_access({"origins": "https://www.northline.example"})
        self.visitors: dict[str, UUID] = {}
        self.said: list[tuple[UUID, UUID, str]] = []
        self._originals: list[object] = []

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        visitor = self.visitors.setdefault(author, tokens.new_visitor())
        self.said.append((visitor, uuid4(), text))
        self._say(self.said[-1])
        return name_of(visitor, self.said[-1][1])

    def pump(self, *, backwards: bool = False) -> None:
        if backwards:
            for payload in reversed(claim_due_payloads(limit=100)):
                intake.read_payload(payload)
        intake.process_payloads()

    def tell_again(self) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._say_in_thread, [*self.said, *self.said]))
            list(pool.map(self._replay, [*Payload.objects.select_related("channel")] * 2))

    def posts(self) -> list[Posted]:
        ours = Line.objects.filter(ours=True, visitor__channel=self.channel).order_by("pk")
        return [Posted(name_of(line.visitor_id, line.key), line.text, files=self._files_of(line)) for line in ours]

    def fail_next(self, fault: Fault) -> None:
        if fault == "server_error":
            with connection.cursor() as cursor:
                cursor.execute(BREAK)
        else:
            self._lose_the_next_answer()

    def report(self, external_id: str, status: str) -> None:
        line = Line.objects.get(key=external_id.partition(".")[2])
        headers = self._headers(line.visitor_id)
        if status == "read":
            body = json.dumps({"upto": line.number})
            answer = Client().post(self._address("read"), body, content_type="application/json", headers=headers)
        else:
            answer = Client().get(self._address("hear"), {"since": line.number}, headers=headers)
        assert answer.status_code in (200, 204), answer.content

    def close(self) -> None:
        for original in self._originals:
            lines.add_line = original
        with connection.cursor() as cursor:
            cursor.execute(MEND)

    def _files_of(self, line: Line) -> int:
        """Fetch the line's files as the visitor's widget does, and return how many are pictures."""
        headers = self._headers(line.visitor_id)
        answers = [Client().get(self._address(f"file/{file.pk}"), headers=headers) for file in line.files.all()]
        return sum(answer.getvalue().startswith(b"\x89PNG") for answer in answers)

    def _say(self, said: tuple[UUID, UUID, str]) -> None:
        visitor, key, text = said
        body = json.dumps({"key": str(key), "text": text})
        answer = Client().post(
            self._address("say"), body, content_type="application/json", headers=self._headers(visitor)
        )
        assert answer.status_code == 201, answer.content

    def _say_in_thread(self, said: tuple[UUID, UUID, str]) -> None:
        try:
            self._say(said)
        finally:
            connections.close_all()

    def _replay(self, payload: Payload) -> None:
        try:
            intake.replay_payload(payload)
        finally:
            connections.close_all()

    def _lose_the_next_answer(self) -> None:
        """Store the next line, and let whoever stored it not hear of it."""
        original = lines.add_line
        self._originals.append(original)

        def once(*said: object, **how: object) -> Line:
            lines.add_line = original
            original(*said, **how)
            raise OperationalError("The connection was lost.")

        lines.add_line = once

    def _address(self, what: str) -> str:
        return f"/chat/{self.channel.pk}/{what}"

    def _headers(self, visitor: UUID) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens.token_for(self.channel.pk, visitor)}"}
