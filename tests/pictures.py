"""Small pictures made of bytes, with what cameras write into theirs."""

import struct
import zlib

WHERE = b"GPS 52.5200 N 13.4050 E"


def png(width: int = 4, height: int = 3, *, said: bytes = b"") -> bytes:
    """Return a grey picture; `said` stands in it as a comment."""
    rows = b"".join(b"\x00" + b"\x80" * width for _row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    if said:
        chunks.insert(1, (b"tEXt", b"Comment\x00" + said))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def jpeg(*, said: bytes = WHERE, turned: int = 1) -> bytes:
    """Return the skeleton of a photo of 40 by 30, with Exif that says where it was made and how it is turned."""
    tiff = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0) + said
    frame = struct.pack(">BHHB", 8, 30, 40, 1) + b"\x01\x11\x00"
    segments = [
        (0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
        (0xE1, b"Exif\x00\x00" + tiff),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + said),
        (0xFE, said),
        (0xC0, frame),
    ]
    head = b"".join(b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body for mark, body in segments)
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + head + scan + b"\xff\xd9" + b"a film behind the photo: " + said


def gif(said: bytes = WHERE) -> bytes:
    """Return a picture of one pixel with a comment."""
    comment = b"\x21\xfe" + bytes([len(said)]) + said + b"\x00"
    frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + comment + frame + b"\x3b"


def webp(said: bytes = WHERE) -> bytes:
    """Return a picture's container, 5 by 7, with Exif in it."""
    about = b"VP8X" + struct.pack("<I", 10) + b"\x08\x00\x00\x00" + b"\x04\x00\x00" + b"\x06\x00\x00"
    pixels = b"VP8L" + struct.pack("<I", 6) + b"\x2f\x04\x80\x01\x00\x00"
    exif = b"EXIF" + struct.pack("<I", len(said)) + said + b"\x00" * (len(said) % 2)
    body = b"WEBP" + about + pixels + exif
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
