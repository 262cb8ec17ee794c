"""Counts a text the way its network does, and says whether it still fits."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import re2
import regex
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

X_LIMIT, X_LINK = 280, 23
BLUESKY_GRAPHEMES, BLUESKY_BYTES = 300, 3000
MASTODON_LIMIT, MASTODON_LINK = 500, 23
# What is longer is no link and no server to X and to Mastodon, and counts in full.
LONGEST_LINK, LONGEST_DOMAIN = 4096, 253
# Twilio's ceiling for one concatenated message: 1,600 characters, about ten parts.
SMS_PARTS = 10

# (first, last) code points that X counts as one; everything else counts as two.
X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape before each: two septets

# Marks that turn the direction of writing end a link and are counted.
_NO_LINK = r"\s\pZ<>\"\x{061C}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}"
_LINK = re2.compile(rf"(?i)https?://[^{_NO_LINK}]+")
_LINK_END = ".,;:!?'\")]}"
# Domains that X turns into links without a protocol; the long tail of endings is left out.
_BARE_LINK = re2.compile(
    r"(?i)(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|info|biz|io|co|app|dev|eu|de|es|fr|it|nl|at|ch|uk|us|ca|jp|me|tv|ly)"
    rf"(?:/[^{_NO_LINK}]*)?"
)
_MENTION = re2.compile(r"(@[A-Za-z0-9_]+)@([A-Za-z0-9.\-]+[A-Za-z0-9])")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a network's room a text takes; `limit` is None where there is none."""

    used: int
    limit: int | None
    unit: str | Promise

    @property
    def over(self) -> int:
        """Return how much must go before the text fits; 0 if it does."""
        return 0 if self.limit is None else max(0, self.used - self.limit)


def count(text: str, network: str) -> Count:
    """Return how much room `text` takes on `network`; an unknown network has no limit."""
    return _COUNTERS.get(network, _count_unlimited)(text)


def fitting_length(text: str, network: str) -> int:
    """Return how many characters of `text`, from its start, still fit on `network`."""
    fits, too_many = 0, len(text) + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if count(text[:middle], network).over:
            too_many = middle
        else:
            fits = middle
    return fits


def has_link(text: str) -> bool:
    """Return whether X would find a link in the text, with or without https:// before it."""
    return _take_links(text, bare=True)[1] > 0


def find_links(text: str) -> list[tuple[int, int]]:
    """Return where the links with a protocol begin and end, in characters, without the punctuation behind them."""
    found = []
    for match in _LINK.finditer(text):
        link: str = match.group()
        if _stands_alone(match, text) and len(link) <= LONGEST_LINK:
            found.append((match.start(), match.start() + len(link.rstrip(_LINK_END))))
    return found


def graphemes(text: str) -> int:
    """Return the number of characters that a reader sees."""
    return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))


def sms_parts(text: str) -> int:
    """Return how many SMS are paid for: GSM-7 if every character allows it, else UCS-2."""
    return len(_part_starts(text))


def split_sms(text: str) -> list[str]:
    """Return the parts in which an SMS is sent."""
    starts = _part_starts(text)
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def _part_starts(text: str) -> list[int]:
    if all(character in GSM_BASIC or character in GSM_EXTENDED for character in text):
        return _fill_parts([2 if character in GSM_EXTENDED else 1 for character in text], 160, 153)
    return _fill_parts([len(character.encode("utf-16-le")) // 2 for character in text], 70, 67)


def _fill_parts(widths: list[int], alone: int, joined: int) -> list[int]:
    """Fill parts one after the other and return where each begins; a character is never cut in two."""
    if sum(widths) <= alone:
        return [0] if widths else []
    starts, room = [0], joined
    for place, width in enumerate(widths):
        if width > room:
            starts.append(place)
            room = joined
        room -= width
    return starts


def _count_unlimited(text: str) -> Count:
    return Count(graphemes(text), None, _("characters"))


def _count_x(text: str) -> Count:
    text = unicodedata.normalize("NFC", text)
    rest, links = _take_links(text, bare=True)
    used = links * X_LINK
    for cluster in _GRAPHEME.findall(rest):
        used += 2 if _EMOJI.match(cluster) else sum(_x_weight(character) for character in cluster)
    return Count(used, X_LIMIT, _("characters"))


def _x_weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in X_LIGHT) else 2


def _count_bluesky(text: str) -> Count:
    size = len(text.encode())
    if size > BLUESKY_BYTES:
        return Count(size, BLUESKY_BYTES, _("bytes"))
    return Count(graphemes(text), BLUESKY_GRAPHEMES, _("characters"))


def _count_mastodon(text: str) -> Count:
    rest, links = _take_links(text, bare=False)
    used = graphemes(re2.sub(_MENTION, _without_server, rest)) + links * MASTODON_LINK
    return Count(used, MASTODON_LIMIT, _("characters"))


def _without_server(mention: "re2._Match[str]") -> str:
    name: str = mention.group(1)
    return name if len(mention.group(2)) <= LONGEST_DOMAIN else mention.group()


def _count_sms(text: str) -> Count:
    return Count(sms_parts(text), SMS_PARTS, _("SMS parts"))


def _take_links(text: str, *, bare: bool) -> tuple[str, int]:
    """Return the text without its links, and how many there were."""
    links = 0

    def drop(match: "re2._Match[str]") -> str:
        nonlocal links
        link: str = match.group()
        if not _stands_alone(match, text) or not _is_possible_link(link, bare=bare):
            return link
        links += 1
        return link[len(link.rstrip(_LINK_END)) :]

    rest = re2.sub(_LINK, drop, text)
    if bare:
        text = rest
        rest = re2.sub(_BARE_LINK, drop, text)
    return rest, links


def _stands_alone(match: "re2._Match[str]", text: str) -> bool:
    before = text[max(match.start() - 1, 0) : match.start()]
    after = text[match.end() : match.end() + 1]
    return not before.isalnum() and before not in {"@", "_", "-", "."} and not after.isalnum()


def _is_possible_link(link: str, *, bare: bool) -> bool:
    """Return whether the length is a link's and, to X, the host's parts are a domain's: others are not shortened."""
    if len(link) > LONGEST_LINK or not bare:
        return len(link) <= LONGEST_LINK
    host = link.split("://")[-1].split("/")[0]
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _limit(limit: int, measure: Callable[[str], int], unit: str | Promise) -> Callable[[str], Count]:
    return lambda text: Count(measure(text), limit, unit)


def _utf8(text: str) -> int:
    return len(text.encode())


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


_COUNTERS: dict[str, Callable[[str], Count]] = {
    "x": _count_x,
    "bluesky": _count_bluesky,
    "mastodon": _count_mastodon,
    "sms": _count_sms,
    "sandbox": _limit(300, graphemes, _("characters")),
    # Our own: what a small window on a website can show with dignity.
    "webchat": _limit(4000, graphemes, _("characters")),
    "instagram": _limit(1000, _utf8, _("bytes")),
    # Messenger's, the tighter of the two: comments under posts take 8,000.
    "facebook": _limit(2000, _utf16, _("characters")),
    "messenger": _limit(2000, _utf16, _("characters")),
    "whatsapp": _limit(4096, _utf16, _("characters")),
    # An event may have 65,536 bytes, and JSON may need two for one of the text.
    "matrix": _limit(30_000, _utf8, _("bytes")),
    "telegram": _limit(4096, _utf16, _("characters")),
    "line": _limit(5000, _utf16, _("UTF-16 units")),
}
