"""The rules that hold for a brand and a language, kept compiled in this process until one of them changes."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from brandvoice.guard.lexicon import patterns_of
from brandvoice.guard.sieve import Finder, Pattern, Sieve
from brandvoice.guard.silences import Silence, silences_of, state_of_rules
from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import Rule
from brandvoice.rule_kinds import KINDS, MANY, SILENT, Outcome, Parameters
from brandvoice.terms import Term, compile_term

MOST_ORGANIZATIONS = 256
MOST_SCOPES = 64  # brands × languages of one organization

_kept: OrderedDict[int, "Rulebook"] = OrderedDict()
_keeping = threading.Lock()
# By organization, while texts are judged together.
_read: ContextVar[dict[int, "Rulebook"] | None] = ContextVar("rules_read", default=None)


@dataclass(frozen=True, slots=True, eq=False)
class ActiveRule:
    """A rule as it is applied: the organization's own, in one version, or the built-in one of its kind."""

    kind: str
    outcome: Outcome
    parameters: Parameters = field(default_factory=dict)
    language: str = ""
    rule_id: int | None = None
    version: int = 0
    # Where not a rule but a signed position says it.
    silence: Silence | None = None

    def words(self, name: str) -> list[str]:
        """Return a list that was said to the rule."""
        said = self.parameters.get(name, [])
        return said if isinstance(said, list) else []

    def text(self, name: str) -> str:
        """Return a text that was said to the rule."""
        return str(self.parameters.get(name, ""))

    def number(self, name: str, otherwise: int) -> int:
        """Return a number that was said to the rule."""
        said = self.parameters.get(name)
        return said if isinstance(said, int) else otherwise


class Rules:
    """What holds for one brand and language."""

    __slots__ = ("_sieves", "single")

    def __init__(self, rules: Iterable[ActiveRule], language: str) -> None:
        rules = list(rules)
        several = MANY | {SILENT}
        self.single: Mapping[str, ActiveRule] = {rule.kind: rule for rule in rules if rule.kind not in several}
        found = [(rule, finder) for rule in rules for finder in _finders(rule, language)]
        # Words and patterns apart: in one pass each makes the other's automaton many times as large.
        words = [one for one in found if isinstance(one[1], Term)]
        patterns = [one for one in found if not isinstance(one[1], Term)]
        self._sieves = [
            ([rule for rule, _ in part], Sieve([finder for _, finder in part])) for part in (words, patterns)
        ]

    def find(self, text: str) -> dict[ActiveRule, list[tuple[int, int]]]:
        """Return what the words and patterns of each rule found, from left to right and without overlaps."""
        places: dict[ActiveRule, list[tuple[int, int]]] = {}
        for owners, sieve in self._sieves:
            for place, start, end in sieve.find(text):
                places.setdefault(owners[place], []).append((start, end))
        return {rule: _apart(found) for rule, found in places.items()}


class Rulebook:
    """An organization's rules at one revision, and what it does not discuss."""

    def __init__(self, revision: int, rules: Iterable[Rule], silent: tuple[int, ...] = ()) -> None:
        self.revision, self.silent = revision, silent
        self._rules, self._silences = list(rules), silences_of(silent)
        self._compiled: OrderedDict[tuple[int, str], Rules] = OrderedDict()

    def rules_for(self, brand_id: int, language: str) -> Rules:
        """Return what holds for this brand and language."""
        key = brand_id, base_language(language)
        compiled = self._compiled.get(key)
        if compiled is None:
            silences = [as_rule(one) for one in self._silences if one.brand_id in (None, brand_id)]
            compiled = Rules(in_force(self._rules, *key) + silences, key[1])
            with _keeping:
                self._compiled[key] = compiled
                while len(self._compiled) > MOST_SCOPES:
                    self._compiled.popitem(last=False)
        return compiled


@contextmanager
def judging_together() -> Iterator[None]:
    """Inside, an organization's rules are looked at for the first text and hold for the others."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def rulebook(organization_id: int, now: datetime | None = None) -> Rulebook:
    """Return the organization's rules as they are now: one indexed query when nothing has changed."""
    now, read = now or timezone.now(), _read.get()
    if read is None:
        return _look_up(organization_id, now)
    if organization_id not in read:
        read[organization_id] = _look_up(organization_id, now)
    return read[organization_id]


def _look_up(organization_id: int, now: datetime) -> Rulebook:
    # Read before the rules: a change in between is then noticed by the next call.
    revision, silent = state_of_rules(organization_id, now)
    with _keeping:
        held = _kept.get(organization_id)
    if held and (held.revision, held.silent) == (revision, silent):
        return held
    # Without any change there never was a rule.
    rules = Rule.objects.filter(organization=organization_id).order_by("pk") if revision else ()
    fresh = Rulebook(revision, rules, silent)
    with _keeping:
        _kept[organization_id] = fresh
        _kept.move_to_end(organization_id)
        while len(_kept) > MOST_ORGANIZATIONS:
            _kept.popitem(last=False)
    return fresh


def in_force(rules: Iterable[Rule], brand_id: int, language: str) -> list[ActiveRule]:
    """Return the rules for a brand and a language: the narrowest of each kind, and built-in ones where there is none.

    A rule that is switched off, switches the built-in one off.
    """
    here = [rule for rule in rules if rule.brand_id in (None, brand_id) and _speaks(rule.language, language)]
    narrowest: dict[str, Rule] = {}
    for rule in sorted(here, key=lambda rule: (rule.brand_id is not None, bool(rule.language))):
        if rule.kind not in MANY:
            narrowest[rule.kind] = rule
    ours = [*narrowest.values(), *(rule for rule in here if rule.kind in MANY)]
    others = [kind for kind in KINDS.values() if kind.built_in and kind.name not in narrowest]
    return [as_active(rule) for rule in ours if rule.active] + [ActiveRule(kind.name, kind.outcome) for kind in others]


def as_active(rule: Rule) -> ActiveRule:
    """Return a rule as it is applied."""
    return ActiveRule(rule.kind, Outcome(rule.outcome), rule.parameters, rule.language, rule.pk, rule.number)


def as_rule(silence: Silence) -> ActiveRule:
    """Return what is not discussed as a rule is applied."""
    return ActiveRule(
        SILENT, Outcome.BLOCK, {"phrases": list(silence.phrases)}, version=silence.number, silence=silence
    )


def _speaks(of_rule: str, of_text: str) -> bool:
    return not of_rule or not of_text or base_language(of_rule) == of_text


def _finders(rule: ActiveRule, language: str) -> list[Finder]:
    """Return what to look for: the phrases and patterns of the rule, and the built-in words of its kind."""
    spoken = base_language(rule.language) or language or FALLBACK
    finders: list[Finder] = [compile_term(phrase, spoken) for phrase in rule.words("phrases")]
    finders += [Pattern(pattern) for pattern in rule.words("patterns")]
    finders += [Pattern(pattern, unless=unless) for pattern, unless in patterns_of(rule.kind, language)]
    return finders


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches from left to right, of those that overlap the longer."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
        elif end - start > kept[-1][1] - kept[-1][0]:
            kept[-1] = (start, end)
    return kept
