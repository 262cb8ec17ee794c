"""Tries a rule that nobody has saved on what was sent last month."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from brandvoice.actions.rules import RuleDraft
from brandvoice.guard import CHECKS, Finding, GuardContext
from brandvoice.guard.reading import Cited, Reading
from brandvoice.guard.rulebook import ActiveRule, Rules
from brandvoice.languages import base_language
from brandvoice.rule_kinds import KINDS, Outcome, read_parameters
from brandvoice.signals import SentText, sent_texts_asked

DAYS = 30
# The newest; a month of a large organization would keep somebody waiting.
MOST_TEXTS, MOST_SECONDS = 5000, 10.0
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A reply in which the rule would have found something, cut around the first place."""

    text: SentText
    before: str
    found: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How many replies were looked at, in how many something was found, and some of those."""

    looked_at: int
    found_in: int
    hits: tuple[Hit, ...]
    # Whether all replies of the month were looked at.
    complete: bool


def try_rule(draft: RuleDraft, organization_id: int | None) -> Trial:
    """Look for what the rule finds in last month's replies, newest first, within some seconds."""
    if organization_id is None:
        return Trial(0, 0, (), complete=True)
    rule = _as_active(draft)
    rules: dict[str, Rules] = {}
    started, looked_at, found_in, hits = time.monotonic(), 0, 0, list[Hit]()
    for text in _sent_texts(organization_id, draft):
        if looked_at == MOST_TEXTS or time.monotonic() - started > MOST_SECONDS:
            return Trial(looked_at, found_in, tuple(hits), complete=False)
        looked_at += 1
        spoken = base_language(text.language)
        if spoken not in rules:
            rules[spoken] = Rules([rule], spoken)
        finding = next(_find(text, organization_id, rules[spoken], rule.kind), None)
        if finding:
            found_in += 1
            hits += [_hit(text, finding)] if len(hits) < MOST_SHOWN else []
    return Trial(looked_at, found_in, tuple(hits), complete=True)


def _as_active(draft: RuleDraft) -> ActiveRule:
    kind = KINDS[draft.kind]
    outcome = Outcome(draft.outcome) if draft.outcome else kind.outcome
    return ActiveRule(kind.name, outcome, read_parameters(kind, draft.parameters), draft.language)


def _sent_texts(organization_id: int, draft: RuleDraft) -> Iterator[SentText]:
    since = timezone.now() - timedelta(days=DAYS)
    brand_id = draft.brand.pk if draft.brand else None
    asked = {"organization_id": organization_id, "brand_id": brand_id, "since": since}
    answers: Sequence[tuple[object, object]] = sent_texts_asked.send(Trial, **asked)
    for _listener, texts in answers:
        if isinstance(texts, Iterator):
            yield from (text for text in texts if _is_meant(text, draft))


def _is_meant(text: SentText, draft: RuleDraft) -> bool:
    return not draft.language or base_language(text.language) == base_language(draft.language)


def _find(text: SentText, organization_id: int, rules: Rules, kind: str) -> Iterator[Finding]:
    # No network: its limit is not the rule's business. Signed stretches are taken as signed.
    context = GuardContext(
        organization_id, 0, "", text.language, text.visibility, spans=text.spans, purpose=text.purpose
    )
    reading = Reading(text.text, context, rules, Cited({}, ()), timezone.now())
    return (finding for judge in CHECKS for finding in judge(reading) if finding.rule == kind)


def _hit(text: SentText, finding: Finding) -> Hit:
    start, end = finding.start, finding.end
    return Hit(
        text, text.text[max(0, start - 60) : start], text.text[start:end], text.text[end : end + 60], finding.reason
    )
