"""Calls endpoints by the Standard Webhooks specification, several at a time; no transaction is open meanwhile."""

import base64
import hmac
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from hashlib import sha256

import httpx
from django.utils import timezone

from inbox import outbox, outside
from inbox.actions.endpoints import claim_due_calls, record_call, tell_endpoints
from inbox.models import Call

WORK_SECONDS = 120.0
LANES = 8
# The specification advises 15 to 30.
SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What an endpoint answered, or why it did not."""

    status: int | None
    words: str
    milliseconds: int


def call_endpoints() -> int:
    """Tell the endpoints what has happened; return how many calls were made."""
    outbox.take_nudge(outbox.CALL_ENDPOINTS)
    while tell_endpoints():
        pass
    stop_at, made = time.monotonic() + WORK_SECONDS, 0
    asked = dict[Future[Heard], Call]()
    with ThreadPoolExecutor(LANES, thread_name_prefix="call") as lanes:
        while True:
            more = time.monotonic() < stop_at and len(asked) < LANES
            for call in claim_due_calls(limit=LANES - len(asked)) if more else ():
                asked[lanes.submit(_call, call)] = call
                made += 1
            if not asked:
                return made
            for future in wait(asked, return_when=FIRST_COMPLETED).done:
                heard = future.result()
                record_call(asked.pop(future), status=heard.status, words=heard.words, milliseconds=heard.milliseconds)


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
    began = time.monotonic()
    try:
        answer = outside.send(endpoint.url, call.body.encode(), headers=headers, seconds=SECONDS)
        status, words = answer.status, answer.content[:500].decode(errors="replace")
    except outside.Forbidden as refusal:
        status, words = None, str(refusal)
    except httpx.HTTPError as trouble:
        status, words = None, type(trouble).__name__
    return Heard(status, words, round((time.monotonic() - began) * 1000))
