"""Which files each network takes beside the words of a reply: how many, of which types, how large. One table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KB, MB = 1000, 1000 * 1000
PUBLIC = ("public", "comment")
PRIVATE, POST = "private", "post"

_PHOTOS = ("image/jpeg", "image/png")
_PICTURES = (*_PHOTOS, "image/gif", "image/webp")
_FILMS = ("video/mp4", "video/quicktime", "video/webm")
_SOUNDS = ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav")
_PAPERS = ("application/pdf", "text/plain")
# Everything that Onevoice knows by its first bytes, but pictures that keep their makers' places (HEIC).
EVERYTHING = (*_PICTURES, *_FILMS, *_SOUNDS, *_PAPERS, "application/zip")


class Named(Protocol):
    """A file, as far as people are told of it."""

    @property
    def name(self) -> str:
        """Return what people call it."""

    @property
    def alt(self) -> str:
        """Return what is to be seen on it, in words."""


class Described(Named, Protocol):
    """A file, as far as rules look at it."""

    @property
    def content_type(self) -> str:
        """Return what it is, by its first bytes."""

    @property
    def size(self) -> int:
        """Return how many bytes it has."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """What may stand beside a reply: at most `most` files, each of a type in `sizes` and no larger, in bytes."""

    most: int
    sizes: Mapping[str, int] = field(default_factory=dict)
    # All files of a reply together.
    total: int | None = None
    # Whether readers who can't see a picture are told what is on it.
    alt: bool = False
    # Whether pictures and other files can go together; else several pictures, or one other file.
    mixed: bool = True
    # Whether a file goes in place of words, since everything must be one message.
    alone: bool = False
    # Why there are none.
    why: str | Promise = ""


def _none(why: str | Promise) -> FileRules:
    return FileRules(0, why=why)


def _each(types: Iterable[str], most: int) -> dict[str, int]:
    return dict.fromkeys(types, most)


_MESSENGER = _each(_PICTURES, 8 * MB) | _each((*_FILMS, *_SOUNDS, *_PAPERS), 25 * MB)
_INSTAGRAM = _each((*_PHOTOS, "image/gif"), 8 * MB) | _each(
    (*_FILMS, "audio/mp4", "audio/wav", "application/pdf"), 25 * MB
)

# By network, then by who can read it on the network; PRIVATE stands for a direct answer to a comment, POST for what
# answers nobody, "" for all others. Sources: each network's own documentation, as docs/connectors/ names it.
_RULES: dict[str, dict[str, FileRules]] = {
    "sandbox": {"": FileRules(4, _each(_PICTURES, 5 * MB) | _each(_PAPERS, 5 * MB), alt=True)},
    # Most mail servers take letters of 20 to 25 MB, and letters carry four bytes for three.
    "email": {"": FileRules(10, _each(EVERYTHING, 15 * MB), total=15 * MB)},
    # Servers may take less or more; what they refuse, they say.
    "mastodon": {
        "": FileRules(4, _each(_PICTURES, 16 * MB) | _each((*_FILMS, *_SOUNDS), 40 * MB), alt=True, mixed=False)
    },
    "bluesky": {
        "": FileRules(4, _each(("image/jpeg", "image/png", "image/webp"), MB), alt=True),
        "direct": _none(gettext_lazy("Bluesky has no direct messages for programs.")),
    },
    "x": {
        "": FileRules(4, _each(_PICTURES, 5 * MB), alt=True),
        "direct": FileRules(1, _each(_PICTURES, 5 * MB)),
    },
    "telegram": {"": FileRules(10, _each(EVERYTHING, 50 * MB))},
    "matrix": {"": FileRules(10, _each(EVERYTHING, 50 * MB))},
    "whatsapp": {
        "": FileRules(
            10,
            _each(_PHOTOS, 5 * MB)
            | _each(("video/mp4", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MB)
            | _each(_PAPERS, 100 * MB),
        )
    },
    "facebook": {
        "": FileRules(1, _each((*_PHOTOS, "image/gif"), 4 * MB)),
        POST: FileRules(10, _each((*_PHOTOS, "image/gif"), 10 * MB), alt=True),
        "direct": FileRules(10, _MESSENGER),
        # Meta takes one message as the private reply to a comment, of words or with a file.
        PRIVATE: FileRules(1, _MESSENGER, alone=True),
    },
    "instagram": {
        "": _none(gettext_lazy("Instagram takes no files in comments.")),
        "direct": FileRules(10, _INSTAGRAM),
        PRIVATE: FileRules(1, _INSTAGRAM, alone=True),
    },
    # A picture stands for its own preview, which may have a megabyte; five things go in one push.
    "line": {"": FileRules(4, _each(_PHOTOS, MB))},
    # As MMS, which only numbers in the United States and Canada have.
    "sms": {"": FileRules(10, _each((*_PHOTOS, "image/gif"), 5 * MB), total=5 * MB)},
    # Our own; what visitors download on phones.
    "webchat": {"": FileRules(10, _each(EVERYTHING, 15 * MB), total=25 * MB, alt=True)},
}
# A network that Onevoice has no connector for: the program that serves it knows better.
_UNKNOWN = FileRules(10, _each(EVERYTHING, 100 * MB))
_NOT_YET = _none(gettext_lazy("Onevoice can't send files to this network yet."))
# What visitors of websites send, one at a time.
VISITORS = FileRules(1, _each((*_PICTURES, "image/heic", *_FILMS, *_SOUNDS, *_PAPERS), 10 * MB))
NOTES = FileRules(10, _each(EVERYTHING, 100 * MB))


def rules_for(network: str, visibility: str, asked: str, *, external: bool = False) -> FileRules:
    """Return what the network takes beside a reply of this visibility to a customer who wrote with that of `asked`.

    The visibility of a planned post is POST. It is `external` where a program posts it.
    """
    known = _RULES.get(network)
    if known is None:
        return _UNKNOWN if external else _NOT_YET
    if visibility == "direct" and asked in PUBLIC and PRIVATE in known:
        return known[PRIVATE]
    return known.get(visibility) or known[""]


def problem_with(files: Sequence[Described], rules: FileRules, *, public: bool = False, words: bool = False) -> str:
    """Return why these files can't go out together, in words for people; an empty text where they can.

    It is `public` what all can read; there are `words` beside the files, or none yet.
    """
    if not files:
        return ""
    if problem := _problem_of_number(len(files), rules, words=words):
        return problem
    for file in files:
        if problem := _problem_of(file, rules, public=public):
            return problem
    pictures = [file for file in files if is_picture(file.content_type)]
    if not rules.mixed and len(files) > 1 and len(pictures) < len(files):
        return _("Here a reply takes several pictures, or one other file.")
    if rules.total and sum(file.size for file in files) > rules.total:
        return _("Together the files are larger than %(most)s.") % {"most": amount(rules.total)}
    return ""


def is_picture(mime: str) -> bool:
    """Return whether the type is one of a picture."""
    return mime.startswith("image/")


def said_of(rules: FileRules) -> str:
    """Return the rules in words for people: "Up to 4 files; pictures to 5 MB"."""
    if not rules.most:
        return str(rules.why)
    groups = {
        _("pictures"): _largest(rules, _PICTURES),
        _("films"): _largest(rules, _FILMS),
        _("sound"): _largest(rules, _SOUNDS),
        _("documents"): _largest(rules, (*_PAPERS, "application/zip")),
    }
    limits = {kind: amount(size) for kind, size in groups.items() if size}
    kinds = [_("%(kind)s up to %(size)s") % {"kind": kind, "size": size} for kind, size in limits.items()]
    said = _("At most %(most)d: %(kinds)s") % {"most": rules.most, "kinds": ", ".join(kinds)}
    return f"{said}. {_('In place of words.')}" if rules.alone else said


def amount(size: int) -> str:
    """Return a number of bytes for people: 5 MB, 900 kB."""
    return f"{size / MB:.3g} MB" if size >= MB else f"{max(1, size // KB)} kB"


def _largest(rules: FileRules, types: Iterable[str]) -> int:
    largest = max((rules.sizes.get(mime, 0) for mime in types), default=0)
    return min(largest, rules.total or largest, settings.ATTACHMENT_MEGABYTES * MB)


def _problem_of_number(count: int, rules: FileRules, *, words: bool) -> str:
    if not rules.most:
        return str(rules.why)
    if count > rules.most:
        return _("Too many files: here a reply takes %(most)d at most.") % {"most": rules.most}
    if rules.alone and words:
        return _("Here a reply is one message: words, or a file without any.")
    return ""


def _problem_of(file: Described, rules: FileRules, *, public: bool) -> str:
    most = rules.sizes.get(file.content_type)
    if most is None:
        names = ", ".join(sorted({mime.rpartition("/")[2].upper() for mime in rules.sizes}))
        return _("“%(name)s” is of a kind that this network does not take. It takes: %(kinds)s.") % {
            "name": file.name,
            "kinds": names,
        }
    if file.size > most:
        return _("“%(name)s” is larger than %(most)s.") % {"name": file.name, "most": amount(most)}
    if public and rules.alt and is_picture(file.content_type) and not file.alt.strip():
        return _("Describe “%(name)s” for those who can't see it.") % {"name": file.name}
    return ""
