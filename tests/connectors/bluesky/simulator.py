"""A server of the AT Protocol with one brand on it, as far as a brand's connector sees one.

What it answers, and how it refuses, was taken from a real one (@atproto/dev-env 0.6.7) and from the lexicons.
"""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import parse_qs

from inbox.connectors.bluesky.writing import POST, tid_at
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault

BRAND = "did:plc:brand"
HANDLE = "northline.test"
PASSWORD = "abcd-efgh-ijkl-mnop"


def did(author: str) -> str:
    return f"did:plc:{author}"


class BlueskyServer(FakeNetwork):
    """Records by address, notifications newest first, sessions that end."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict] = {}
        self.notified: list[dict] = []
        self.hidden: set[str] = set()
        self.blobs: list[dict] = []
        self.sessions = count(1)
        self.access = self.renewal = ""
        self.logins = 0
        self._clock = datetime.now(UTC) - timedelta(minutes=1)

    def now(self) -> datetime:
        self._clock = max(self._clock + timedelta(milliseconds=3), datetime.now(UTC))
        return self._clock

    def publish(self, author: str, text: str, *, parent: str = "", reason: str = "", **more: object) -> str:
        """Let somebody write; with a reason the brand is notified. Returns the address of the post."""
        now = self.now()
        record = {"$type": POST, "text": text, "createdAt": now.isoformat(), "langs": ["en"], **more}
        if parent:
            answered = self.records[parent]["value"].get("reply", {})
            record["reply"] = {"root": answered.get("root", self._ref(parent)), "parent": self._ref(parent)}
        uri = f"at://{author}/{POST}/{tid_at(now)}"
        self._store(uri, record)
        if reason:
            self.notify(uri, reason, now)
        return uri

    def notify(self, uri: str, reason: str, at: datetime) -> None:
        """Tell the brand of a post; the list is in the order of the moments that posts name."""
        author = uri.removeprefix("at://").split("/")[0]
        name = author.removeprefix("did:plc:")
        told = {
            "uri": uri,
            "cid": self.records[uri]["cid"],
            "author": {"did": author, "handle": f"{name}.test", "displayName": name.title()},
            "reason": reason,
            "record": self.records[uri]["value"],
            "isRead": False,
            "indexedAt": at.isoformat().replace("+00:00", "Z"),
        }
        self.notified = sorted([*self.notified, told], key=lambda one: one["indexedAt"], reverse=True)

    def delete(self, uri: str) -> None:
        del self.records[uri]
        self.notified = [one for one in self.notified if one["uri"] != uri]

    def of_brand(self) -> list[tuple[str, str]]:
        ours = [(uri, one["value"]["text"]) for uri, one in self.records.items() if uri.startswith(f"at://{BRAND}/")]
        return sorted(ours)

    def pictures_of(self, uri: str) -> int:
        """Return how many pictures a post has; each must have been handed over."""
        embed = self.records[uri]["value"].get("embed", {"images": []})
        assert all(one["image"] in self.blobs and one["alt"] and one["aspectRatio"] for one in embed["images"])
        return len(embed["images"])

    def is_post(self, call: Call) -> bool:
        return call.path.endswith("repo.createRecord")

    def refuse(self, fault: Fault) -> Answer:
        if fault == "rate_limit":
            body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
            return Answer(body, 429, {"Retry-After": "286", "RateLimit-Remaining": "0"})
        return Answer({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)

    def handle(self, call: Call) -> Answer:
        name = call.path.removeprefix("/xrpc/").rsplit(".", 1)[-1]
        if name == "createSession":
            return self._create_session(call.json())
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if token != (self.renewal if name == "refreshSession" else self.access):
            return Answer({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        return getattr(self, "_" + re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name))(call)

    def _create_session(self, said: dict) -> Answer:
        self.logins += 1
        if said != {"identifier": HANDLE, "password": PASSWORD}:
            return self.refuse("expired_token")
        return self._new_session()

    def _new_session(self) -> Answer:
        number = next(self.sessions)
        self.access, self.renewal = f"access-{number}", f"renewal-{number}"
        return Answer({"did": BRAND, "handle": HANDLE, "accessJwt": self.access, "refreshJwt": self.renewal})

    def _refresh_session(self, _call: Call) -> Answer:
        return self._new_session()

    def _get_session(self, _call: Call) -> Answer:
        return Answer({"did": BRAND, "handle": HANDLE, "active": True})

    def _list_notifications(self, call: Call) -> Answer:
        before, limit = call.query.get("cursor", "9"), int(call.query["limit"])
        older = [one for one in self.notified if one["indexedAt"] < before]
        page = older[:limit]
        shown = [one for one in page if one["author"]["did"] not in self.hidden]
        said: dict[str, object] = {"notifications": shown}
        return Answer(said | ({"cursor": page[-1]["indexedAt"]} if len(older) > limit else {}))

    def _get_record(self, call: Call) -> Answer:
        uri = f"at://{call.query['repo']}/{call.query['collection']}/{call.query['rkey']}"
        if uri in self.records:
            return Answer(self.records[uri])
        return Answer({"error": "RecordNotFound", "message": f"Could not locate record: {uri}"}, 400)

    def _list_records(self, call: Call) -> Answer:
        mine = f"at://{call.query['repo']}/{call.query['collection']}/"
        assert call.query["reverse"] == "true"
        after = mine + call.query["cursor"]
        found = [one for uri, one in sorted(self.records.items()) if uri.startswith(mine) and uri > after]
        return Answer({"records": found[: int(call.query["limit"])]})

    def _create_record(self, call: Call) -> Answer:
        said = call.json()
        uri = f"at://{said['repo']}/{said['collection']}/{said['rkey']}"
        if uri in self.records:
            return Answer({"error": "InternalServerError", "message": "Internal Server Error"}, 500)
        if len(said["record"]["text"]) > 300:
            words = "Invalid app.bsky.feed.post record: grapheme too big (maximum 300) at $.record.text"
            return Answer({"error": "InvalidRequest", "message": words}, 400)
        self._store(uri, said["record"])
        return Answer({"uri": uri, "cid": self.records[uri]["cid"]})

    def _upload_blob(self, call: Call) -> Answer:
        assert call.body.startswith(b"\x89PNG")
        named = {"$link": "bafk" + hashlib.sha256(call.body).hexdigest()[:40]}
        mime = call.headers["content-type"]
        self.blobs.append({"$type": "blob", "ref": named, "mimeType": mime, "size": len(call.body)})
        return Answer({"blob": self.blobs[-1]})

    def _resolve_handle(self, call: Call) -> Answer:
        handle = call.query["handle"]
        if handle.endswith(".test"):
            return Answer({"did": did(handle.removesuffix(".test"))})
        return Answer({"error": "InvalidRequest", "message": "Unable to resolve handle"}, 400)

    def _get_posts(self, call: Call) -> Answer:
        asked = parse_qs(call.query_string)["uris"]
        return Answer({"posts": [self._view(uri) for uri in asked if uri in self.records]})

    def _view(self, uri: str) -> dict[str, object]:
        pictures = self.records[uri]["value"]["embed"]["images"]
        images = [{"fullsize": f"https://cdn.test/{n}.jpg", "alt": one["alt"]} for n, one in enumerate(pictures)]
        return {"uri": uri, "embed": {"$type": "app.bsky.embed.images#view", "images": images}}

    def _store(self, uri: str, record: dict) -> None:
        cid = "bafy" + hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:40]
        self.records[uri] = {"uri": uri, "cid": cid, "value": record}

    def _ref(self, uri: str) -> dict[str, str]:
        return {"uri": uri, "cid": self.records[uri]["cid"]}
