"""Agents of the chaos run: programs that answer tickets over REST, and write down what was accepted."""

import hashlib
import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from typing import Any


class Agents:
    """A few threads, each with tickets of its own, so that the order within a ticket is known."""

    def __init__(self, site: str, key: str, per_second: float) -> None:
        self.site, self.key, self.per_second = site, key, per_second
        self.accepted: dict[int, list[str]] = {}
        self.stop = threading.Event()
        self.failures = 0

    def work(self, threads: int) -> list[threading.Thread]:
        """Answer tickets until told to stop."""
        workers = [threading.Thread(target=self._answer_some, args=(n, threads), daemon=True) for n in range(threads)]
        for worker in workers:
            worker.start()
        return workers

    def _answer_some(self, share: int, of: int) -> None:
        dice, count, began = random.Random(share), 0, time.monotonic()
        while not self.stop.is_set():
            numbers = [number for number in self._tickets() if number % of == share]
            if not numbers:
                time.sleep(0.5)
                continue
            for number in dice.sample(numbers, min(20, len(numbers))):
                if self.stop.is_set():
                    return
                count += 1
                time.sleep(max(0.0, began + count * of / self.per_second - time.monotonic()))
                self._answer(number, words_for(share, count))

    def _tickets(self) -> list[int]:
        status, body = self._ask("GET", "/api/v1/tickets?limit=100")
        return [ticket["number"] for ticket in body["tickets"]] if status == 200 else []

    def _answer(self, number: int, text: str) -> None:
        """Send until it is known to be accepted: after doubt the conversation is read before it is sent again."""
        reply = {"text": text, "seen": 0, "confirm_stale": True, "purpose": "inform"}
        while True:
            status, _body = self._ask("POST", f"/api/v1/tickets/{number}/replies", reply)
            if status and status < 500 and status != 429:
                break
            self.failures += 1
            time.sleep(0.5)
            if self._is_there(number, text):
                status = 201
                break
        if 200 <= status < 300:
            self.accepted.setdefault(number, []).append(text)

    def _is_there(self, number: int, text: str) -> bool:
        while True:
            status, body = self._ask("GET", f"/api/v1/tickets/{number}?limit=100")
            if status == 200:
                return any(message["text"] == text for message in body["messages"])
            time.sleep(0.5)

    def _ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.site + path, content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, {}
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}


def words_for(share: int, count: int) -> str:
    """Return a text that no other reply has, without figures, which the guard would ask about."""
    digest = hashlib.sha256(f"{share}.{count}".encode()).hexdigest()[:20]
    letters = digest.translate(str.maketrans("0123456789", "ghijklmnop"))
    return " ".join(letters[place : place + 5] for place in range(0, 20, 5))
