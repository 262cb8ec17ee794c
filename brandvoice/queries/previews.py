"""How a version will look on each kind of channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.fill_ins import find_gaps
from brandvoice.limits import Count, count, split_sms
from brandvoice.models import PositionVersion, Wording

# Shown beside the kinds that a version names, so that a signer sees both short and long forms.
USUAL = ("bluesky", "whatsapp", "email")
# Shaped like a post with the author above it, like a comment on one line, or like a message in a chat.
LOOKS = {"x": "post", "bluesky": "post", "mastodon": "post", "facebook": "post", "sandbox": "post"}
LOOKS |= {"instagram": "comment", "email": "mail", "sms": "sms"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: words as signed, or a gap that an agent fills."""

    text: str
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as the network shows it; an SMS in as many bubbles as are paid for."""

    wording: Wording
    bubbles: tuple[tuple[Piece, ...], ...]
    count: Count


@dataclass(frozen=True, slots=True)
class Preview:
    """How a version looks on one kind of channel: a text for each language and variant."""

    kind: str
    label: str | Promise
    look: str
    shown: tuple[Shown, ...]


def preview_version(version: PositionVersion) -> tuple[Preview, ...]:
    """Return a preview for each kind of channel that the version names, or for the usual ones."""
    wordings = sorted(version.wordings.all(), key=lambda w: (w.language, w.variant))
    own = {wording.channel_kind for wording in wordings} - {""}
    kinds = version.channel_kinds or [*USUAL, *sorted(own - set(USUAL))]
    previews = (_preview(kind, _spoken_on(kind, wordings)) for kind in kinds)
    return tuple(preview for preview in previews if preview.shown)


def _preview(kind: str, wordings: Sequence[Wording]) -> Preview:
    shown = tuple(Shown(wording, _bubbles(wording.text, kind), count(wording.text, kind)) for wording in wordings)
    return Preview(kind, CHANNEL_KINDS.get(kind, kind), LOOKS.get(kind, "chat"), shown)


def _spoken_on(kind: str, wordings: Sequence[Wording]) -> list[Wording]:
    """Return what is said there: where a language has words of its own for the kind, only those."""
    own = {wording.language for wording in wordings if wording.channel_kind == kind}
    return [w for w in wordings if w.channel_kind == (kind if w.language in own else "")]


def _bubbles(text: str, kind: str) -> tuple[tuple[Piece, ...], ...]:
    return tuple(_pieces(part) for part in (split_sms(text) if kind == "sms" else [text]))


def _pieces(text: str) -> tuple[Piece, ...]:
    pieces, place = list[Piece](), 0
    for gap in find_gaps(text):
        pieces += [Piece(text[place : gap.start], is_gap=False), Piece(gap.name, is_gap=True)]
        place = gap.end
    pieces.append(Piece(text[place:], is_gap=False))
    return tuple(piece for piece in pieces if piece.text)
