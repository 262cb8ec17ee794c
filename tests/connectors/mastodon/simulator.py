"""A Mastodon server with one brand's account on it, as its documentation (docs.joinmastodon.org, 4.4) describes one.

Statuses are stored as they are typed and served as the HTML that Mastodon makes of them; keys are kept for an
hour; who may see what is kept to; the stream is the one over plain HTTP.
"""

import html
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import regex

from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault

TOKEN = "a-token"
BRAND = "brand"
LINK = re.compile(r"https?://[^\s<>\"]+")
NAMED = re.compile(r"(?<![\w/])@([a-z0-9_]+)(?:@[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
MENTION = re.compile(r"@([a-z0-9_]+)(?:@([a-z0-9.-]+))?", re.IGNORECASE)


class MastodonServer(FakeNetwork):
    """People, statuses, notifications and a stream of events."""

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, dict] = {}
        self.statuses: dict[str, dict] = {}
        self.notifications: list[dict] = []
        self.keys: dict[str, tuple[float, str]] = {}
        self.cleared: set[str] = set()
        self.media: dict[str, dict] = {}
        self.limit = 500
        self.policy: dict[str, str] | None = {"for_private_mentions": "accept"}
        self.streams: list[str] = []
        self.changed = threading.Condition()
        self._ids, self._told = count(109_999_999_999_999_990), count(9_990)
        self._clock = datetime.now(UTC) - timedelta(minutes=1)
        self.person(BRAND, "northline")

    def person(self, name: str, acct: str = "") -> dict:
        acct = acct or f"{name}@shop.test"
        return self.people.setdefault(
            name,
            {
                "id": str(7_000 + len(self.people)),
                "acct": acct,
                "username": acct.split("@")[0],
                "display_name": name.title(),
                "avatar_static": "https://files.test/avatar.png",
                "followers_count": 3,
            },
        )

    def write(self, author: str, text: str, *, parent: str = "", visibility: str = "public", **more: object) -> str:
        """Let somebody write; who is named in it is told. Returns the id of the status."""
        with self.changed:
            self._clock = max(self._clock + timedelta(milliseconds=3), datetime.now(UTC))
            number = str(next(self._ids))
            answered = self.statuses.get(parent)
            self.statuses[number] = {
                "id": number,
                "created_at": _iso(self._clock),
                "account": self.person(author),
                "visibility": visibility,
                "language": "en",
                "spoiler_text": "",
                "in_reply_to_id": parent or None,
                "in_reply_to_account_id": answered["account"]["id"] if answered else None,
                "edited_at": None,
                "media_attachments": [],
                "url": f"https://northline.social/@{self.person(author)['acct']}/{number}",
                "source": text,
                **more,
            }
            return number

    def mention(self, status: str) -> None:
        """Tell the brand that a status names it."""
        with self.changed:
            told = {"id": str(next(self._told)), "type": "mention", "status": status}
            self.notifications.insert(0, told)
            self.streams.append("notification")
            self.changed.notify_all()

    def edit(self, status: str, text: str) -> None:
        self._clock += timedelta(seconds=1)
        self.statuses[status] |= {"source": text, "edited_at": _iso(self._clock)}

    def delete(self, status: str) -> None:
        """Take a status away, as Mastodon does: notifications go with it, answers to it lose their parent."""
        del self.statuses[status]
        self.notifications = [one for one in self.notifications if one["status"] != status]
        for other in self.statuses.values():
            if other["in_reply_to_id"] == status:
                other["in_reply_to_id"] = None

    def of_brand(self) -> list[dict]:
        return [one for one in self.statuses.values() if one["account"] is self.people[BRAND]]

    def is_post(self, call: Call) -> bool:
        return call.method == "POST" and call.path == "/api/v1/statuses"

    def refuse(self, fault: Fault) -> Answer:
        if fault == "rate_limit":
            reset = _iso(datetime.now(UTC) + timedelta(seconds=90))
            limits = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
            return Answer({"error": "Too many requests"}, 429, limits)
        return Answer({"error": "The access token is invalid"}, 401)

    def handle(self, call: Call) -> Answer:
        if call.path == "/api/v2/instance":
            told = {
                "statuses": {"max_characters": self.limit},
                "urls": {"streaming": self.address.replace("http", "ws")},
            }
            return Answer({"configuration": told})
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refuse("expired_token")
        with self.changed:
            return self._read(call) if call.method == "GET" else self._publish(call)

    def _read(self, call: Call) -> Answer:
        match call.path.removeprefix("/api/").split("/")[1:]:
            case ["accounts", "verify_credentials"]:
                return Answer(self.people[BRAND])
            case ["accounts", number, "statuses"]:
                mine = [one for one in self.statuses.values() if one["account"]["id"] == number]
                return Answer([self._shown(one) for one in _page(mine, call, most=40)])
            case ["notifications", "policy"]:
                return Answer(self.policy) if self.policy else _missing()
            case ["notifications"]:
                there = [one for one in self.notifications if one["id"] not in self.cleared]
                page = _page(there, call, most=80)
                return Answer([{**one, "status": self._shown(self.statuses[one["status"]])} for one in page])
            case ["statuses", number, *rest] if number in self.statuses:
                return self._about(self.statuses[number], rest)
        return _missing()

    def _about(self, status: dict, what: list[str]) -> Answer:
        if what == ["context"]:
            ancestors, above = [], self.statuses.get(status["in_reply_to_id"])
            while above:
                ancestors.insert(0, self._shown(above))
                above = self.statuses.get(above["in_reply_to_id"])
            return Answer({"ancestors": ancestors, "descendants": []})
        if what == ["source"]:
            return Answer({"id": status["id"], "text": status["source"], "spoiler_text": ""})
        return Answer(self._shown(status))

    def _keep_file(self, call: Call) -> Answer:
        sent = call.parts()
        name = str(next(self._ids))
        self.media[name] = {"id": name, "type": "image", "description": sent.get("description"), "url": "https://files"}
        assert sent["file"][2].startswith(b"\x89PNG")
        return Answer(self.media[name])

    def _publish(self, call: Call) -> Answer:
        if call.path == "/api/v2/media":
            return self._keep_file(call)
        said, key = call.json(), call.headers.get("idempotency-key", "")
        at, earlier = self.keys.get(key, (0.0, ""))
        if earlier and time.time() - at < 3600:
            return Answer(self._shown(self.statuses[earlier]))
        if said.get("in_reply_to_id", "") not in {"", *self.statuses}:
            return Answer({"error": "Record not found"}, 404)
        if length(said["status"]) > self.limit:
            words = f"Validation failed: Text character limit of {self.limit} exceeded"
            return Answer({"error": words}, 422)
        media = [self.media[name] for name in said.get("media_ids", [])]
        if len(media) > 4 or not (said["status"] or media):
            return Answer({"error": "Validation failed"}, 422)
        about = {"visibility": said["visibility"], "media_attachments": media}
        made = self.write(BRAND, said["status"], parent=said.get("in_reply_to_id", ""), **about)
        self.statuses[made]["language"] = said.get("language")
        self.keys[key] = (time.time(), made)
        return Answer(self._shown(self.statuses[made]))

    def _shown(self, status: dict) -> dict:
        shown = {name: value for name, value in status.items() if name != "source"}
        return shown | {"content": as_html(status["source"])}

    def _answer(self, handler) -> None:
        if handler.path.startswith("/api/v1/streaming/"):
            self._stream(handler)
        else:
            super()._answer(handler)

    def _stream(self, handler) -> None:
        """Say what happens from now on, with a sign of life in between; answered until somebody hangs up."""
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}" or self.expired:
            self._write(handler, self.refuse("expired_token"))
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        said, place = ":)\n", len(self.streams)
        try:
            while True:
                handler.wfile.write(f"{len(said):x}\r\n{said}\r\n".encode())
                with self.changed:
                    self.changed.wait_for(lambda heard=place: len(self.streams) > heard, timeout=0.1)
                    fresh, place = self.streams[place:], len(self.streams)
                said = "".join(f"event: {name}\ndata: {{}}\n\n" for name in fresh) or ":thump\n"
        except OSError:
            handler.close_connection = True


