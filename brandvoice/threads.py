"""Long texts where a network has threads: cut into posts at the ends of paragraphs, sentences or words."""

import regex

from brandvoice.limits import count

# By network: how much room the connector needs in each post, to name whom it is for.
_ROOM = {"bluesky": 0, "mastodon": 40, "x": 0}
# Whoever has more to say should say it elsewhere.
MOST_POSTS = 10

_PARAGRAPH = regex.compile(r"\n\s*\n")
_SENTENCE = regex.compile(r"[.!?…。！？][\"'”’»)\]]*(?=\s)|[。！？]")
_WORD = regex.compile(r"\s+")
_CHARACTER = regex.compile(r"\X")


def has_threads(network: str, visibility: str) -> bool:
    """Return whether a long text can go out there as several posts; direct messages are none, but on Mastodon."""
    return network in _ROOM and (visibility != "direct" or network == "mastodon")


def posts_of(text: str, network: str, visibility: str) -> list[str]:
    """Return the posts as which a text goes out: itself, if it fits or the network has no threads."""
    if not has_threads(network, visibility) or not count(text, network).over:
        return [text]
    posts, rest = [], text.strip()
    while rest:
        cut = len(rest) if _fits(rest, network) else _cut(rest, network)
        posts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return posts


def _fits(text: str, network: str) -> bool:
    room = count(text, network)
    return not room.over and room.used + _ROOM[network] <= (room.limit or 0)


def _cut(text: str, network: str) -> int:
    """Return where to end a post: behind the last paragraph in its second half, or sentence, else word, that fits."""
    fits, too_many = 1, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _fits(text[:middle], network):
            fits = middle
        else:
            too_many = middle
    for border in (_PARAGRAPH, _SENTENCE):
        # What ends exactly there has its space behind it.
        ends: list[int] = [
            found.end() for found in border.finditer(text, 0, fits + 1) if fits / 2 <= found.end() <= fits
        ]
        if ends:
            return ends[-1]
    for border in (_WORD, _CHARACTER):
        starts: list[int] = [found.start() for found in border.finditer(text, 0, fits + 1) if 0 < found.start() <= fits]
        if starts:
            return starts[-1]
    return fits
