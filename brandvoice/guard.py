"""The one check that every outbound text passes, whatever door it leaves by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from brandvoice import limits
from brandvoice.languages import base_language
from brandvoice.models import EditLevel, Status, Term, Wording
from brandvoice.personal_data import Kind, PersonalData, find_personal_data
from brandvoice.queries.wordings import usable_wordings
from brandvoice.spans import Span, edit_distance
from brandvoice.terms import find_term

__all__ = ["Finding", "Fix", "GuardContext", "Outcome", "Span", "Verdict", "check"]

# Beyond this share of changed characters the words are no longer what somebody signed.
MOST_CHANGED = 0.5
DIRECT = "direct"


class Outcome(StrEnum):
    """What may happen to a text, from harmless to stopped."""

    OK = "ok"
    WARN = "warn"
    NEEDS_APPROVAL = "needs_approval"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class GuardContext:
    """Where a text would go, and which of its stretches came from signed wording."""

    organization_id: int
    brand_id: int
    network: str
    language: str
    visibility: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """One button: replace characters `start` to `end` by `text`."""

    label: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the guard has to say, about characters `start` to `end`."""

    rule: str
    outcome: Outcome
    start: int
    end: int
    reason: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest outcome, and why."""

    outcome: Outcome
    findings: tuple[Finding, ...]


def check(text: str, context: GuardContext, *, now: datetime | None = None) -> Verdict:
    """Judge a text before it goes out; three indexed queries at most when nothing is wrong."""
    wordings = _cited_wordings(context)
    findings = [
        *_check_wordings(text, context, wordings, now or timezone.now()),
        *_check_terms(text, context),
        *_check_limit(text, context),
        *_check_personal_data(text, context, wordings),
    ]
    strictness = list(Outcome)
    findings.sort(key=lambda finding: (-strictness.index(finding.outcome), finding.start))
    return Verdict(findings[0].outcome if findings else Outcome.OK, tuple(findings))


def _cited_wordings(context: GuardContext) -> dict[int, Wording]:
    if not context.spans:
        return {}
    ours = Wording.objects.filter(organization=context.organization_id)
    return ours.select_related("version__signed_by").in_bulk({span.wording_id for span in context.spans})


def _check_wordings(
    text: str, context: GuardContext, wordings: Mapping[int, Wording], now: datetime
) -> Iterator[Finding]:
    """No unsigned words pass as signed."""
    if not context.spans:
        return
    positions = {wording.version.position_id for wording in wordings.values()}
    usable = usable_wordings(context.organization_id, context.brand_id, context.network, "", now)
    # This network's own words come after those for any, and stay in the dictionary below.
    today = list(usable.filter(version__position__in=positions).select_related("version").order_by("channel_kind"))
    allowed = {wording.pk for wording in today}
    current = {(wording.version.position_id, wording.language): wording for wording in today}
    for span in context.spans:
        wording = wordings.get(span.wording_id)
        if wording is None or wording.pk not in allowed:
            yield _unusable(span, wording, current, now)
        else:
            yield from _check_faithful(text, span, wording)
            yield from _check_language(span, wording, context)


def _unusable(
    span: Span, wording: Wording | None, current: Mapping[tuple[int, str], Wording], now: datetime
) -> Finding:
    fix = None
    rule, reason = "wording.unknown", _("These words were never signed.")
    if wording is not None:
        rule, reason = _why_unusable(wording, now)
        instead = current.get((wording.version.position_id, wording.language))
        if instead is not None:
            fix = Fix(_("Use the current wording"), span.start, span.end, instead.text)
    return Finding(rule, Outcome.BLOCK, span.start, span.end, reason, fix)


def _why_unusable(wording: Wording, now: datetime) -> tuple[str, str]:
    version = wording.version
    reasons = {
        Status.DRAFT: _("These words are a draft; nobody has signed them."),
        Status.IN_REVIEW: _("These words still wait for a signature."),
        Status.SUPERSEDED: _("These words were replaced by a newer version."),
        Status.WITHDRAWN: _("These words were withdrawn."),
        Status.EXPIRED: _("These words are no longer valid."),
    }
    status = Status(version.status)
    if status != Status.SIGNED:
        return f"wording.{status}", reasons[status]
    if version.valid_until and version.valid_until <= now:
        return "wording.expired", reasons[Status.EXPIRED]
    if version.valid_from and version.valid_from > now:
        return "wording.not_yet_valid", _("These words are not valid yet.")
    return "wording.out_of_scope", _("These words were signed for another brand or kind of channel.")


def _check_faithful(text: str, span: Span, wording: Wording) -> Iterator[Finding]:
    here = span.cut(text)
    if here == wording.text:
        return
    fix = Fix(_("Restore the signed words"), span.start, span.end, wording.text)
    if wording.version.edit_level == EditLevel.VERBATIM:
        reason = _("These words may only be used as they were signed.")
        yield Finding("wording.changed", Outcome.BLOCK, span.start, span.end, reason, fix)
    elif edit_distance(wording.text, here) > MOST_CHANGED * len(wording.text):
        reason = _("Little is left here of what was signed.")
        yield Finding("wording.changed", Outcome.WARN, span.start, span.end, reason, fix)


def _check_language(span: Span, wording: Wording, context: GuardContext) -> Iterator[Finding]:
    if context.language and base_language(wording.language) != base_language(context.language):
        reason = _("The customer writes in another language.")
        yield Finding("wording.language", Outcome.WARN, span.start, span.end, reason)


def _check_terms(text: str, context: GuardContext) -> Iterator[Finding]:
    language = base_language(context.language)
    terms = Term.objects.filter(organization=context.organization_id).active().for_brand(context.brand_id)
    for term in terms.in_language(language) if language else terms:
        banned = term.kind == Term.Kind.BANNED
        outcome = Outcome.BLOCK if banned else Outcome.WARN
        for start, end in find_term(term.text, term.language or language, text):
            reason = term.reason or _("“%(word)s” is not how we speak.") % {"word": text[start:end]}
            fix = _replace(text, start, end, term.replacement) if term.replacement else None
            yield Finding(f"term.{term.kind}", outcome, start, end, reason, fix)


def _replace(text: str, start: int, end: int, replacement: str) -> Fix:
    if text[start].isupper():
        replacement = replacement[0].upper() + replacement[1:]
    return Fix(_("Say “%(words)s”") % {"words": replacement}, start, end, replacement)


def _check_limit(text: str, context: GuardContext) -> Iterator[Finding]:
    count = limits.count(text, context.network)
    if count.over:
        reason = _("%(over)d %(unit)s too long: %(used)d of %(limit)d.") % {
            "over": count.over,
            "unit": count.unit,
            "used": count.used,
            "limit": count.limit,
        }
        start = limits.fitting_length(text, context.network)
        yield Finding("limit.over", Outcome.BLOCK, start, len(text), reason)


def _check_personal_data(text: str, context: GuardContext, wordings: Mapping[int, Wording]) -> Iterator[Finding]:
    if context.visibility == DIRECT:
        return
    reasons = {
        Kind.EMAIL: _("An e-mail address in public."),
        Kind.PHONE: _("A phone number in public."),
        Kind.IBAN: _("A bank account number in public."),
        Kind.CARD: _("A card number in public."),
    }
    for found in find_personal_data(text, context.language):
        if not _is_signed(text, found, context, wordings):
            fix = Fix(_("Remove it"), found.start, found.end, "")
            rule = f"personal_data.{found.kind}"
            yield Finding(rule, Outcome.BLOCK, found.start, found.end, reasons[found.kind], fix)


def _is_signed(text: str, found: PersonalData, context: GuardContext, wordings: Mapping[int, Wording]) -> bool:
    """Return whether signed wording itself holds it: a hotline that somebody has approved."""
    words = text[found.start : found.end]
    return any(
        span.start <= found.start and found.end <= span.end and words in wordings[span.wording_id].text
        for span in context.spans
        if span.wording_id in wordings
    )
