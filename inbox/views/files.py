"""The files of messages, from paths of their own: nothing in them runs, and only who may see them gets them."""

from django.core.signing import BadSignature
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inbox.models import Attachment, FileState, Ticket
from inbox.queries.sent_files import file_behind
from inbox.serving import serve
from inbox.views.base import AgentRequest, agent_view


@require_safe
@agent_view("ticket.view")
def show_file(request: AgentRequest, pk: int) -> FileResponse:
    """Return a file of a message of a ticket that the person may see."""
    kept = Attachment.objects.filter(message__ticket__in=Ticket.objects.visible_to(request.user), state=FileState.KEPT)
    attachment = get_object_or_404(kept, pk=pk)
    return serve(attachment.file, attachment.content_type, attachment.name or str(attachment.pk))


@require_safe
def show_sent_file(_request: HttpRequest, token: str) -> FileResponse:
    """Return a file that we send to whoever has its signed address: a network that fetches it, or its reader."""
    try:
        attachment = file_behind(token)
    except BadSignature as error:
        raise Http404("No such file.") from error
    answer = serve(attachment.file, attachment.content_type, attachment.name)
    # A network wants to know what it gets; a browser shows none of these as a page, and runs nothing.
    answer["Content-Type"] = attachment.content_type
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
