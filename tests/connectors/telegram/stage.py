"""A bot on stage: a simulated Bot API, and updates as Telegram pushes them."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

from accounts.models import Brand, Team
from tests.cast import make_channel
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage

TOKEN, SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "a_secret-token"


class FakeTelegram(FakeNetwork):
    """The Bot API for one bot."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Posted] = []
        self.hook: dict[str, object] = {}
        self.files: dict[str, bytes] = {}
        self.numbers = count(1)

    def handle(self, call: Call) -> Answer:
        if call.path.startswith(f"/file/bot{TOKEN}/"):
            return Answer(self.files[call.path.rpartition("/")[2]])
        start, _slash, method = call.path.rpartition("/")
        if start != f"/bot{TOKEN}":
            return refused(404, "Not Found")
        if method == "sendMessage":
            return self._send(call.json())
        if method in ("sendPhoto", "sendMediaGroup", "sendDocument"):
            return self._send_files(method, call.parts())
        if method == "setWebhook":
            self.hook = call.json()
            return done(True)
        told = {
            "getMe": {"id": 110201543, "is_bot": True, "first_name": "Northline", "username": "northline_bot"},
            "getWebhookInfo": {"url": self.hook.get("url", ""), "pending_update_count": 0},
            "getFile": {"file_id": call.query.get("file_id"), "file_path": f"photos/{call.query.get('file_id')}"},
        }
        return done(told[method])

    def refuse(self, fault: Fault) -> Answer:
        if fault == "expired_token":
            return refused(401, "Unauthorized")
        return refused(429, "Too Many Requests: retry after 5", parameters={"retry_after": 5})

    def is_post(self, call: Call) -> bool:
        return "/send" in call.path

    def _send_files(self, method: str, parts: dict) -> Answer:
        album = json.loads(parts["media"]) if "media" in parts else [{"media": parts["photo"], **parts}]
        if method == "sendMediaGroup" and not 2 <= len(album) <= 10:
            return refused(400, "Bad Request: group send failed")
        for one in album:
            assert parts[one["media"].removeprefix("attach://")][2].startswith(b"\x89PNG")
        captions = [one["caption"] for one in album if one.get("caption")]
        if any(len(caption) > 1024 for caption in captions):
            return refused(400, "Bad Request: message caption is too long")
        number, chat = next(self.numbers), parts["chat_id"]
        self.posted.append(Posted(f"{chat}:{number}", "".join(captions), len(album)))
        placed = {"message_id": number, "date": 1, "chat": {"id": int(chat), "type": "private"}}
        return done([placed] * len(album) if method == "sendMediaGroup" else placed)

    def _send(self, body: dict) -> Answer:
        if len(body["text"]) > 4096:
            return refused(400, "Bad Request: message is too long")
        number = next(self.numbers)
        self.posted.append(Posted(f"{body['chat_id']}:{number}", body["text"]))
        return done({"message_id": number, "date": 1, "chat": {"id": body["chat_id"], "type": "private"}, "text": ""})


def done(result: object) -> Answer:
    return Answer({"ok": True, "result": result})


def refused(status: int, words: str, **more: object) -> Answer:
    return Answer({"ok": False, "error_code": status, "description": words, **more}, status)


class TelegramStage(PushingStage):
    """One bot."""

    network = "telegram"
    lacks = {
        "delete": "Bots are not told when somebody takes a message away.",
        "echo": "Nobody types as a bot in Telegram's own apps, and a bot is not told what it has said.",
        "statuses": "Bots are not told what was delivered or read.",
        "window": "A bot may answer whoever has written to it at any time.",
    }
    longest_question = 4096
    longest_answer = 4096
    people = {"robin": 6001, "kai": 6002}

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.fake = FakeTelegram()
        self.channel = make_channel(brand, team, network="telegram", external=False, webhook_secret=SECRET)
        self.channel.keep_access({"token": TOKEN, "api": self.fake.address})
        self._updates, self._began = count(870001), datetime.now(UTC) - timedelta(minutes=10)

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        return self._say(author, text=text)

    def say_album(self, count: int, *, author: str = "robin") -> None:
        for number in range(count):
            sizes = [{"file_id": f"small{number}"}, {"file_id": f"large{number}"}]
            words = {"caption": "Look"} if number == 1 else {}
            self._say(author, photo=sizes, media_group_id="13", **words)

    def edit(self, external_id: str, text: str) -> None:
        person, number = external_id.split(":")
        message = {"message_id": int(number), "date": self._second(), "edit_date": self._second(), "text": text}
        self._push_update("edited_message", {**message, **self._who(int(person))})

    def posts(self) -> list[Posted]:
        return list(self.fake.posted)

    def fail_next(self, fault: Fault) -> None:
        self.fake.fail_next(fault)

    def mend(self) -> None:
        self.fake.expired = False

    def close(self) -> None:
        self.fake.close()

    def _say(self, author: str, **said: object) -> str:
        person, number = self.people[author], next(self.fake.numbers)
        self._push_update("message", {"message_id": number, "date": self._second(), **self._who(person), **said})
        return f"{person}:{number}"

    def _who(self, person: int) -> dict:
        name = next(name for name, number in self.people.items() if number == person).title()
        known = {"id": person, "first_name": name, "username": name.lower()}
        return {"chat": {**known, "type": "private"}, "from": {**known, "is_bot": False}}

    def _push_update(self, kind: str, message: dict) -> None:
        body = json.dumps({"update_id": next(self._updates), kind: message}).encode()
        self.outgoing.append(Pushed(body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}))

    def _second(self) -> int:
        self._began += timedelta(seconds=1)
        return int(self._began.timestamp())
