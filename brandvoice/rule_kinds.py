"""The kinds of rules: what each looks for, what can be said to it, and what holds where nobody wrote a rule."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import re2
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Parameters = dict[str, "str | int | list[str]"]

MOST_PHRASES, LONGEST_PHRASE = 200, 120
MOST_PATTERNS, LONGEST_PATTERN = 20, 200
MOST_ALLOWED, LONGEST_ALLOWED = 100, 120
LONGEST_REASON = 200
# What one pattern may take when compiled: ((a{100}){100}){100} is refused, a long list of words is not.
PATTERN_MEMORY = 256 * 1024


class Outcome(StrEnum):
    """What may happen to a text, from harmless to stopped."""

    OK = "ok"
    WARN = "warn"
    NEEDS_APPROVAL = "needs_approval"
    BLOCK = "block"


OUTCOMES = [
    (Outcome.WARN.value, gettext_lazy("Advise")),
    (Outcome.NEEDS_APPROVAL.value, gettext_lazy("Needs approval")),
    (Outcome.BLOCK.value, gettext_lazy("Stop")),
]


class ParameterRefused(ValueError):
    """What was said to a rule can't be used; `field` says which part of it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class Kind:
    """One check: its name in findings, what may be said to it, and how strict it is by itself."""

    name: str
    label: str | Promise
    takes: tuple[str, ...] = ("reason",)
    outcome: Outcome = Outcome.WARN
    # Holds where the organization has no rule of this kind.
    built_in: bool = True
    # Without this there is nothing to look for.
    needs: str = ""


_WORDS = ("phrases", "reason")
_OWN_ADDRESSES = ("allowed", "reason")
_TERM = ("phrases", "replacement", "reason")
_PATTERNS = ("patterns", "reason")
_BLOCK = Outcome.BLOCK

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("term.banned", gettext_lazy("Banned words"), _TERM, _BLOCK, False, "phrases"),
        Kind("term.preferred", gettext_lazy("Say it another way"), _TERM, built_in=False, needs="phrases"),
        Kind("topic", gettext_lazy("A topic not to discuss"), _WORDS, _BLOCK, False, "phrases"),
        Kind("pattern", gettext_lazy("A pattern"), _PATTERNS, built_in=False, needs="patterns"),
        Kind("claim.price", gettext_lazy("Claim: a price"), _WORDS),
        Kind("claim.number", gettext_lazy("Claim: a number"), _WORDS),
        Kind("claim.date", gettext_lazy("Claim: a date or hours"), _WORDS),
        Kind("claim.deadline", gettext_lazy("Claim: a deadline"), _WORDS),
        Kind("claim.refund", gettext_lazy("Claim: a refund"), _WORDS),
        Kind("claim.promise", gettext_lazy("Claim: a promise"), _WORDS),
        Kind("claim.guarantee", gettext_lazy("Claim: a guarantee"), _WORDS),
        Kind("claim.legal", gettext_lazy("Claim: law"), _WORDS, Outcome.NEEDS_APPROVAL),
        Kind("claim.medical", gettext_lazy("Claim: health"), _WORDS, Outcome.NEEDS_APPROVAL),
        Kind("personal_data.email", gettext_lazy("In public: an e-mail address"), _OWN_ADDRESSES, _BLOCK),
        Kind("personal_data.phone", gettext_lazy("In public: a phone number"), _OWN_ADDRESSES, _BLOCK),
        Kind("personal_data.iban", gettext_lazy("In public: a bank account"), _OWN_ADDRESSES, _BLOCK),
        Kind("personal_data.card", gettext_lazy("In public: a card number"), outcome=_BLOCK),
        Kind("personal_data.password", gettext_lazy("In public: a password"), outcome=_BLOCK),
        Kind("personal_data.address", gettext_lazy("In public: a postal address"), _OWN_ADDRESSES),
        Kind("personal_data.birth", gettext_lazy("In public: a date of birth")),
        Kind("personal_data.name", gettext_lazy("In public: a full name"), _OWN_ADDRESSES),
        Kind("personal_data.ip", gettext_lazy("In public: a network address"), _OWN_ADDRESSES),
        Kind("personal_data.reference", gettext_lazy("In public: an order or ticket number"), _PATTERNS),
        Kind("tone.shouting", gettext_lazy("Tone: shouting")),
        Kind("tone.blame", gettext_lazy("Tone: blame"), _WORDS),
        Kind("tone.sarcasm", gettext_lazy("Tone: sarcasm"), _WORDS),
        Kind("tone.rude", gettext_lazy("Tone: rude or dismissive"), _WORDS),
        Kind("tone.slang", gettext_lazy("Tone: slang"), _WORDS),
        Kind("tone.reading_level", gettext_lazy("Tone: hard to read"), ("most", "reason")),
        Kind("repeated", gettext_lazy("Posted before in the same words"), ("times", "reason")),
    )
}
# Of these an organization has as many as it likes; of every other kind one a brand and language.
SILENT = "topic.silent"  # not a kind of rule: a signed position that is not discussed
MANY = frozenset({"term.banned", "term.preferred", "topic", "pattern"})


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Return the kinds for a menu."""
    return [(kind.name, kind.label) for kind in KINDS.values()]


def built_in_kinds() -> list[tuple[Kind, str | Promise]]:
    """Return the kinds that hold without a rule, each with what it does."""
    names = dict(OUTCOMES)
    return [(kind, names[kind.outcome.value]) for kind in KINDS.values() if kind.built_in]


def read_parameters(kind: Kind, said: Mapping[str, object]) -> Parameters:
    """Return what was said to a rule of this kind, cleaned and without what is empty; raises ParameterRefused."""
    for name in said:
        if name not in kind.takes and said[name]:
            raise ParameterRefused(name, _("Rules of this kind do not take “%(name)s”.") % {"name": name})
    read = {name: _READERS[name](name, said[name]) for name in kind.takes if said.get(name)}
    if kind.needs and not read.get(kind.needs):
        raise ParameterRefused(kind.needs, _("Say what to look for."))
    _refuse_circle(read)
    return {name: value for name, value in read.items() if value}


def compile_pattern(pattern: str) -> "re2._Regexp[str]":
    """Return a person's pattern for the linear engine; raises ParameterRefused with what is allowed."""
    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = PATTERN_MEMORY, False, False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        words = _("“%(pattern)s” can't be used (%(why)s). %(allowed)s") % {
            "pattern": pattern,
            "why": str(error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]),
            "allowed": _allowed(),
        }
        raise ParameterRefused("patterns", words) from error
    if compiled.search("") is not None:
        words = _("“%(pattern)s” is found in every text, even an empty one. %(allowed)s")
        raise ParameterRefused("patterns", words % {"pattern": pattern, "allowed": _allowed()})
    return compiled


