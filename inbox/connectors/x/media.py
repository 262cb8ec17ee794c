"""Hands pictures to X, where nobody sees them before a post or a message names them."""

from typing import Literal

import msgspec

from inbox.connectors import http
from inbox.connectors.base import OutgoingFile
from inbox.connectors.x.api import Api


class _Medium(msgspec.Struct, frozen=True):
    id: str


class _Kept(msgspec.Struct, frozen=True):
    data: _Medium


class _Noted(msgspec.Struct, frozen=True):
    pass


def keep_picture(api: Api, file: OutgoingFile, category: Literal["tweet_image", "dm_image"]) -> str:
    """Hand a picture over with the words for those who can't see it; return its id. Raises what `Api.ask` does."""
    kept = api.hand_over(
        "/2/media/upload",
        _Kept,
        data={"media_category": category, "media_type": file.type},
        files={"media": (file.name, file.read(), file.type)},
        timeout=http.FILE_TIMEOUT,
    )
    name = kept.data.id
    if file.alt:
        about = {"id": name, "metadata": {"alt_text": {"text": file.alt[:1000]}}}
        api.hand_over("/2/media/metadata", _Noted, json=about)
    return name
