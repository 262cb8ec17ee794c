"""Tells browsers through their push services, several at a time; no transaction is open meanwhile."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parseaddr
from hashlib import sha256

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from inbox import outbox, outside, web_push
from inbox.actions.pushes import claim_pushes, push_key, record_push
from inbox.models import Notification, Push

WORK_SECONDS = 60.0
LANES = 8
SECONDS = 15.0
# A browser that is off hears of it for so many seconds.
TTL = 4 * 3600


def send_pushes() -> int:
    """Tell the browsers what is due; return how many were told or tried."""
    outbox.take_nudge(outbox.PUSH)
    stop_at, tried, key = time.monotonic() + WORK_SECONDS, 0, None
    with ThreadPoolExecutor(LANES, thread_name_prefix="push") as lanes:
        while time.monotonic() < stop_at and (pushes := claim_pushes(limit=LANES)):
            key = key or web_push.read_private(push_key().private)
            answers = [lanes.submit(_send, push, body_of(push), key) for push in pushes]
            for push, answer in zip(pushes, answers, strict=True):
                status, words = answer.result()
                record_push(push, status=status, words=words)
            tried += len(pushes)
    return tried


def body_of(push: Push) -> bytes:
    """Return what a browser shows, as JSON: the bell's own words, or that there is something."""
    told = push.notification
    with translation.override(push.browser.user.language):
        said = {"title": _("Something waits for you in Onevoice"), "body": ""}
        if not push.browser.hides_words:
            about = told.about
            said = {
                "title": f"{told.who} {told.what}".strip(),
                "body": f"{about} · {told.excerpt}" if told.excerpt else about,
            }
        said["dir"] = "rtl" if translation.get_language_bidi() else "ltr"
        said["lang"] = push.browser.user.language
    said |= {"tag": _topic(told), "url": _address(told)}
    return json.dumps(said, ensure_ascii=False).encode()


def _address(told: Notification) -> str:
    if told.spike_id:
        return reverse("inbox:spike", args=[told.spike_id])
    if told.ticket is None:
        return reverse("inbox:post", args=[told.post_id])
    return reverse("inbox:ticket", args=[told.ticket.number])


def _topic(told: Notification) -> str:
    """Return what a later push about the same replaces, in the letters that push services allow."""
    return sha256(f"{told.ticket_id}:{told.reason}:{told.metric}:{told.post_id}".encode()).hexdigest()[:32]


def _send(push: Push, body: bytes, key: ec.EllipticCurvePrivateKey) -> tuple[int | None, str]:
    browser = push.browser
    headers = {
        "Authorization": web_push.sign(browser.address, key, subject=_subject(), now=time.time()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Topic": _topic(push.notification),
        "Urgency": "high",
    }
    encrypted = web_push.encrypt(body, web_push.read_keys(browser.public, browser.auth))
    try:
        answer = outside.send(browser.address, encrypted, headers=headers, seconds=SECONDS)
    except outside.Forbidden as refusal:
        return 403, str(refusal)
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        return None, type(trouble).__name__
    return answer.status, f"{answer.content[:150].decode(errors='replace')} ({answer.status})"


def _subject() -> str:
    """Return whom a push service may ask: the site, or where letters come from."""
    address = settings.SITE_URL
    return address if address.startswith("https://") else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