def _allowed() -> str:
    return _(
        "Allowed are letters and digits, classes such as [A-Z] and \\d, groups, alternatives with |, and the counts "
        "? * + {2,5}; no look-around and no back-references. At most %(most)d patterns of %(longest)d characters."
    ) % {"most": MOST_PATTERNS, "longest": LONGEST_PATTERN}


def _read_list(name: str, said: object, most: int, longest: int) -> list[str]:
    entries = said.splitlines() if isinstance(said, str) else said
    if not isinstance(entries, Iterable) or not all(isinstance(entry, str) for entry in entries):
        raise ParameterRefused(name, _("This must be a list of texts."))
    found = list(dict.fromkeys(" ".join(str(entry).split()) for entry in entries))
    found = [entry for entry in found if entry]
    if len(found) > most or any(len(entry) > longest for entry in found):
        words = _("At most %(most)d lines of %(longest)d characters.") % {"most": most, "longest": longest}
        raise ParameterRefused(name, words)
    return found


def _read_patterns(name: str, said: object) -> list[str]:
    patterns = _read_list(name, said, MOST_PATTERNS, LONGEST_PATTERN)
    for pattern in patterns:
        compile_pattern(pattern)
    return patterns


def _read_text(name: str, said: object) -> str:
    if not isinstance(said, str) or len(said) > LONGEST_REASON:
        words = _("This must be a text of at most %(longest)d characters.") % {"longest": LONGEST_REASON}
        raise ParameterRefused(name, words)
    return said.strip()


def _read_number(name: str, said: object, least: int, most: int) -> int:
    if type(said) is not int or not least <= said <= most:
        raise ParameterRefused(name, _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
    return said


def _refuse_circle(read: Parameters) -> None:
    """Refuse a replacement that the rule itself would find again."""
    phrases, replacement = read.get("phrases", []), str(read.get("replacement", ""))
    for phrase in phrases if isinstance(phrases, list) else []:
        if phrase.casefold() in replacement.casefold():
            words = _("“%(words)s” is what this rule looks for.") % {"words": phrase}
            raise ParameterRefused("replacement", words)


_READERS: dict[str, Callable[[str, object], str | int | list[str]]] = {
    "phrases": lambda name, said: _read_list(name, said, MOST_PHRASES, LONGEST_PHRASE),
    "patterns": _read_patterns,
    "allowed": lambda name, said: _read_list(name, said, MOST_ALLOWED, LONGEST_ALLOWED),
    "replacement": _read_text,
    "reason": _read_text,
    "times": lambda name, said: _read_number(name, said, 1, 1000),
    "most": lambda name, said: _read_number(name, said, 20, 100),
}