def length(text: str) -> int:
    """Count as the server does: what a reader sees, a link as 23, a name without its server."""
    without = MENTION.sub(lambda name: f"@{name.group(1)}", LINK.sub("x" * 23, text))
    return len(regex.findall(r"\X", without))


def as_html(text: str) -> str:
    """Return the markup that the server makes of what was typed."""
    escaped = html.escape(text, quote=False)
    linked = LINK.sub(_link, escaped)
    named = NAMED.sub(_name, linked)
    return "".join(f"<p>{one}</p>" for one in named.replace("\r", "").split("\n\n")).replace("\n", "<br />")


def _name(found: re.Match) -> str:
    name = found.group(1)
    address = f"https://shop.test/@{name}"
    return f'<span class="h-card"><a href="{address}" class="u-url mention">@<span>{name}</span></a></span>'


def _link(found: re.Match) -> str:
    address = found.group()
    protocol, rest = address.split("://", 1)
    shown, cut = rest[:30], rest[30:]
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">'
        f'{protocol}://</span><span class="ellipsis">{shown}</span><span class="invisible">{cut}</span></a>'
    )


def _page(found: list[dict], call: Call, *, most: int) -> list[dict]:
    """Return a page of what was found, newest first: with min_id the one just above it."""
    ordered = sorted(found, key=lambda one: int(one["id"]))
    limit = min(int(call.query.get("limit", 20)), most)
    if "min_id" in call.query:
        return [one for one in ordered if int(one["id"]) > int(call.query["min_id"])][:limit][::-1]
    return ordered[::-1][:limit]


def _missing() -> Answer:
    return Answer({"error": "Record not found"}, 404)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
