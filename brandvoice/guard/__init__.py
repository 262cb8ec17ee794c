"""The one check that every outbound text passes, whatever door it leaves by."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from brandvoice.guard.claims import check_claims
from brandvoice.guard.decisions import Door, Judged, record_decisions
from brandvoice.guard.incidents import INCIDENT, check_changes, check_incidents
from brandvoice.guard.privacy import check_privacy
from brandvoice.guard.reading import Cited, Reading
from brandvoice.guard.rulebook import judging_together, rulebook
from brandvoice.guard.signed import check_gaps, check_signed
from brandvoice.guard.surroundings import check_limit, check_purpose, check_repeated, check_window, fingerprint
from brandvoice.guard.tone import check_tone
from brandvoice.guard.verdicts import (
    STOPPING,
    STRICTNESS,
    Alternative,
    Chosen,
    Finding,
    Fix,
    Freeze,
    GuardContext,
    Stance,
    Verdict,
)
from brandvoice.guard.words import check_words
from brandvoice.rule_kinds import Outcome
from brandvoice.spans import Span

__all__ = [
    "INCIDENT",
    "NOT_THE_WORDS",
    "STOPPING",
    "WHOLE_TEXT",
    "Alternative",
    "Chosen",
    "Door",
    "Finding",
    "Fix",
    "Freeze",
    "GuardContext",
    "Judged",
    "Outcome",
    "Span",
    "Stance",
    "Verdict",
    "check",
    "fingerprint",
    "judging_together",
    "record_decisions",
]

# More than anybody reads; a text of ten thousand e-mail addresses is stopped by the first.
MOST_FINDINGS = 100

# What other words would not mend, and what only another text does.
NOT_THE_WORDS = frozenset({"purpose", "window.closed", "fill_in"})
WHOLE_TEXT = frozenset({"limit.over", "repeated", "tone.reading_level"})

CHECKS = (
    check_signed,
    check_gaps,
    check_words,
    check_limit,
    check_window,
    check_privacy,
    check_claims,
    check_tone,
    check_repeated,
    check_purpose,
    check_incidents,
    check_changes,
)


def check(text: str, context: GuardContext, *, now: datetime | None = None) -> Verdict:
    """Judge a text before it goes out; one indexed query, and two more where signed words are named."""
    now = now or timezone.now()
    book = rulebook(context.organization_id, now)
    rules = book.rules_for(context.brand_id, context.language)
    reading = Reading(_readable(text), context, rules, Cited.load(context, now), now)
    findings = [_with_way_out(finding, reading) for judge in CHECKS for finding in judge(reading)]
    findings.sort(key=lambda finding: (-STRICTNESS[finding.outcome], finding.start))
    outcome = findings[0].outcome if findings else Outcome.OK
    relied_on = {wording.version_id for wording in reading.cited.wordings.values()}
    return Verdict(outcome, tuple(findings[:MOST_FINDINGS]), tuple(sorted(relied_on)), book.revision)


def _with_way_out(finding: Finding, reading: Reading) -> Finding:
    """Return the finding with signed words to say instead, if it stops the text for its words and has none."""
    other_words_help = finding.rule not in NOT_THE_WORDS and not finding.rule.startswith(INCIDENT)
    if finding.outcome not in STOPPING or not other_words_help or (finding.fix and finding.fix.wording_id):
        return finding
    whole = finding.rule in WHOLE_TEXT
    start, end = (0, len(reading.text)) if whole else (finding.start, finding.end)
    instead = reading.instead_of(start, end)
    return replace(finding, instead=instead) if finding.fix else replace(finding, fix=instead)


def _readable(text: str) -> str:
    """Return the text without halves of characters, which no network takes, every other in its place."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text
