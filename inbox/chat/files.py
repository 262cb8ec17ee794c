"""The files of a visitor's conversation: taken from them, and handed out to them alone."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from inbox.chat import talk
from inbox.chat.sites import HEAR, SAY, SEND, for_sites, keep_pace, nobody, problem, visitor_by_cookie, visitor_of
from inbox.chat.views import shown
from inbox.connectors.webchat import lines
from inbox.models import Channel
from inbox.serving import serve


class FileForm(forms.Form):
    """A file, under a key that makes a second attempt harmless."""

    key = forms.UUIDField()
    name = forms.CharField(max_length=talk.LONGEST_NAME, required=False)
    file = forms.FileField(max_length=255, allow_empty_file=True)


@for_sites("POST")
def take(request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponse:
    """Take a file from a visitor; 422 says why not, and `why` is "size" or "kind"."""
    visitor = visitor_of(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "say", SAY, visitor)
    keep_pace(request, "send", SEND, visitor)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return problem("Not understood: a key and a file are needed.", 400)
    told, sent = form.cleaned_data, form.cleaned_data["file"]
    said = talk.said_now(visitor, told["key"], "", told["name"], timezone.now())
    try:
        line = talk.say_file(channel, said, sent.name, sent.read(talk.largest_file() + 1))
    except talk.FileRefused as refusal:
        return problem(str(refusal), 422, why=refusal.why)
    return JsonResponse(shown(line), status=201)


@for_sites("GET")
def show(request: HttpRequest, channel: Channel | None, channel_id: int, file_id: UUID) -> HttpResponseBase:
    """Return a file of the visitor's own conversation; of others' nobody learns whether they are there."""
    visitor = visitor_of(request, channel_id) or visitor_by_cookie(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "file", HEAR, visitor)
    file = lines.find_file(channel_id, visitor, file_id)
    return serve(file.file, file.content_type, file.name) if file else nobody(visitor)
