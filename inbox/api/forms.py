"""Reads forms in parts: their fields, and the files in them."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from inbox.actions.attachments import NewFile
from inbox.api.problems import Problem


def form_of(request: HttpRequest, body: bytes) -> tuple[Mapping[str, object], Sequence[NewFile]]:
    """Return the fields and files of a form in parts, with the length that it has.

    A form that comes in chunks has no Content-Length, and Django takes it for an empty one. It would also take what
    there is of a form that was cut off, where half a reply must not go out.
    """
    meta = {**request.META, "CONTENT_LENGTH": str(len(body))}
    handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), handlers, "utf-8").parse()
    except RequestDataTooBig as error:
        raise Problem(413, "The fields of the form are too large.", kind="too-large") from error
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Problem(400, "The form is not well-formed.", kind="malformed") from error
    boundary = (request.content_params or {}).get("boundary", "")
    if f"--{boundary}--".encode() not in body:
        raise Problem(400, "The form has no end.", kind="malformed")
    return fields.dict(), [_file(file) for _name, several in files.lists() for file in several]


def _file(sent: UploadedFile[bytes]) -> NewFile:
    with sent:
        return NewFile(sent.name or "", sent.read())
