"""What the widget asks for: who I am, take this, what is new, I have shown it. JSON, from any allowed website."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import etag, require_safe

from inbox.chat import talk
from inbox.chat.sites import HEAR, SAY, START, for_sites, keep_pace, nobody, problem, visitor_of
from inbox.connectors.webchat import lines
from inbox.connectors.webchat.models import File, Line
from inbox.connectors.webchat.tokens import new_visitor, token_for
from inbox.models import Channel

LARGEST_BODY = 20_000
# Pages that let in nothing unasked (Cross-Origin-Embedder-Policy), or check what they load (integrity), need these.
FOR_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_WIDGET = [Path(__file__).with_name(name) for name in ("widget_files.js", "widget.js")]


class _Say(msgspec.Struct):
    key: UUID
    # Some word, and nothing that PostgreSQL can't keep.
    text: Annotated[str, msgspec.Meta(max_length=talk.LONGEST_TEXT, pattern=r"\A(?=[^\x00]*\Z)\s*\S")]
    name: Annotated[str, msgspec.Meta(max_length=talk.LONGEST_NAME, pattern=r"\A[^\x00]*\Z")] = ""


class _Read(msgspec.Struct):
    upto: Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]


@cache
def widget() -> bytes:
    """Return the script that websites embed, without what only its readers need: indentation and comments."""
    lines_of_code = (line.strip() for part in _WIDGET for line in part.read_text().splitlines())
    code = "\n".join(line for line in lines_of_code if line and not line.startswith("//"))
    # What is shared by its parts is nobody's on the website's page.
    return f'(() => {{\n"use strict";\n{code}\n}})();'.encode()


def _widget_etag(_request: HttpRequest) -> str:
    return f'"{sha256(widget()).hexdigest()[:16]}"'


@require_safe
@etag(_widget_etag)
def show_widget(_request: HttpRequest) -> HttpResponse:
    """Return the one script; its address never changes, so it is not cached for long."""
    headers = {"Cache-Control": "public, max-age=3600", **FOR_ANY_SITE}
    return HttpResponse(widget(), content_type="text/javascript; charset=utf-8", headers=headers)


@for_sites("POST")
def start(request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponse:
    """Give a visitor a token, a fresh one to whom we know already; nothing is stored yet."""
    if channel is None:
        return problem("There is no chat here.", 404)
    known = visitor_of(request, channel_id)
    keep_pace(request, "start", START, known)
    told = {"title": channel.brand.name, "largest": talk.largest_file()}
    return JsonResponse({"token": token_for(channel_id, known or new_visitor()), **told})


@for_sites("POST")
def say(request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponse:
    """Take what a visitor says."""
    visitor = visitor_of(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "say", SAY, visitor)
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return problem("Too long.", 413)
    try:
        said = msgspec.json.decode(body, type=_Say)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return problem(f"Not understood: {error}", 400)
    line = talk.say_line(channel, talk.said_now(visitor, said.key, said.text, said.name, timezone.now()))
    return JsonResponse(shown(line), status=201)


@for_sites("GET")
def hear(request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponse:
    """Return the lines after `since`; asking from there on says that those before have come."""
    visitor = visitor_of(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "hear", HEAR, visitor)
    since = _number(request.GET.get("since", ""))
    heard = lines.hear_since(visitor, since)
    if heard.heard < min(since, heard.newest):
        talk.note_reached(channel, visitor, since, read=False)
    tag = f'"{heard.newest}-{heard.read}"'
    if not heard.lines and request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    told = {"lines": [shown(line) for line in heard.lines], "newest": heard.newest, "read": heard.read}
    return JsonResponse(told, headers={"ETag": tag})


@for_sites("POST")
def read(request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponse:
    """Take the visitor's word that they see everything up to a line."""
    visitor = visitor_of(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "read", HEAR, visitor)
    try:
        upto = msgspec.json.decode(request.read(LARGEST_BODY), type=_Read).upto
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return problem(f"Not understood: {error}", 400)
    talk.note_reached(channel, visitor, upto, read=True)
    return HttpResponse(status=204)


def shown(line: Line) -> dict[str, object]:
    """Return a line as the widget gets it; the key of a reply is our own affair."""
    told: dict[str, object] = {
        "number": line.number,
        "ours": line.ours,
        "text": line.text,
        "at": line.said_at.isoformat(),
    }
    if files := [_told(file) for file in line.files.all()]:
        told["files"] = files
    return told if line.ours else {**told, "key": str(line.key)}


def _told(file: File) -> dict[str, object]:
    return {"id": str(file.pk), "name": file.name, "type": file.content_type, "size": file.size, "alt": file.alt}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
