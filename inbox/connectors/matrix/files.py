"""How a file stands in a room: as what it is, with its name, its size and what it shows."""

from inbox.connectors.base import OutgoingFile
from inbox.pictures import size_of

_KINDS = {"image": "m.image", "video": "m.video", "audio": "m.audio"}


def content_of(file: OutgoingFile, address: str) -> dict[str, object]:
    """Return the content of the event that shows a file which the homeserver keeps at this address."""
    info: dict[str, object] = {"mimetype": file.type, "size": file.size}
    if size := size_of(file.read(), file.type):
        info["w"], info["h"] = size
    said: dict[str, object] = {"msgtype": _KINDS.get(file.type.partition("/")[0], "m.file"), "url": address}
    # Where the body is not the name of the file, programs show it below, and read it out.
    return {**said, "body": file.alt or file.name, "filename": file.name, "info": info}
