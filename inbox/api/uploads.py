"""Takes files that a reply will name: kept for a day, for the key that brought them."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions.sending_files import FilesNotTaken
from inbox.actions.uploads import add_upload
from inbox.api.door import encoded
from inbox.api.file_documents import Uploaded
from inbox.api.forms import form_of
from inbox.api.problems import Problem
from inbox.api.schema import FORM, Schema, documented
from inbox.api.sentences import Fault, invalid
from inbox.api.tickets import OneTicketDoor

# What stands around the file in a form.
AROUND = 10_000
_FORM: Schema = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


class UploadsDoor(OneTicketDoor):
    """Takes one file at a time."""

    scope = Scope.TICKETS_WRITE

    @documented(
        "upload_file",
        "Upload a file for a reply, which then names it by its id. Pictures lose what they tell of where they were "
        "made. One that no reply has named within a day is deleted.",
        takes=_FORM,
        takes_as=FORM,
        answers=Uploaded,
        status=201,
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Keep the file and answer with its id."""
        ticket = self.ticket(number)
        if not request.META.get("CONTENT_TYPE", "").startswith(FORM):
            raise Problem(415, f"The body must be a form, as {FORM}.", kind="unsupported-media-type")
        most = settings.ATTACHMENT_MEGABYTES * 1_000_000 + AROUND
        body = request._request.read(most + 1)
        if len(body) > most:
            raise Problem(413, f"A file may have {settings.ATTACHMENT_MEGABYTES} MB at most.", kind="too-large")
        _fields, files = form_of(request._request, body)
        if len(files) != 1:
            raise invalid(Fault("file", "Must be one file."))
        try:
            upload = add_upload(ticket, files[0], by=self.key)
        except FilesNotTaken as refusal:
            raise invalid(Fault("file", str(refusal))) from refusal
        return encoded(Uploaded(upload.pk, upload.name, upload.content_type, upload.size), 201)
