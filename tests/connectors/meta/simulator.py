"""Graph as WhatsApp, Messenger and Instagram use it: checks what Meta checks, keeps what is posted."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

from inbox.connectors.templates import blanks_in
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault, fetched

TOKEN, APP_SECRET, APP_ID = "EAAtoken", "the app's secret", "1234509876"
NUMBER, BUSINESS, PAGE, ACCOUNT = "106540352242922", "102290129340398", "1020304050", "17841400000000001"
# Where the Page's own posts go.
FEED = "feed"
# The moment at which a simulated minute begins; each thing that happens takes a second.
START = timedelta(minutes=10)


@dataclass
class Post:
    """Something that the brand has published."""

    id: str
    place: str
    text: str
    at: datetime
    body: dict = field(default_factory=dict)
    files: int = 0


class FakeGraph(FakeNetwork):
    """Graph for one app."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Post] = []
        self.media: dict[str, bytes] = {}
        self.handed_over: set[str] = set()
        # Pages of templates, as Graph lists them.
        self.templates: list[dict] = []
        # What the network would refuse next, as Graph's error code and subcode.
        self.refusal: tuple[int, int] | None = None
        self._numbers = count(1)
        self._began = datetime.now(UTC) - START

    def tick(self) -> datetime:
        """Return a moment a second later than the last."""
        return self._began + timedelta(seconds=next(self._numbers))

    def handle(self, call: Call) -> Answer:
        if refused := self._unproved(call):
            return refused
        parts = call.path.strip("/").split("/")
        if call.method == "POST" and parts[-1] in ("media", "message_attachments", "photos"):
            return self._keep_file(parts, call.parts())
        if call.method == "POST":
            return self._post(parts, call.json())
        return self._get(parts, call)

    def refuse(self, fault: Fault) -> Answer:
        if fault == "expired_token":
            return error(190, "Error validating access token: Session has expired", status=401)
        return error(80007, "Rate limit issues", headers={"Retry-After": "5"})

    def sign(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(APP_SECRET.encode(), body, sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}

    def _unproved(self, call: Call) -> Answer | None:
        if call.path.startswith("/media/"):
            return None if call.headers.get("authorization") == f"Bearer {TOKEN}" else Answer({}, 404)
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(190, "Invalid OAuth access token.", status=401)
        proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), sha256).hexdigest()
        return None if call.query.get("appsecret_proof") == proof else error(100, "Invalid appsecret_proof")

    def is_post(self, call: Call) -> bool:
        return call.method == "POST" and not call.path.endswith(("/media", "/message_attachments", "/photos"))

    def _keep_file(self, parts: list[str], sent: dict) -> Answer:
        name = str(next(self._numbers))
        file = sent[{"media": "file", "photos": "source"}.get(parts[-1], "filedata")]
        if parts == [PAGE, "photos"]:
            assert sent["published"] == "false"
            assert sent["alt_text_custom"]
        assert file[2].startswith(b"\x89PNG")
        self.handed_over.add(name)
        return Answer({"attachment_id" if parts[-1] == "message_attachments" else "id": name})

    def _files_in(self, message: dict) -> int:
        """Return how many files a message names; each must be there."""
        payload = message.get("attachment", {}).get("payload")
        if payload is None:
            return 0
        assert payload.get("attachment_id") in self.handed_over or fetched(payload["url"])
        return 1

    def _post(self, parts: list[str], body: dict) -> Answer:
        if self.refusal:
            (code, subcode), self.refusal = self.refusal, None
            return error(code, f"(#{code}) refused", subcode=subcode)
        if parts == [NUMBER, "messages"]:
            if body.get("messaging_product") != "whatsapp" or body.get("type") not in ("text", "image", "template"):
                return error(100, "Invalid parameter")
            if body["type"] == "template":
                return self._post_template(body)
            image = body.get("image")
            assert image is None or image["id"] in self.handed_over
            text, to = image.get("caption", "") if image else body["text"]["body"], body.get("to") or body["recipient"]
            if len(text) > 4096:
                return error(100, "Param text['body'] must be at most 4096 characters long.")
            post = self._keep(f"wamid.{next(self._numbers):x}", to, text, body, files=1 if image else 0)
            answer = {"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}]}
            return Answer({**answer, "messages": [{"id": post.id}]})
        if parts == ["me", "messages"]:
            message, place = body["message"], json.dumps(body["recipient"])
            files = self._files_in(message)
            post = self._keep(f"m_{next(self._numbers)}", place, message.get("text", ""), body, files=files)
            return Answer({"recipient_id": body["recipient"].get("id", "42"), "message_id": post.id})
        if len(parts) == 2 and parts[1] in ("comments", "replies", "feed"):
            place = FEED if parts == [PAGE, "feed"] else parts[0]
            named = [one["media_fbid"] for one in body.get("attached_media", [])]
            assert set(named) <= self.handed_over
            name = f"{parts[0]}_{next(self._numbers)}"
            post = self._keep(name, place, body.get("message", ""), body, files=len(named))
            return Answer({"id": post.id, "permalink_url": f"https://facebook.example/{post.id}"})
        return error(100, "Unsupported post request.", subcode=33)

    def _post_template(self, body: dict) -> Answer:
        said = body["template"]
        known = {(one["name"], one["language"]): one for page in self.templates for one in page["data"]}
        template = known.get((said["name"], said["language"]["code"]))
        if template is None or template["status"] != "APPROVED":
            return error(132001, "(#132001) Template name does not exist in the translation")
        (text,) = [part["text"] for part in template["components"] if part["type"] == "BODY"]
        filled = [value for part in said.get("components", []) for value in part["parameters"]]
        if len(filled) != len(blanks_in(text)):
            return error(132000, "(#132000) Number of parameters does not match the expected number of params")
        for number, value in enumerate(filled, start=1):
            text = text.replace(f"{{{{{value.get('parameter_name', number)}}}}}", value["text"])
        post = self._keep(f"wamid.{next(self._numbers):x}", body["to"], text, body)
        return Answer({"messaging_product": "whatsapp", "messages": [{"id": post.id}]})

    def _keep(self, name: str, place: str, text: str, body: dict, files: int = 0) -> Post:
        post = Post(name, place, text, datetime.now(UTC), body, files)
        self.posted.append(post)
        return post

    def _get(self, parts: list[str], call: Call) -> Answer:
        if parts[0] == "media":
            return Answer(self.media[parts[1]])
        if parts == [BUSINESS, "message_templates"]:
            page = int(call.query.get("after", 0))
            told = self.templates[page] if page < len(self.templates) else {"data": []}
            return Answer(told, 400 if "error" in told else 200)
        if parts == ["me", "conversations"]:
            place = json.dumps({"id": call.query["user_id"]})
            owner = ACCOUNT if call.query["platform"] == "instagram" else PAGE
            mine = [post for post in self.posted if post.place == place]
            listed = [_listed(post, "message", "created_time", owner) for post in mine]
            return Answer({"data": [{"messages": {"data": listed[::-1]}, "id": "t_1"}]})
        if parts == [PAGE, "published_posts"]:
            mine = [post for post in self.posted if post.place == FEED]
            return Answer({"data": [_listed(post, "message", "created_time", PAGE) for post in mine[::-1]]})
        if parts[-1] in ("comments", "replies"):
            names = ("message", "created_time", PAGE) if parts[-1] == "comments" else ("text", "timestamp", ACCOUNT)
            return Answer({"data": [_listed(post, *names) for post in self.posted if post.place == parts[0]]})
        known = self.known()
        return Answer(known[parts[0]]) if parts[0] in known else error(100, "Object does not exist", subcode=33)

    def known(self) -> dict[str, dict]:
        """Return what can be asked for by its id."""
        files = {name: {"url": f"{self.address}/media/{name}", "id": name} for name in self.media}
        number = {"display_phone_number": "+1 555-078-3881", "verified_name": "Northline Rail"}
        return {
            "me": {"id": PAGE, "name": "Northline Rail"},
            NUMBER: {"id": NUMBER, "quality_rating": "GREEN", **number},
            ACCOUNT: {"id": ACCOUNT, "username": "northline", "name": "Northline Rail"},
            **files,
        }


def _listed(post: Post, words: str, moment: str, owner: str) -> dict:
    at = post.at.strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": post.id, words: post.text, moment: at, "from": {"id": owner}}


def error(code: int, message: str, *, subcode: int = 0, status: int = 400, headers: dict | None = None) -> Answer:
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer({"error": {**told, **({"error_subcode": subcode} if subcode else {})}}, status, headers or {})
