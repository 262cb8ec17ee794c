"""The network of the chaos run: it pushes customers' messages, takes replies, fails by a seed, and keeps a ledger."""

import hashlib
import hmac
import http.client
import http.server
import json
import random
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

PUSHERS = 8
# Of a hundred posts, how many meet what.
TOO_MANY, BREAKS_BEFORE, BREAKS_AFTER, HANGS_UP, SILENT = 3, 2, 2, 2, 0.2
# Of a hundred pushes: told twice at once, told after the next, told again although it was taken.
TWICE, LATE, AGAIN = 5, 5, 3
SILENT_SECONDS = 12.0


@dataclass
class Ledger:
    """What was said on the network: every customer's message, and every post of the brand in the order of arrival."""

    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    posts: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, fault: str) -> None:
        """Count a fault that was played."""
        with self.lock:
            self.faults[fault] = self.faults.get(fault, 0) + 1


class Network:
    """One account on it, conversations with customers, and the faults."""

    def __init__(self, secret: str, seed: int) -> None:
        self.secret, self.ledger, self.random = secret, Ledger(), random.Random(seed)
        self.hook = ""
        self.quiet = False
        self.server = _Server(self)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Return where the network answers."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def talk(self, conversations: int, messages: int, per_second: float) -> list[threading.Thread]:
        """Let customers talk in so many conversations, so many messages each, told by several threads."""
        began = time.monotonic()
        shares = [range(number, conversations, PUSHERS) for number in range(PUSHERS)]

        def push_share(share: range, seed: int) -> None:
            dice = random.Random(seed)
            done = 0
            for number in range(messages):
                held: list[dict[str, object]] = []
                for conversation in share:
                    post = self._say(conversation, number)
                    if dice.random() * 100 < LATE:
                        self.ledger.note("told late")
                        held.append(post)
                    else:
                        self._tell(post, dice)
                    done += 1
                    time.sleep(max(0.0, began + done * PUSHERS / per_second - time.monotonic()))
                for post in held:
                    self._tell(post, dice)

        threads = [threading.Thread(target=push_share, args=(share, n), daemon=True) for n, share in enumerate(shares)]
        for thread in threads:
            thread.start()
        return threads

    def _say(self, conversation: int, number: int) -> dict[str, object]:
        post_id, thread = str(uuid4()), f"conversation-{conversation}"
        self.ledger.said[post_id] = (thread, number)
        moment = datetime.now(UTC) + timedelta(microseconds=number)
        return {
            "id": post_id,
            "thread": thread,
            "author": {"id": f"customer-{conversation}", "name": f"Customer {conversation}"},
            "by_account": False,
            "text": f"question {conversation}.{number}",
            "visibility": "public",
            "created_at": moment.isoformat(),
            "in_reply_to": "",
        }

    def _tell(self, post: dict[str, object], dice: random.Random) -> None:
        """Push until it is taken; now and then twice at once, or once more afterwards."""
        body = json.dumps({"posts": [post]}).encode()
        times = 2 if dice.random() * 100 < TWICE else 1
        if times == 2:
            self.ledger.note("told twice at once")
            other = threading.Thread(target=self._push, args=(body, str(uuid4())), daemon=True)
            other.start()
        pause = 0.1
        while not self._push(body, str(post["id"])):
            self.ledger.note("push not taken")
            time.sleep(pause)
            pause = min(pause * 2, 3.0)
        if dice.random() * 100 < AGAIN:
            self.ledger.note("told again")
            self._push(body, str(uuid4()))

    def _push(self, body: bytes, delivery: str) -> bool:
        signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Sandbox-Signature": signature, "Sandbox-Delivery": delivery}
        request = urllib.request.Request(self.hook, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bool(200 <= answer.status < 300)
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            return False

    def fault(self) -> str:
        """Return which fault the next post meets, or nothing."""
        if self.quiet:
            return ""
        with self.ledger.lock:
            dice = self.random.random() * 100
        for name, share in (
            ("429", TOO_MANY),
            ("500 before", BREAKS_BEFORE),
            ("500 after", BREAKS_AFTER),
            ("hung up after", HANGS_UP),
            ("silent after", SILENT),
        ):
            if dice < share:
                self.ledger.note(name)
                return name
            dice -= share
        return ""

    def publish(self, key: str, body: dict[str, str]) -> str:
        """Store a brand's post once for each key and return its id."""
        with self.ledger.lock:
            known = self.ledger.posts.setdefault(
                key, {"id": str(uuid4()), "thread": body["thread"], "text": body["text"]}
            )
            return known["id"]


class _Server(http.server.ThreadingHTTPServer):
    """The network's own web server."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, network: Network) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.network = network


class _Handler(http.server.BaseHTTPRequestHandler):
    """The sandbox's programming interface, with faults."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer who we are, or which post has a key."""
        if self.path == "/api/account":
            self._answer(200, {"id": "chaos", "name": "Chaos"})
            return
        post = self.server.network.ledger.posts.get(self.path.rpartition("/")[2])
        self._answer(*((200, {"id": post["id"]}) if post else (404, {"error": "No such post."})))

    def do_POST(self) -> None:
        """Take a post, unless the dice say otherwise."""
        network = self.server.network
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = network.fault()
        if fault == "429":
            self._answer(429, {"error": "Slow down."}, {"Retry-After": "1"})
        elif fault == "500 before":
            self._answer(500, {"error": "Broken."})
        else:
            self._take(fault, network.publish(self.headers["Idempotency-Key"], body))

    def _take(self, fault: str, post_id: str) -> None:
        """Answer a post that is public by now, or fail to."""
        if fault == "500 after":
            self._answer(500, {"error": "Broken."})
        elif fault:
            time.sleep(SILENT_SECONDS if fault == "silent after" else 0)
            self.close_connection = True
        else:
            self._answer(201, {"id": post_id})

    def _answer(self, status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: object) -> None:
        """Keep quiet."""
