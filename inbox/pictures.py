"""Takes out of pictures what they tell besides the picture: where, when and with what it was made. No pixel changes."""

import struct
from collections.abc import Callable, Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
# What a PNG needs to look as it does; everything else it may hold is words, moments and places.
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD acTL fcTL fdAT cICP mDCV cLLI".split()
)
# Of a JPEG's application segments: its own header, the colour profile, Adobe's mark of how colours are stored.
_JPEG_KEPT = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_ORIENTATION = 0x0112
_WEBP_SAID = (b"EXIF", b"XMP ")
_WEBP_PIXELS = {b"VP8 ", b"VP8L", b"ANMF"}
_EXIF_AND_XMP = 0b0000_1100


class NoPicture(Exception):
    """The bytes begin like a picture and are none."""


def cleaned(content: bytes, mime: str) -> bytes:
    """Return a picture without what it tells of its maker; other files as they are. Raises NoPicture."""
    cleaner = _CLEANERS.get(mime)
    if cleaner is None:
        return content
    try:
        return cleaner(content)
    except (struct.error, IndexError) as error:
        raise NoPicture from error


def size_of(content: bytes, mime: str) -> tuple[int, int] | None:
    """Return a picture's width and height in pixels as people see it, where its bytes tell."""
    try:
        found = _SIZES[mime](content) if mime in _SIZES else None
    except (struct.error, IndexError, NoPicture):
        return None
    return found if found and all(found) else None


# ---- PNG: named chunks -----------------------------------------------------------------------------------------------
def _clean_png(content: bytes) -> bytes:
    kept = [content[start:end] for start, end, name in _png_chunks(content) if name in _PNG_KEPT]
    return _PNG + b"".join(kept)


def _png_chunks(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = len(_PNG)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise NoPicture
        yield at, end, name
        if name == b"IEND":
            return
        at = end
    raise NoPicture


# ---- JPEG: segments, then the picture itself -------------------------------------------------------------------------
def _clean_jpeg(content: bytes) -> bytes:
    pieces, turned = [content[:2]], 1
    for start, end, marker in _jpeg_segments(content):
        body = content[start + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\x00\x00"):
            turned = _orientation(body[6:])
        says_more = marker == 0xFE or 0xE0 <= marker <= 0xEF
        if not says_more or (marker in _JPEG_KEPT and body.startswith(_JPEG_KEPT[marker])):
            pieces.append(content[start:end])
    if turned != 1:
        # Without this one fact, a photo taken with the phone upright would lie on its side.
        pieces.insert(_after_header(pieces), _exif_turned(turned))
    return b"".join(pieces)


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where each segment begins and ends; the last is the picture's data with all that follows."""
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise NoPicture
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            # Phones put a second picture, or a film, behind the first one's end, with metadata of its own. In a
            # picture's data nothing looks like that end but the end.
            end = content.find(b"\xff\xd9", at)
            yield at, end + 2 if end > 0 else len(content), marker
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        yield at, at + 2 + length, marker
        at += 2 + length
    raise NoPicture


def _after_header(pieces: list[bytes]) -> int:
    return 2 if len(pieces) > 1 and pieces[1][1:2] == b"\xe0" else 1


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for entry in range(min(count, 200)):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, place + 2 + entry * 12)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _exif_turned(turned: int) -> bytes:
    """Return a segment that says nothing but how the picture is to be turned."""
    tiff = b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# ---- WebP: named chunks in a RIFF ------------------------------------------------------------------------------------
def _clean_webp(content: bytes) -> bytes:
    pieces, names = [], set()
    for start, end, name in _webp_chunks(content):
        names.add(name)
        piece = content[start:end]
        if name == b"VP8X":
            piece = piece[:8] + bytes([piece[8] & ~_EXIF_AND_XMP]) + piece[9:]
        if name not in _WEBP_SAID:
            pieces.append(piece)
    if not names & _WEBP_PIXELS:
        raise NoPicture
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 12
    if len(content) <= at:
        raise NoPicture
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at + 4)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise NoPicture
        yield at, end, content[at : at + 4]
        at = end


# ---- GIF: blocks; comments and applications' notes go, all but the one that says how often it is repeated ------------
def _clean_gif(content: bytes) -> bytes:
    at = 13 + _colours(content[10])
    pieces = [content[:at]]
    while content[at] != 0x3B:
        start = at
        if content[at] == 0x21:
            kind, at = content[at + 1], _skip_blocks(content, at + 2)
            said = content[start + 3 : start + 14]
            if kind == 0xFE or (kind == 0xFF and said not in (b"NETSCAPE2.0", b"ANIMEXTS1.0")):
                continue
        elif content[at] == 0x2C:
            at = _skip_blocks(content, at + 10 + _colours(content[at + 9]) + 1)
        else:
            raise NoPicture
        pieces.append(content[start:at])
    return b"".join(pieces) + b"\x3b"


def _colours(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _skip_blocks(content: bytes, at: int) -> int:
    while length := content[at]:
        at += length + 1
    return at + 1


# ---- sizes -----------------------------------------------------------------------------------------------------------
def _size_of_png(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _size_of_gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    turned = 1
    for start, end, marker in _jpeg_segments(content):
        if marker == 0xE1 and content[start + 4 : start + 10] == b"Exif\x00\x00":
            turned = _orientation(content[start + 10 : end])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, start + 5)
            return (height, width) if turned >= 5 else (width, height)
    return None


def _size_of_webp(content: bytes) -> tuple[int, int] | None:
    for start, _end, name in _webp_chunks(content):
        at = start + 8
        if name == b"VP8X":
            return 1 + int.from_bytes(content[at + 4 : at + 7], "little"), 1 + int.from_bytes(
                content[at + 7 : at + 10], "little"
            )
        if name == b"VP8 ":
            width, height = struct.unpack_from("<HH", content, at + 6)
            return width & 0x3FFF, height & 0x3FFF
        if name == b"VP8L":
            bits = int.from_bytes(content[at + 1 : at + 5], "little")
            return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "image/png": _clean_png,
    "image/jpeg": _clean_jpeg,
    "image/webp": _clean_webp,
    "image/gif": _clean_gif,
}
_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "image/png": _size_of_png,
    "image/jpeg": _size_of_jpeg,
    "image/webp": _size_of_webp,
    "image/gif": _size_of_gif,
}
