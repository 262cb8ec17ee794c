"""The make-believe network itself: it takes posts, plays tricks on magic words, and tells accounts by webhook."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.secrets import cipher
from inbox.connectors.sandbox.models import PURPOSE, Account, Post, Visibility

TELL_WEBHOOKS = "sandbox.tell_webhooks"
SIGNATURE = "Sandbox-Signature"
DELIVERY = "Sandbox-Delivery"

# How long "#slow" and "#late" let the sender of a reply wait: longer than a connector does.
SLOW_SECONDS = 20.0
LIMIT_SECONDS = 5
LONGEST_TEXT = 2000

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# Longer than one announcement takes: whoever has claimed it is done by then.
_CLAIM_SECONDS = 15
_FIRST_PAUSE = 5
_LONGEST_PAUSE = 3600
_MOST_TELLS = 20

logger = logging.getLogger(__name__)


class HandleTaken(Exception):
    """Another account has this handle."""

    def __str__(self) -> str:
        return _("Another account of the sandbox is called “%(handle)s”. Choose another handle.") % {
            "handle": self.args[0]
        }


class NoSecret(Exception):
    """An account needs a secret: webhooks are signed with it, and whoever posts for the account shows it."""


class Refused(Exception):
    """The network does not take the post; its words are the message."""

    def __init__(self, words: str, *, status: int, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class BrandPost:
    """What a brand wants to say in a conversation, or in a new one; the same key again says nothing new."""

    key: UUID
    thread: str
    in_reply_to: str
    text: str
    visibility: str
    # Where each file is, with its name, type and what is to be seen on it.
    files: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def open_account(*, handle: str, name: str, secret: str, webhook_path: str) -> Account:
    """Open an account, or bring the one with this webhook up to date; raises HandleTaken, NoSecret."""
    if not secret:
        raise NoSecret(handle)
    if Account.objects.filter(handle=handle).exclude(webhook_path=webhook_path).exists():
        raise HandleTaken(handle)
    sealed = cipher(PURPOSE).encrypt(secret.encode()).decode()
    facts = {"handle": handle, "name": name, "sealed_secret": sealed}
    return Account.objects.update_or_create(webhook_path=webhook_path, defaults=facts)[0]


def say(account: Account, *, author: str, name: str, text: str, visibility: str, thread: str = "") -> Post:
    """Publish what a customer says to an account: a new conversation, or more of an old one."""
    post = _new_post(account, thread=thread, text=text, visibility=visibility)
    post.author, post.author_name = author, name
    post.save(force_insert=True)
    _wake()
    return post


def answer(account: Account, said: BrandPost) -> Post:
    """Publish what a brand says, once for each key; raises Refused."""
    earlier = Post.objects.filter(account=account, key=said.key).first()
    if earlier is not None:
        return earlier
    _refuse_by_magic(said)
    if "#late" in said.text:
        time.sleep(SLOW_SECONDS)
    post = _new_post(account, thread=said.thread, text=said.text, visibility=said.visibility)
    post.key, post.in_reply_to, post.files = said.key, said.in_reply_to, list(said.files)
    post.addressee = _addressee(account, said)
    # Two requests with one key at the same time: the second finds what the first has stored.
    Post.objects.bulk_create([post], ignore_conflicts=True)
    _wake()
    if "#slow" in said.text:
        time.sleep(SLOW_SECONDS)
    return Post.objects.get(account=account, key=said.key)


def tell_webhooks(now: datetime | None = None) -> int:
    """Announce posts to their accounts, oldest first; one that is not taken is announced again, ever later."""
    told = 0
    while post := _claim_untold(now or timezone.now()):
        if _tell(post):
            Post.objects.filter(pk=post.pk).update(told_at=timezone.now())
            told += 1
    return told


def sign(body: bytes, secret: str) -> str:
    """Return the signature that goes with a webhook body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _new_post(account: Account, *, thread: str, text: str, visibility: str) -> Post:
    pk, now = uuid4(), timezone.now()
    return Post(
        pk=pk,
        account=account,
        thread=thread or str(pk),
        text=text[:LONGEST_TEXT],
        visibility=Visibility.DIRECT if visibility == Visibility.DIRECT else Visibility.PUBLIC,
        created_at=now,
        tell_at=now,
    )


def _refuse_by_magic(said: BrandPost) -> None:
    """Do what the magic words in the text ask for; each is explained on the network's page."""
    if "#fail" in said.text:
        raise Refused("This network does not publish posts that contain “#fail”.", status=422)
    if "#limit" in said.text and cache.add(f"sandbox:limit:{said.key}", 1, timeout=3600):
        raise Refused("Too many posts. Slow down.", status=429, retry_after=LIMIT_SECONDS)
    if "#crash" in said.text and cache.add(f"sandbox:crash:{said.key}", 1, timeout=3600):
        raise Refused("Something went wrong on our side.", status=500)


def _addressee(account: Account, said: BrandPost) -> str:
    """Return the customer whom a reply answers: the only one who can read it when it is direct."""
    posts = Post.objects.filter(account=account, thread=said.thread).exclude(author="")
    said_by = {str(post.pk): post.author for post in posts.order_by("-created_at", "-pk")}
    return said_by.get(said.in_reply_to) or next(reversed(said_by.values()), "")


def _claim_untold(now: datetime) -> Post | None:
    """Take the oldest post that should be announced, for longer than announcing takes."""
    untold = Post.objects.filter(told_at=None, tell_at__lte=now, tell_count__lt=_MOST_TELLS)
    for post in untold.select_related("account").order_by("tell_at", "pk")[:20]:
        pause = timedelta(seconds=min(_FIRST_PAUSE * 2**post.tell_count, _LONGEST_PAUSE) + _CLAIM_SECONDS)
        mine = Post.objects.filter(pk=post.pk, told_at=None, tell_count=post.tell_count)
        if mine.update(tell_count=F("tell_count") + 1, tell_at=now + pause):
            return post
    return None


def _tell(post: Post) -> bool:
    body = json.dumps({"posts": [_announcement(post)]}).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: sign(body, post.account.secret),
        DELIVERY: str(post.pk),
    }
    address = f"{settings.SITE_URL}{post.account.webhook_path}"
    try:
        response = httpx.post(address, content=body, headers=headers, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        logger.warning("%s did not take the announcement of %s: %s", address, post, error)
        return False
    return response.is_success


def _announcement(post: Post) -> dict[str, object]:
    by_account = not post.author
    return {
        "id": str(post.pk),
        "thread": post.thread,
        "in_reply_to": post.in_reply_to,
        "author": {
            "id": post.account.handle if by_account else post.author,
            "name": post.account.name if by_account else post.author_name,
        },
        "by_account": by_account,
        "text": post.text,
        "visibility": post.visibility,
        "created_at": post.created_at.isoformat(),
    }


def _wake() -> None:
    """Have a worker announce what was just published; a lost nudge is found by the next sweep."""

    def nudge() -> None:
        current_app.send_task(TELL_WEBHOOKS, retry=False)

    transaction.on_commit(nudge, robust=True)
