"""Which files may be stored, known by their first bytes and never by what the sender calls them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: what its name ends with, and whether a browser may show it in a page."""

    mime: str
    endings: tuple[str, ...]
    is_image: bool = False


PDF = FileType("application/pdf", ("pdf",))
PNG = FileType("image/png", ("png",), is_image=True)
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), is_image=True)
GIF = FileType("image/gif", ("gif",), is_image=True)
WEBP = FileType("image/webp", ("webp",), is_image=True)
TEXT = FileType("text/plain", ("txt", "md", "csv"))
ALLOWED = (PDF, PNG, JPEG, GIF, WEBP, TEXT)
# Those that every browser shows, which HEIC is not.
PICTURES = frozenset(kind.mime for kind in ALLOWED if kind.is_image)
MP4 = FileType("video/mp4", ("mp4",))
QUICKTIME = FileType("video/quicktime", ("mov",))
WEBM = FileType("video/webm", ("webm",))
MP3 = FileType("audio/mpeg", ("mp3",))
OGG = FileType("audio/ogg", ("ogg",))
WAV = FileType("audio/wav", ("wav",))
M4A = FileType("audio/mp4", ("m4a",))
HEIC = FileType("image/heic", ("heic",))
ZIP = FileType("application/zip", ("zip",))
# By the bytes that begin a file; Office's documents are ZIP.
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"OggS", OGG),
    (b"PK\x03\x04", ZIP),
)
_BRANDS = {b"qt  ": QUICKTIME, b"M4A ": M4A, b"heic": HEIC, b"mif1": HEIC}


class FileRefused(Exception):
    """The file is not one that is kept; the text says why."""


def recognise(name: str, content: bytes) -> FileType:
    """Return what the content is, if it may be stored and its name does not claim something else."""
    if not content:
        raise FileRefused(_("“%s” is empty.") % name)
    if len(content) > MOST_BYTES:
        raise FileRefused(
            _("“%(name)s” is larger than %(most)d MB.") % {"name": name, "most": MOST_BYTES // 1024 // 1024}
        )
    found = sniff(content)
    ending = name.rpartition(".")[2].lower()
    if found not in ALLOWED or ending not in found.endings:
        allowed = ", ".join(ending for kind in ALLOWED for ending in kind.endings)
        raise FileRefused(_("“%(name)s” is not one of: %(allowed)s.") % {"name": name, "allowed": allowed})
    return found


def sniff(content: bytes) -> FileType | None:
    """Return what the content is by its first bytes; None for what nobody here knows."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], MP4)
    return TEXT if _is_plain(content) else None


def _is_plain(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\n\r\t" for character in text)
