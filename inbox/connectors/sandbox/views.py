"""The make-believe network's public page: one window plays the customer while another plays the agent."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from inbox.connectors.sandbox import network, threads
from inbox.connectors.sandbox.models import Account, Visibility

DEFAULT_NAME = "Robin Meyer"
MAGIC_WORDS = (
    ("#fail", _("the network refuses the reply")),
    ("#limit", _("it asks for patience first, and takes the reply at the second try")),
    ("#crash", _("it breaks at the first try, and takes the second")),
    ("#slow", _("it publishes the reply, and its answer comes too late")),
    ("#late", _("it publishes the reply long after anybody has stopped waiting for an answer")),
)

View = Callable[[HttpRequest], HttpResponse]


class PostForm(forms.Form):
    """What a customer says."""

    name = forms.CharField(max_length=60)
    text = forms.CharField(max_length=network.LONGEST_TEXT)
    visibility = forms.ChoiceField(choices=Visibility.choices)
    thread = forms.CharField(max_length=255, required=False)


def only_in_the_sandbox(view: View) -> View:
    """Answer 404 where the make-believe network is switched off."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if not settings.SANDBOX:
            raise Http404
        return view(request)

    return checked


@only_in_the_sandbox
@require_http_methods(["GET", "POST"])
def network_page(request: HttpRequest) -> HttpResponse:
    """Show the network as a customer sees it, or publish what they say."""
    accounts = list(Account.objects.order_by("name", "pk"))
    account = _chosen(request, accounts)
    form = PostForm(request.POST or None)
    if account and form.is_valid():
        _publish(account, form.cleaned_data)
        return redirect(_address(account, form.cleaned_data["name"]))
    name = request.POST.get("name") or _name(request)
    context = {
        "accounts": accounts,
        "account": account,
        "name": name,
        "form": form,
        "answering": _answering(request, account, name),
        "threads": threads.recent_threads(account, handle_of(name)) if account else [],
        "magic_words": MAGIC_WORDS,
    }
    return render(request, "sandbox/page.html", context, status=422 if form.is_bound else 200)


@only_in_the_sandbox
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Return the conversations of one account as one customer sees them; the page asks for it again and again."""
    account = get_object_or_404(Account, pk=_number(request.GET.get("account")))
    name = _name(request)
    context = {"account": account, "name": name, "threads": threads.recent_threads(account, handle_of(name))}
    return render(request, "sandbox/_feed.html", context)


def handle_of(name: str) -> str:
    """Return the handle that goes with a customer's name."""
    return slugify(name, allow_unicode=True)[:80] or "somebody"


def _publish(account: Account, said: dict[str, str]) -> None:
    network.say(
        account,
        author=handle_of(said["name"]),
        name=said["name"],
        text=said["text"],
        visibility=said["visibility"],
        thread=said["thread"],
    )


def _chosen(request: HttpRequest, accounts: list[Account]) -> Account | None:
    """Return the account that was chosen, or the one that was there first."""
    wanted = _number(request.POST.get("account") or request.GET.get("account"))
    first = min(accounts, key=lambda account: account.pk, default=None)
    return next((account for account in accounts if account.pk == wanted), first)


def _answering(request: HttpRequest, account: Account | None, name: str) -> threads.Thread | None:
    """Return the conversation that the customer goes on with, if they chose one that they can read."""
    wanted = request.POST.get("thread") or request.GET.get("thread")
    return threads.find_thread(account, wanted, handle_of(name)) if account and wanted else None


def _address(account: Account, name: str) -> str:
    return f"{reverse('sandbox:page')}?{urlencode({'account': account.pk, 'as': name})}"


def _name(request: HttpRequest) -> str:
    return " ".join(request.GET.get("as", "").split())[:60] or DEFAULT_NAME


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0
