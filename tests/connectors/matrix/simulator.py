"""A homeserver that serves HTTP as Matrix's client-server specification (v1.11) has it, with faults to order."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

BRAND = "@care:brand.test"
TOKEN = "syt_a_token"


class Homeserver:
    """Rooms, events in one stream, one account that signs in with TOKEN."""

    def __init__(self):
        self.events = []
        self.receipts = []
        self.invited = []
        self.sent = {}
        self.media = {}
        self.token = TOKEN
        self.faults = []
        self.backwards = False
        self.most = 100
        self.changed = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"home": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def add(self, room, sender, content, *, kind="m.room.message", **rest):
        """Put an event into a room, and wake those who wait."""
        with self.changed:
            number = len(self.events)
            event = {
                "type": kind,
                "event_id": f"$event-{number}:brand.test",
                "sender": sender,
                # Strictly growing, as one server's clock is at this pace.
                "origin_server_ts": int(time.time() * 1000) + number,
                "content": content,
                **rest,
            }
            self.events.append((room, event))
            self.changed.notify_all()
        return event["event_id"]

    def say(self, room, sender, text, **content):
        return self.add(room, sender, {"msgtype": "m.text", "body": text, **content})

    def read(self, room, reader, event_id):
        with self.changed:
            content = {event_id: {"m.read": {reader: {"ts": int(time.time() * 1000)}}}}
            self.receipts.append((len(self.events), room, {"type": "m.receipt", "content": content}))
            self.changed.notify_all()

    def rooms(self):
        return list(dict.fromkeys(room for room, _ in self.events if room not in self.invited))

    def sync(self, query):
        """Answer /sync: since is a place in the stream; the timeline is cut to the limit that the filter names."""
        since = int(query["since"].removeprefix("s")) if "since" in query else 0
        limit = json.loads(query["filter"])["room"]["timeline"]["limit"]
        deadline = time.monotonic() + int(query.get("timeout", 0)) / 1000
        with self.changed:
            while (
                not (news := self._since(since, limit, initial="since" not in query))
                and (left := deadline - time.monotonic()) > 0
            ):
                self.changed.wait(left)
            invite = {room: {} for room in self.invited}
            # Events and receipts share one stream of places.
            return {"next_batch": f"s{self._place()}", "rooms": {"join": news, "invite": invite}}

    def _place(self):
        return len(self.events) + len(self.receipts)

    def _since(self, since, limit, initial):
        found = {}
        for room in self.rooms():
            fresh = [event for place, (where, event) in self._stream() if where == room and place >= since]
            cut = fresh[-limit:]
            names = [member("@robin:shop.test", "Robin"), member(BRAND, "Northline care", sender="@robin:shop.test")]
            told = [r for place, (where, r) in self._told() if where == room and place >= since]
            if fresh or told:
                first = next((p for p, (_, e) in self._stream() if cut and e is cut[0]), since)
                found[room] = {
                    "timeline": {
                        "events": cut[::-1] if self.backwards else cut,
                        "limited": len(cut) < len(fresh),
                        "prev_batch": f"t{first}",
                    },
                    "state": {"events": names},
                    "ephemeral": {"events": told},
                }
        return found

    def _stream(self):
        """Yield events with their places; a receipt takes a place, too."""
        taken = [number for number, _, _ in self.receipts]
        for number, entry in enumerate(self.events):
            yield number + sum(1 for at in taken if at <= number), entry

    def _told(self):
        for number, (at, room, receipt) in enumerate(self.receipts):
            yield at + number, (room, receipt)

    def messages(self, room, query):
        only = json.loads(query.get("filter", "{}"))
        start = int(query["from"].removeprefix("t")) if "from" in query else self._place()
        stop = int(query["to"].removeprefix("s")) if "to" in query else 0
        older = [
            (place, {**event, "room_id": room})
            for place, (where, event) in self._stream()
            if where == room
            and stop <= place < start
            and event["sender"] in only.get("senders", [event["sender"]])
            and event["type"] in only.get("types", [event["type"]])
        ][::-1]
        chunk = older[: min(int(query["limit"]), self.most)]
        end = {"end": f"t{chunk[-1][0]}"} if len(chunk) < len(older) else {}
        return {"chunk": [event for _, event in chunk], "start": f"t{start}", **end}

    def send(self, room, transaction, content):
        if transaction not in self.sent:
            self.sent[transaction] = self.add(room, BRAND, content)
        return {"event_id": self.sent[transaction]}


def member(account, name, *, sender=""):
    """Return what a room says of a member; who was invited is told by whoever did it."""
    content = {"membership": "join", "displayname": name}
    return {"type": "m.room.member", "sender": sender or account, "state_key": account, "content": content}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    home: Homeserver

    def do_GET(self):
        self._serve()

    def do_PUT(self):
        self._serve()

    def do_POST(self):
        self._serve()

    def _serve(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
        path = [unquote(part) for part in parts.path.removeprefix("/_matrix/client/v3/").split("/")]
        if self.headers.get("Authorization") != f"Bearer {self.home.token}":
            self._answer(
                401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed.", "soft_logout": False}
            )
            return
        if parts.path == "/_matrix/media/v3/upload":
            address = f"mxc://brand.test/file{len(self.home.media)}"
            self.home.media[address] = body
            self._answer(200, {"content_uri": address})
            return
        match path:
            case ["account", "whoami"]:
                self._answer(200, {"user_id": BRAND, "device_id": "ONE"})
            case ["profile", _]:
                self._answer(200, {"displayname": "Northline care"})
            case ["sync"]:
                self._answer(200, self.home.sync(query))
            case ["rooms", room, *rest]:
                self._serve_room(room, rest, query, body)
            case ["join", room]:
                self.home.invited = [other for other in self.home.invited if other != room]
                self._answer(200, {"room_id": room})
            case _:
                self._answer(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})

    def _serve_room(self, room, path, query, body):
        match path:
            case ["messages"]:
                self._answer(200, self.home.messages(room, query))
            case ["event", wanted] if found := [e for _, e in self.home.events if e["event_id"] == wanted]:
                self._answer(200, found[0])
            case ["send", "m.room.message", transaction]:
                self._send(room, transaction, json.loads(body))
            case _:
                self._answer(404, {"errcode": "M_NOT_FOUND", "error": "Not found"})

    def _send(self, room, transaction, content):
        fault = self.home.faults.pop(0) if self.home.faults else ""
        if fault == "rate_limit":
            # As older servers say it: the wait stands in the body alone.
            self._answer(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 4133})
        elif fault == "server_error":
            self._answer(500, {"errcode": "M_UNKNOWN", "error": "Internal server error"})
        elif fault == "timeout_after_send":
            self.home.send(room, transaction, content)
            time.sleep(1.0)
            self.close_connection = True
        elif len(json.dumps(content)) > 64_000:
            self._answer(413, {"errcode": "M_TOO_LARGE", "error": "event too large"})
        else:
            self._answer(200, self.home.send(room, transaction, content))

    def _answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass
