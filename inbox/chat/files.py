"""The files of a visitor's conversation: handed out to that visitor alone, by token or by the plain page's cookie."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from inbox.chat.sites import HEAR, for_sites, keep_pace, nobody, visitor_by_cookie, visitor_of
from inbox.connectors.webchat import lines
from inbox.models import Channel
from inbox.serving import serve


@for_sites("GET")
def show(request: HttpRequest, channel: Channel | None, channel_id: int, file_id: UUID) -> HttpResponseBase:
    """Return a file of the visitor's own conversation; of others' nobody learns whether they are there."""
    visitor = visitor_of(request, channel_id) or visitor_by_cookie(request, channel_id)
    if visitor is None or channel is None:
        return nobody(visitor)
    keep_pace(request, "file", HEAR, visitor)
    file = lines.find_file(channel_id, visitor, file_id)
    return serve(file.file, file.content_type, file.name) if file else nobody(visitor)
