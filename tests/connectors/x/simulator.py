"""X as one app with one account meets it: tokens that end, refresh tokens that work once, posts, messages, mentions."""

import hmac
import json
import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

from inbox.connectors.x.posts import EPOCH
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault

CLIENT, SECRET, REFRESH, KEY_SECRET = "the-client", "the app's client secret", "refresh-0", "the API key's secret"
APP_TOKEN, CODE = "the-app-itself", "what-x-sends-back"
BRAND, PEOPLE = "1111111111", {"robin": "2222222222", "kai": "3333333333"}
# The moment at which simulated time begins; each thing that happens takes a second.
START = timedelta(minutes=10)


@dataclass
class Post:
    """Something that the brand has published, and whom it went to."""

    id: str
    text: str
    to: str
    at: datetime
    body: dict = field(default_factory=dict)

    @property
    def is_direct(self) -> bool:
        return bool(self.to) and "reply" not in self.body


class FakeX(FakeNetwork):
    """X's API for one app."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Post] = []
        self.mentions: list[dict] = []
        self.media: set[str] = set()
        self.access, self.refresh, self.renewals = "", REFRESH, 0
        # What X would refuse next: a status and a problem.
        self.refusal: tuple[int, dict] | None = None
        # What the app has registered; X asks an address whether it is ours before it takes it.
        self.hooks: list[dict] = []
        self.subscriptions: list[dict] = []
        self.reaches_us = True
        # The codes that were brought, with what came along.
        self.codes: list[dict] = []
        self._numbers = count(1)
        self._began = datetime.now(UTC) - START
        self._lock = threading.Lock()

    def tick(self) -> datetime:
        """Return a moment a second later than the last."""
        return self._began + timedelta(seconds=next(self._numbers))

    def id_at(self, at: datetime) -> str:
        """Return an id as X makes them: the moment, and a number."""
        return str((int((at - EPOCH).total_seconds() * 1000) << 22) + next(self._numbers))

    def is_post(self, call: Call) -> bool:
        return call.method == "POST" and not call.path.startswith(("/2/oauth2/", "/2/media/"))

    def refuse(self, fault: Fault) -> Answer:
        if fault == "expired_token":
            return problem(401, "Unauthorized")
        reset = int((datetime.now(UTC) + timedelta(minutes=5)).timestamp())
        return problem(429, "Too Many Requests", headers={"x-rate-limit-reset": str(reset)})

    def handle(self, call: Call) -> Answer:
        if call.path == "/2/oauth2/token":
            with self._lock:
                return self._exchange(call)
        by_app = call.headers.get("authorization") == f"Bearer {APP_TOKEN}"
        if call.path.startswith(("/2/webhooks", "/2/activity/")) and by_app:
            return self._manage(call)
        if call.headers.get("authorization") != f"Bearer {self.access}" or not self.access:
            return problem(401, "Unauthorized")
        if self.refusal:
            (status, told), self.refusal = self.refusal, None
            return problem(status, **told)
        return self._post(call) if call.method == "POST" else self._get(call)

    def sign(self, body: bytes) -> dict[str, str]:
        return {"x-twitter-webhooks-signature-oauth2": signature(body, SECRET)}

    def _exchange(self, call: Call) -> Answer:
        form = call.form()
        _basic, _space, pair = call.headers.get("authorization", "").partition(" ")
        if form["grant_type"] == "authorization_code":
            self.codes.append(form)
            form = {"grant_type": "refresh_token", "refresh_token": self.refresh if form["code"] == CODE else ""}
        known = pair and b64decode(pair).decode() == f"{CLIENT}:{SECRET}"
        if not known or form["grant_type"] != "refresh_token":
            return Answer({"error": "unauthorized_client", "error_description": "Missing valid authorization."}, 401)
        if form["refresh_token"] != self.refresh:
            said = "Value passed for the token was invalid."
            return Answer({"error": "invalid_request", "error_description": said}, 400)
        self.renewals += 1
        self.access, self.refresh = f"access-{self.renewals}", f"refresh-{self.renewals}"
        told = {"token_type": "bearer", "expires_in": 7200, "scope": "tweet.read offline.access"}
        return Answer({**told, "access_token": self.access, "refresh_token": self.refresh})

    def _post(self, call: Call) -> Answer:
        if call.path == "/2/media/upload":
            sent = call.parts()
            assert sent["media"][2].startswith(b"\x89PNG")
            assert sent["media_category"] in ("tweet_image", "dm_image")
            self.media.add(name := str(next(self._numbers)))
            return Answer({"data": {"id": name, "media_key": f"3_{name}"}})
        if call.path == "/2/media/metadata":
            assert call.json()["id"] in self.media
            return Answer({"data": {}})
        body, at = call.json(), datetime.now(UTC)
        parts = call.path.strip("/").split("/")
        if call.path == "/2/activity/subscriptions":
            return self._subscribe(body)
        if call.path == "/2/tweets":
            files = body.get("media", {}).get("media_ids", [])
            assert set(files) <= self.media
            answered = body.get("reply", {"in_reply_to_tweet_id": ""})["in_reply_to_tweet_id"]
            if not set(body) <= {"text", "reply", "media"} or ("reply" in body and not answered.isdecimal()):
                return problem(400, "Invalid Request")
            if any(post.text == body.get("text", "") and post.body == body for post in self.posted):
                return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
            made = self._keep(body.get("text", ""), answered, at, body)
            return Answer({"data": {"id": made.id, "text": made.text, "edit_history_post_ids": [made.id]}}, 201)
        if parts[1:3] == ["dm_conversations", "with"] and parts[-1] == "messages" and set(body) == {"text"}:
            made = self._keep(body["text"], parts[3], at, body)
            talk = {"dm_conversation_id": f"{BRAND}-{parts[3]}", "dm_event_id": made.id}
            return Answer({"data": talk}, 201)
        return problem(404, "Not Found")

    def _manage(self, call: Call) -> Answer:
        """Do what the app's own token opens."""
        listed = self.hooks if call.path.startswith("/2/webhooks") else self.subscriptions
        if call.method == "GET":
            return Answer({"data": listed, "meta": {}} if listed else {"meta": {"result_count": 0}})
        if call.path.startswith("/2/activity/"):
            one = next(one for one in listed if call.path.endswith(one["subscription_id"]))
            one |= call.json()
            return Answer({"data": {"subscription": one}})
        if not self.reaches_us:
            return problem(400, "Invalid Request", "CrcValidationFailed")
        if call.method == "PUT":
            self.hooks[0]["valid"] = True
            return Answer({"data": {"valid": True}})
        hook = {"id": "777", "url": call.json()["url"], "valid": True, "created_at": stamp(self.tick())}
        self.hooks.append(hook)
        return Answer({"data": hook})

    def _subscribe(self, told: dict) -> Answer:
        assert set(told) == {"event_type", "filter", "webhook_id"}
        name = self.id_at(self.tick())
        self.subscriptions.append({"subscription_id": name, **told})
        return Answer({"data": {"subscription": self.subscriptions[-1]}})

    def _keep(self, text: str, to: str, at: datetime, body: dict) -> Post:
        post = Post(self.id_at(at), text, to, at, body)
        self.posted.append(post)
        return post

    def _get(self, call: Call) -> Answer:
        parts = call.path.strip("/").split("/")
        if call.path == "/2/users/me":
            return Answer({"data": {"id": BRAND, "username": "NorthlineRail", "name": "Northline Rail"}})
        if parts[1:] == ["users", BRAND, "tweets"]:
            since = datetime.fromisoformat(call.query["start_time"])
            mine = [own_post(post) for post in self.posted if not post.is_direct and post.at >= since]
            return Answer({"data": mine[::-1], "meta": {"result_count": len(mine)}} if mine else {"meta": {}})
        if parts[1:] == ["users", BRAND, "mentions"]:
            return self._mentions(call)
        if parts[1:3] == ["dm_conversations", "with"]:
            sent = [own_message(post) for post in self.posted if post.to == parts[3]]
            return Answer({"data": sent[::-1][: int(call.query["max_results"])]})
        return problem(404, "Not Found")

    def _mentions(self, call: Call) -> Answer:
        """Return a page, newest first, as a real one would be."""
        since, most = int(call.query.get("since_id") or 0), int(call.query["max_results"])
        told = sorted((one for one in self.mentions if int(one["id"]) > since), key=lambda one: -int(one["id"]))
        begin = int(call.query.get("pagination_token") or 0)
        page = told[begin : begin + most]
        if not page:
            return Answer({"meta": {"result_count": 0}})
        meta = {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"], "result_count": len(page)}
        more = {"next_token": str(begin + most)} if begin + most < len(told) else {}
        users = [user(name) for name in PEOPLE if any(one["author_id"] == PEOPLE[name] for one in page)]
        return Answer({"data": page, "includes": {"users": users}, "meta": {**meta, **more}})


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def user(name: str) -> dict:
    told = {"username": name, "name": name.title(), "profile_image_url": f"https://pbs.twimg.com/{name}.jpg"}
    return {"id": PEOPLE[name], **told, "public_metrics": {"followers_count": 97}}


def own_post(post: Post) -> dict:
    """Return a post of the brand's as X lists it: it begins with those who are answered, its links are short, and one
    stands for its pictures."""
    words, urls = [], []
    for word in post.text.split(" "):
        if word.startswith("https://"):
            urls.append({"url": f"https://t.co/{len(urls)}", "expanded_url": f"{word}/", "display_url": "a.link"})
            word = urls[-1]["url"]
        words.append(word.replace("&", "&amp;"))
    if keys := post.body.get("media", {}).get("media_ids"):
        urls.append({"url": "https://t.co/pic", "display_url": "pic.x.com/pic", "media_key": f"3_{keys[0]}"})
        words.append("https://t.co/pic")
    told = {"id": post.id, "created_at": stamp(post.at), "author_id": BRAND, "entities": {"urls": urls}}
    if not post.to:
        return {**told, "text": " ".join(words)}
    answered = [{"type": "replied_to", "id": post.to}]
    return {**told, "text": f"@robin {' '.join(words)}", "referenced_tweets": answered}


def own_message(post: Post) -> dict:
    told = {"sender_id": BRAND, "created_at": stamp(post.at), "event_type": "MessageCreate"}
    return {"id": post.id, "text": post.text, **told}


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def problem(status: int, title: str, detail: str = "", *, type: str = "about:blank", headers=None) -> Answer:
    told = {"title": title, "detail": detail or title, "type": type, "status": status}
    return Answer(told, status, headers or {})


def envelope(kind: str, payload: dict, *, uuid: str = "1", account: str = BRAND, includes: dict | None = None) -> bytes:
    told = {"event_uuid": uuid, "filter": {"user_id": account} if account else {}, "event_type": kind}
    return json.dumps({"data": {**told, "payload": payload, "includes": includes or {}}}).encode()
