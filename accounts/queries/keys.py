"""Recognises the key that a connector shows, cheaply enough for every request.

A key is known to this process for `KNOWN_FOR` seconds, so a revoked key stops working at once in
the process that revoked it and within five seconds in all others.
"""

import hmac
import time
from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiKey

KNOWN_FOR = 5.0
KNOWN_AT_MOST = 1_000
TOUCH_EVERY = timedelta(minutes=1)

# The hash of a secret, never the secret → the key and until when it is believed. Plain dict operations
# are atomic under the interpreter's lock; a race costs one more look at the database.
_known: dict[str, tuple[ApiKey, float]] = {}
_touched: dict[int, float] = {}


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret; 192 random bits need no slow hash."""
    return sha256(secret.encode()).hexdigest()


def known_key(secret: str) -> ApiKey | None:
    """Return the key if this process knows it already, without a look at the database."""
    known = _known.get(hash_secret(secret))
    return known[0] if known and known[1] > time.monotonic() else None


def find_key(secret: str) -> ApiKey | None:
    """Return the live key with this secret, with its organization loaded."""
    if known := known_key(secret):
        return known
    digest = hash_secret(secret)
    key = _look_up(secret, digest)
    if key is None:
        _known.pop(digest, None)
        return None
    if len(_known) >= KNOWN_AT_MOST:
        _known.clear()
    _known[digest] = (key, time.monotonic() + KNOWN_FOR)
    return key


def forget_key(key: ApiKey) -> None:
    """Make this process look the key up again."""
    _known.pop(key.secret_hash, None)


def touch_key(key: ApiKey) -> None:
    """Note that the key was used: at most one write a minute, none on most requests."""
    now = time.monotonic()
    if now - _touched.get(key.pk, float("-inf")) < TOUCH_EVERY.total_seconds():
        return
    _touched[key.pk] = now
    moment = timezone.now()
    # The condition keeps several processes from writing the same minute.
    stale = Q(last_used_at=None) | Q(last_used_at__lt=moment - TOUCH_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=moment)


def _look_up(secret: str, digest: str) -> ApiKey | None:
    kind, _, rest = secret.partition("_")
    prefix = rest.partition("_")[0]
    if kind != "ov" or not prefix:
        return None
    key = ApiKey.objects.live().select_related("organization").filter(prefix=prefix).first()
    return key if key and hmac.compare_digest(key.secret_hash, digest) else None
