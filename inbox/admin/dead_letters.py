"""The managers' page of dead letters: what did not go out and what could not be read, and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.ids import named_id
from accounts.models import User
from accounts.requests import PersonRequest
from inbox.actions.deliveries import NotInDoubt, RetryNotAllowed, retry_delivery, settle_delivery
from inbox.intake import replay_payload
from inbox.models import Delivery, DeliveryState, Network, Payload
from inbox.queries import dead_letters as letters
from inbox.queries.dead_letters import Sieve

# So many at one press, where all that match are meant.
AT_ONCE = 200

# Does one thing to one row; returns what speaks against it, or nothing.
Deed: TypeAlias = Callable[[Any, User], str]


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it does to which rows, and who may press it."""

    what: str
    permission: str
    do: Deed
    # Those that "all that match" stands for; None where nobody should decide for all at once.
    all_of: Callable[[Sieve], QuerySet[Any]] | None = None


@require_http_methods(["GET", "POST"])
def show_dead_letters(request: PersonRequest) -> HttpResponse:
    """Show one kind of dead letters; do what was pressed, and show them again."""
    what = "payloads" if request.GET.get("what") == "payloads" else "replies"
    sieve = _sieve(request)
    if request.method == "POST":
        verb, _space, which = request.POST.get("do", "").partition(" ")
        if verb not in PRESSES:
            return HttpResponseBadRequest()
        _act(request, PRESSES[verb], which, sieve)
        return HttpResponseRedirect(request.get_full_path())
    after = named_id(request.GET.get("after"))
    page_of = letters.page_of_payloads if what == "payloads" else letters.page_of_deliveries
    told = {"title": _("Dead letters"), "what": what, "page": page_of(sieve, after), **_surroundings(request, sieve)}
    return TemplateResponse(request, "admin/inbox/dead_letters.html", {**admin.site.each_context(request), **told})


def _surroundings(request: PersonRequest, sieve: Sieve) -> dict[str, object]:
    """Return what stands around the rows: how many there are, and what they can be narrowed to."""
    channels = letters.channels_of(sieve.organization)
    used = {network for _pk, _name, network in channels}
    kept = {name: value for name, value in request.GET.items() if value and name not in ("after", "what")}
    return {
        "counts": {
            "replies": letters.count_of(letters.undelivered(sieve)),
            "payloads": letters.count_of(letters.unread(replace(sieve, read_too=False))),
        },
        "sieve": sieve,
        "channels": channels,
        "networks": [(value, label) for value, label in Network.choices if value in used],
        "kept": urlencode(kept),
        "at_once": AT_ONCE,
    }


def _act(request: PersonRequest, press: Press, which: str, sieve: Sieve) -> None:
    """Do to the rows that are meant what the button says; what can't be done to one is said, and done to the others."""
    if not request.user.may(press.permission):
        raise PermissionDenied
    done = 0
    for row in _meant(request, press, which, sieve):
        if trouble := press.do(row, request.user):
            messages.error(request, trouble)
        else:
            done += 1
    text = ngettext("Done to %d.", "Done to %d.", done) % done if done else _("Nothing was chosen, or nothing done.")
    messages.success(request, text) if done else messages.warning(request, text)


def _meant(request: PersonRequest, press: Press, which: str, sieve: Sieve) -> Iterable[Model]:
    """Return the rows, oldest first: one, all that match, or those that were ticked; never another organization's."""
    if which == "all":
        return press.all_of(sieve).order_by("pk")[:AT_ONCE] if press.all_of else []
    ticked = [named_id(which)] if which else [named_id(pk) for pk in request.POST.getlist("pk")]
    model = Payload if press.what == "payloads" else Delivery
    own = Sieve(sieve.organization).condition
    return model._default_manager.filter(own, pk__in=ticked).select_related("channel").order_by("pk")


def _retry(delivery: Delivery, by: User) -> str:
    try:
        retry_delivery(delivery, by=by)
    except RetryNotAllowed as refusal:
        return f"{delivery.pk}: {refusal}"
    return ""


def _settle(delivery: Delivery, by: User, *, there: bool) -> str:
    try:
        settle_delivery(delivery, there=there, by=by)
    except NotInDoubt as refusal:
        return f"{delivery.pk}: {refusal}"
    return ""


def _read_again(payload: Payload, by: User) -> str:
    read = replay_payload(payload, by=by)
    return "" if read.processed_at else f"{payload.pk}: {read.error}"


PRESSES = {
    "retry": Press(
        "replies",
        "reply.send",
        _retry,
        # Not those in doubt: somebody has to look first.
        lambda sieve: letters.undelivered(sieve).filter(state=DeliveryState.FAILED),
    ),
    "there": Press("replies", "reply.send", lambda delivery, by: _settle(delivery, by, there=True)),
    "missing": Press("replies", "reply.send", lambda delivery, by: _settle(delivery, by, there=False)),
    "read": Press("payloads", "channel.manage", _read_again, letters.unread),
}


def _sieve(request: PersonRequest) -> Sieve:
    own = None if request.user.is_superuser else request.user.organization_id or 0
    network = request.GET.get("network", "")
    return Sieve(
        own,
        named_id(request.GET.get("channel")) or None,
        network if network in Network.values else "",
        request.GET.get("read") == "too",
    )
