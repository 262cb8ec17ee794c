"""Keeps which browsers are told, queues what they are to be told, and notes what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import outbox, outside, web_push
from inbox.models import Notification, Push, PushBrowser, PushKey, PushState, Way

# So many browsers may a person have told.
MOST_BROWSERS = 20
CLAIM = timedelta(minutes=1)
# What could not be told by then is no news.
NEWS = timedelta(hours=4)
KEPT = timedelta(days=1)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 3600))
GONE = frozenset({404, 410})
# The push service is too busy, or broken: later it may take the same.
_LATER = frozenset({429, 500, 502, 503, 504})


class BadBrowser(Exception):
    """A browser said what no browser says, or what leads into our own network."""


@transaction.atomic(durable=True)
def push_key() -> PushKey:
    """Return the installation's key, made when it is first asked for."""
    if found := PushKey.objects.first():
        return found
    key = web_push.new_key()
    made = PushKey(pk=1, private=web_push.private_text(key), public=web_push.to_base64(web_push.public_bytes(key)))
    PushKey.objects.bulk_create([made], ignore_conflicts=True)
    return PushKey.objects.get()


@transaction.atomic(durable=True)
def tell_browser(*, address: str, public: str, auth: str, name: str, session: str, by: User) -> PushBrowser:
    """Have the person told in this browser from now on, and whoever had it before no longer; raises BadBrowser.

    `session` is the mark of the session that asks.
    """
    try:
        web_push.read_keys(public, auth)
        outside.resolve(address)
    except (web_push.BadKeys, outside.Forbidden, ValueError) as refusal:
        raise BadBrowser(_("This browser can’t be told.")) from refusal
    mine = {"user": by, "organization_id": by.organization_id, "public": public, "auth": auth}
    mine |= {"name": name, "session": session}
    PushBrowser.objects.filter(address=address).exclude(user=by).delete()
    browser, _is_new = PushBrowser.objects.update_or_create(address=address, defaults=mine)
    spare = PushBrowser.objects.of(by).order_by("-pk").values_list("pk", flat=True)[MOST_BROWSERS:]
    PushBrowser.objects.filter(pk__in=list(spare)).delete()
    return browser


@transaction.atomic(durable=True)
def hide_words(browser: PushBrowser, *, hidden: bool, by: User) -> None:
    """Have this browser say only that there is something, or who wrote what."""
    PushBrowser.objects.of(by).filter(pk=browser.pk).update(hides_words=hidden)


@transaction.atomic(durable=True)
def forget_browser(browser: PushBrowser, *, by: User) -> None:
    """Tell nothing more in this browser."""
    PushBrowser.objects.of(by).filter(pk=browser.pk).delete()


def forget_browsers_of(user_id: int, session: str | None) -> None:
    """Tell nothing more where this session asked for it (None: any of the person's); part of an action."""
    browsers = PushBrowser.objects.filter(user=user_id)
    (browsers if session is None else browsers.filter(session=session)).delete()


def queue_pushes(people: Collection[int], told_at: datetime) -> None:
    """Queue what these people were told at that moment for those browsers that want it; part of an action."""
    told = Notification.objects.filter(user__in=people, created_at=told_at).unseen().wanted(Way.PUSH)
    pairs = told.filter(user__push_browsers__isnull=False)
    rows = [
        Push(organization_id=organization, notification_id=notification, browser_id=browser, due_at=told_at)
        for organization, notification, browser in pairs.values_list("organization", "pk", "user__push_browsers")
    ]
    if rows:
        Push.objects.bulk_create(rows)
        outbox.nudge(outbox.PUSH)


@transaction.atomic(durable=True)
def claim_pushes(*, limit: int) -> list[Push]:
    """Take pushes that are due, with all that is said; those that are no news any more are dropped."""
    now = timezone.now()
    due = Push.objects.filter(state=PushState.WAITING, due_at__lte=now).order_by("due_at", "pk")
    loaded = due.select_related("browser__user", "notification__actor", "notification__ticket__contact")
    loaded = loaded.select_related("notification__ticket__identity")
    found = list(loaded.select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit])
    taken = _news_in(found, now)
    if len(taken) < len(found):
        Push.objects.filter(pk__in={push.pk for push in found} - {push.pk for push in taken}).delete()
    for push in taken:
        push.due_at, push.attempt_count = now + CLAIM, push.attempt_count + 1
    Push.objects.bulk_update(taken, ["due_at", "attempt_count"])
    return taken


@transaction.atomic(durable=True)
def record_push(push: Push, *, status: int | None, words: str) -> None:
    """Note what the push service said; a browser that is gone is forgotten with all that waits for it."""
    if status in GONE:
        PushBrowser.objects.filter(pk=push.browser_id).delete()
        return
    if status is not None and 200 <= status < 300:
        push.state, push.error = PushState.SENT, ""
    elif (status is None or status in _LATER) and push.attempt_count <= len(PAUSES):
        push.due_at, push.error = timezone.now() + PAUSES[push.attempt_count - 1], words[:200]
    else:
        push.state, push.error = PushState.FAILED, words[:200]
    Push.objects.filter(pk=push.pk).update(state=push.state, due_at=push.due_at, error=push.error)


@transaction.atomic(durable=True)
def forget_pushes() -> int:
    """Forget pushes that were done a day ago; return how many."""
    done = Push.objects.exclude(state=PushState.WAITING).filter(due_at__lt=timezone.now() - KEPT)
    return done.delete()[0]


def _news_in(pushes: Sequence[Push], now: datetime) -> list[Push]:
    """Return the pushes that say what is still news to their people, of tickets that they may still see."""
    shown = set[int]()
    for person in {push.browser.user for push in pushes}:
        told = Notification.objects.of(person).unseen().filter(created_at__gt=now - NEWS)
        about = [push.notification_id for push in pushes if push.browser.user_id == person.pk]
        shown |= set(told.filter(pk__in=about).values_list("pk", flat=True)) if person.is_active else set()
    return [push for push in pushes if push.notification_id in shown]
