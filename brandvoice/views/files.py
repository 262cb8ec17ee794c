"""Hands out the files that versions rest on, to the organization that stored them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.requests import PersonRequest
from brandvoice.models import StoredFile
from brandvoice.views.base import voice_view


@require_GET
@voice_view("position.view")
def file(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a stored file: a picture to be looked at, everything else to be saved; nothing in it can run."""
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk)
    disposition = content_disposition_header(as_attachment=not stored.is_image, filename=stored.name)
    headers = {
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
    return HttpResponse(bytes(stored.content), content_type=stored.mime, headers=headers)
