"""Which websites may show a chat: their origins, as browsers write them."""

import re
from collections.abc import Mapping

_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?/?")
_OWN_PORTS = {"http": "80", "https": "443"}


def origins_in(access: Mapping[str, str]) -> frozenset[str]:
    """Return the origins that a channel's settings name; what is none is left out."""
    return frozenset(filter(None, map(origin_of, words_of(access))))


def mistakes_in(access: Mapping[str, str]) -> list[str]:
    """Return what stands among the origins and is none."""
    return [word for word in words_of(access) if not origin_of(word)]


def words_of(access: Mapping[str, str]) -> list[str]:
    """Return what was entered, split at spaces and commas."""
    return access.get("origins", "").replace(",", " ").split()


def origin_of(word: str) -> str:
    """Return an origin as browsers send it: small letters, no port where it is the usual one; "" for what is none."""
    found = _ORIGIN.fullmatch(word.lower())
    if found is None:
        return ""
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + (f":{port}" if port and port != _OWN_PORTS[scheme] else "")
