"""Answers with stored files so that nothing in them runs: browsers show what is harmless, and save everything else."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

from brandvoice.file_types import PICTURES

# What a browser may show in a page; everything else is saved.
SHOWN = PICTURES | {"video/mp4", "audio/mpeg", "audio/ogg"}


def serve(file: FieldFile, content_type: str, name: str) -> FileResponse:
    """Answer with a stored file so that a browser shows or saves it, and runs nothing of it; raises Http404."""
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is gone.") from error
    mime = content_type if content_type in SHOWN else "application/octet-stream"
    answer = FileResponse(content, content_type=mime, filename=name, as_attachment=mime not in SHOWN)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
