"""Calls endpoints by the Standard Webhooks specification, several at a time; no transaction is open meanwhile."""

import base64
import hmac
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from hashlib import sha256

import httpx
from django.utils import timezone

from inbox import outbox, outside
from inbox.actions.endpoints import claim_due_calls, record_call, tell_endpoints
from inbox.actions.told_replies import Heard, claim_replies, record_reply_call
from inbox.models import Call

WORK_SECONDS = 120.0
LANES = 8
# The specification advises 15 to 30.
SECONDS = 15.0
# Nothing was written when one of these is raised.
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)


def call_endpoints() -> int:
    """Tell the endpoints what has happened; return how many calls were made."""
    outbox.take_nudge(outbox.CALL_ENDPOINTS)
    while tell_endpoints():
        pass
    stop_at, made = time.monotonic() + WORK_SECONDS, 0
    asked = dict[Future[Heard], Call]()
    with ThreadPoolExecutor(LANES, thread_name_prefix="call") as lanes:
        while True:
            for call in _claim(LANES - len(asked)) if time.monotonic() < stop_at else ():
                asked[lanes.submit(_call, call)] = call
                made += 1
            if not asked:
                return made
            for future in wait(asked, return_when=FIRST_COMPLETED).done:
                _record(asked.pop(future), future.result())


def _claim(limit: int) -> list[Call]:
    """Take replies first, which customers wait for, then whatever else is due."""
    replies = claim_replies(limit=limit) if limit else []
    room = limit - len(replies)
    return replies + (claim_due_calls(limit=room) if room else [])


def _record(call: Call, heard: Heard) -> None:
    if call.delivery_id:
        record_reply_call(call, heard)
    else:
        record_call(call, status=heard.status, words=heard.words, milliseconds=heard.milliseconds)


def sign(secret: str, call_id: str, moment: int, body: str) -> str:
    """Return the signature of a body: version 1, HMAC-SHA256 of id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = hmac.new(key, f"{call_id}.{moment}.{body}".encode(), sha256).digest()
    return "v1," + base64.b64encode(said).decode()


def _call(call: Call) -> Heard:
    endpoint, call_id, moment = call.endpoint, f"msg_{call.pk.hex}", int(time.time())
    secrets = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until and endpoint.old_until > timezone.now():
        secrets.append(endpoint.old_secret)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": call_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(sign(secret, call_id, moment, call.body) for secret in secrets),
    }
    return _post(endpoint.url, call.body, headers)


def _post(address: str, body: str, headers: dict[str, str]) -> Heard:
    began = time.monotonic()

    def heard(status: int | None, words: str, *, reached: bool = True, retry_after: float | None = None) -> Heard:
        return Heard(status, words, round((time.monotonic() - began) * 1000), reached, retry_after)

    try:
        answer = outside.send(address, body.encode(), headers=headers, seconds=SECONDS)
    except outside.Forbidden as refusal:
        return heard(None, str(refusal), reached=False)
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        return heard(None, type(trouble).__name__, reached=not isinstance(trouble, _NOT_REACHED))
    pause = answer.headers.get("retry-after", "")
    seconds = float(pause) if pause.isdecimal() else None
    return heard(answer.status, answer.content[:500].decode(errors="replace"), retry_after=seconds)
