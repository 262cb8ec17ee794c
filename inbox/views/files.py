"""The files of messages, from a path of their own: nothing in them runs, and only who sees the ticket gets them."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inbox.models import Attachment, FileState, Ticket
from inbox.views.base import AgentRequest, agent_view

# What a browser may show in a page; everything else is saved.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg", "audio/ogg"})


@require_safe
@agent_view("ticket.view")
def show_file(request: AgentRequest, pk: int) -> FileResponse:
    """Return a file that came with a message of a ticket that the person may see."""
    kept = Attachment.objects.filter(message__ticket__in=Ticket.objects.visible_to(request.user), state=FileState.KEPT)
    attachment = get_object_or_404(kept, pk=pk)
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is gone.") from error
    mime = attachment.content_type if attachment.content_type in SHOWN else "application/octet-stream"
    name = attachment.name or str(attachment.pk)
    answer = FileResponse(content, content_type=mime, filename=name, as_attachment=mime not in SHOWN)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
