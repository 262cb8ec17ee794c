"""The words that a brand does not use, the topics that it does not discuss, and patterns of its own."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from brandvoice.guard.reading import Reading
from brandvoice.guard.rulebook import ActiveRule
from brandvoice.guard.silences import Silence
from brandvoice.guard.verdicts import Finding, Fix

_KINDS = frozenset({"term.banned", "term.preferred", "topic", "pattern"})


def check_words(reading: Reading) -> Iterator[Finding]:
    """Point out what the organization's own rules look for, and what it does not discuss."""
    for rule, places in reading.found.items():
        if rule.silence:
            yield from _check_silence(reading, rule, rule.silence, places)
        elif rule.kind in _KINDS:
            for start, end in places:
                reason = _reason(rule, reading.text[start:end])
                yield reading.finding(rule, start, end, reason, _fix(reading, rule, start, end))


def _check_silence(
    reading: Reading, rule: ActiveRule, silence: Silence, places: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """Stop whoever is not named from saying more than what was signed about the topic."""
    if reading.context.person_id in silence.named:
        return
    said = [place for place in places if not reading.says(silence.version_id, *place)]
    line = reading.holding_line(silence) if said else None
    for start, end in said:
        reason = _("We do not discuss “%(words)s”.") % {"words": reading.text[start:end]}
        yield reading.finding(rule, start, end, reason, reading.instead_of(start, end, line))


def _reason(rule: ActiveRule, words: str) -> str:
    if rule.kind == "topic":
        return _("We do not discuss “%(words)s”.") % {"words": words}
    if rule.kind == "pattern":
        return _("“%(words)s” should not be here.") % {"words": words}
    return _("“%(word)s” is not how we speak.") % {"word": words}


def _fix(reading: Reading, rule: ActiveRule, start: int, end: int) -> Fix | None:
    replacement = rule.text("replacement")
    if replacement:
        if reading.text[start].isupper():
            replacement = replacement[0].upper() + replacement[1:]
        return Fix(_("Say “%(words)s”") % {"words": replacement}, start, end, replacement)
    if rule.kind == "topic" and reading.wants_alternative(rule):
        return reading.instead_of(start, end)
    return None
