"""How words and files are said on WhatsApp: each file is a message of its own."""

from collections.abc import Callable, Iterator

from inbox.connectors.base import OutgoingFile, OutgoingReply
from inbox.connectors.whatsapp.templates import content_of

LONGEST_CAPTION = 1024
# What is no picture, film or sound is a document.
_KINDS = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video"}
_SOUNDS = ("audio/mpeg", "audio/mp4", "audio/ogg")


def contents_of(reply: OutgoingReply, keep: Callable[[OutgoingFile], str]) -> Iterator[dict[str, object]]:
    """Yield what each message of a reply says; `keep` hands a file to WhatsApp and returns its id.

    All files are handed over before the first message is known, so that nothing is sent when one is refused.
    """
    if reply.template:
        yield content_of(reply.template)
        return
    kept = [(file, keep(file)) for file in reply.files]
    caption = reply.text if kept and _takes_caption(kept[0][0]) and len(reply.text) <= LONGEST_CAPTION else ""
    said = [_file(file, name, caption if number == 0 else "") for number, (file, name) in enumerate(kept)]
    if reply.text.strip() and not caption:
        yield {"type": "text", "text": {"body": reply.text, "preview_url": True}}
    yield from said


def _takes_caption(file: OutgoingFile) -> bool:
    return file.type not in _SOUNDS


def _file(file: OutgoingFile, name: str, caption: str) -> dict[str, object]:
    kind = "audio" if file.type in _SOUNDS else _KINDS.get(file.type, "document")
    about = {"id": name, **({"caption": caption} if caption else {})}
    return {"type": kind, kind: {**about, "filename": file.name} if kind == "document" else about}
