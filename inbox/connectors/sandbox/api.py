"""The make-believe network's programming interface, for connectors: one way to post, one way to look a post up."""

import hmac
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from inbox.connectors.base import ShortText
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.models import Account, Post


class _File(msgspec.Struct):
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^https?://[^\s]+$")]
    name: ShortText = ""
    type: ShortText = ""
    alt: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class _Body(msgspec.Struct):
    # Empty for a post that begins a conversation of its own.
    thread: ShortText = ""
    text: Annotated[str, msgspec.Meta(max_length=network.LONGEST_TEXT)] = ""
    visibility: Literal["public", "comment", "direct"] = "public"
    in_reply_to: ShortText = ""
    files: Annotated[list[_File], msgspec.Meta(max_length=4)] = []


@csrf_exempt
@require_POST
def create_post(request: HttpRequest) -> JsonResponse:
    """Publish what a brand says; the same Idempotency-Key again answers with the same post."""
    account = _account_of(request)
    if account is None:
        return _stranger()
    try:
        body = msgspec.json.decode(request.body, type=_Body)
        key = UUID(request.headers.get("Idempotency-Key", ""))
        if not (body.text or body.files):
            raise ValueError("a post needs words or a file")
        files = [msgspec.to_builtins(file) for file in body.files]
        said = network.BrandPost(key, body.thread, body.in_reply_to, body.text, body.visibility, files)
        return _placed(network.answer(account, said), 201)
    except ValueError as error:
        return _problem(f"Not understood: {error}", 400)
    except network.Refused as refusal:
        return _problem(str(refusal), refusal.status, refusal.retry_after)


@require_GET
def find_post(request: HttpRequest, key: UUID) -> JsonResponse:
    """Return the account's post with this key."""
    account = _account_of(request)
    if account is None:
        return _stranger()
    post = Post.objects.filter(account=account, key=key).first()
    return _placed(post, 200) if post else _problem("No post has this key.", 404)


@require_GET
def show_account(request: HttpRequest) -> JsonResponse:
    """Return the account that the request speaks for."""
    account = _account_of(request)
    return JsonResponse({"id": account.handle, "name": account.name}) if account else _stranger()


def _account_of(request: HttpRequest) -> Account | None:
    """Return the account that the request speaks for, if it shows that account's secret."""
    if not settings.SANDBOX:
        raise Http404
    account = Account.objects.filter(handle=request.headers.get("Sandbox-Account", "")).first()
    shown = request.headers.get("Authorization", "").encode()
    if account is None or not hmac.compare_digest(shown, f"Bearer {account.secret}".encode()):
        return None
    return account


def _stranger() -> JsonResponse:
    return _problem("Unknown account or wrong secret.", 401)


def _placed(post: Post, status: int) -> JsonResponse:
    address = f"{settings.SITE_URL}{reverse('sandbox:page')}?account={post.account_id}#post-{post.pk}"
    return JsonResponse({"id": str(post.pk), "url": address}, status=status)


def _problem(words: str, status: int, retry_after: int | None = None) -> JsonResponse:
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return JsonResponse({"error": words}, status=status, headers=headers)
