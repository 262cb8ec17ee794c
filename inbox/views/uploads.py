"""Files beside what is being written: taken at once, shown, described and taken out again."""

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.actions.attachments import NewFile
from inbox.actions.sending_files import FilesNotTaken
from inbox.actions.uploads import add_upload, describe_upload, drop_upload, refuse_too_large
from inbox.forms import TextForm
from inbox.models import DraftKind, Ticket, Upload
from inbox.queries.composer_files import composer_file_of
from inbox.queries.relations import address_of
from inbox.serving import serve
from inbox.views.base import AgentRequest, agent_view, find_ticket


@require_POST
@agent_view("note.write")
def add(request: AgentRequest, number: int) -> HttpResponse:
    """Keep a file with the person's draft and show it; 422 says why it can't be sent."""
    ticket, form = find_ticket(request, number), TextForm(request.POST)
    sent = request.FILES.get("upload")
    if not form.is_valid() or not isinstance(sent, UploadedFile):
        return _problem(request, _("Reload the page and try again."))
    try:
        upload = keep_with_draft(request, ticket, form, sent)
    except FilesNotTaken as refusal:
        return _problem(request, str(refusal))
    kind = DraftKind.NOTE if form.is_note else DraftKind.REPLY
    return render(request, "inbox/_composer_file.html", {"file": composer_file_of(upload, address_of(ticket), kind)})


@require_safe
@agent_view("ticket.view")
def show(request: AgentRequest, pk: int) -> FileResponse:
    """Return a file of one's own draft, or of one that a colleague shows."""
    upload = get_object_or_404(Upload.objects.shown_to(request.user), pk=pk)
    return serve(upload.file, upload.content_type, upload.name)


@require_POST
@agent_view("note.write")
def describe(request: AgentRequest, pk: int) -> HttpResponse:
    """Keep what is to be seen on a picture."""
    describe_upload(_own(request, pk), request.POST.get("alt", ""))
    return HttpResponse(status=204)


@require_POST
@agent_view("note.write")
def drop(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a file out of one's draft."""
    drop_upload(_own(request, pk))
    return HttpResponse(status=204)


def keep_with_draft(request: AgentRequest, ticket: Ticket, form: TextForm, sent: "UploadedFile[bytes]") -> Upload:
    """Keep a file that came with a form; raises FilesNotTaken."""
    if not form.is_note:
        request.user.require("reply.send")
    kind = DraftKind.NOTE if form.is_note else DraftKind.REPLY
    refuse_too_large(sent.name or "", sent.size or 0)
    with sent:
        new = NewFile(sent.name or "", sent.read())
    return add_upload(ticket, new, by=request.user, kind=kind, visibility=form.visibility_or_direct)


def _own(request: AgentRequest, pk: int) -> Upload:
    mine = Upload.objects.shown_to(request.user).of(request.user)
    return get_object_or_404(mine, pk=pk)


def _problem(request: AgentRequest, problem: str) -> HttpResponse:
    return render(request, "inbox/_composer_file_refused.html", {"problem": problem}, status=422)
