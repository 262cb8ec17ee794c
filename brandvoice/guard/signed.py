"""No unsigned words pass as signed, and signed words stay as they were signed."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import re2
from django.utils.translation import gettext as _

from brandvoice.guard.reading import Reading
from brandvoice.guard.verdicts import Finding, Fix, GuardContext
from brandvoice.languages import base_language
from brandvoice.models import EditLevel, PositionVersion, Status, Wording
from brandvoice.models.versions import Sensitivity
from brandvoice.rule_kinds import Outcome
from brandvoice.spans import Span, altered_outside_fill_ins, edit_distance

# Beyond this share of changed characters the words are no longer what somebody signed.
MOST_CHANGED = 0.5

_GAP = re2.compile(r"\{[^{}\n]{1,60}\}")


def check_signed(reading: Reading) -> Iterator[Finding]:
    """Judge every stretch that came from signed wording."""
    cited = reading.cited
    # The last of a position and language is this network's own.
    current = {(wording.version.position_id, wording.language): wording for wording in cited.usable}
    for span in reading.context.spans:
        wording = cited.wordings.get(span.wording_id)
        if wording is None or not cited.is_usable(span):
            yield _unusable(reading, span, wording, current)
        else:
            yield from _check_faithful(reading.text, span, wording)
            yield from _check_language(span, wording, reading.context)


def check_gaps(reading: Reading) -> Iterator[Finding]:
    """Stop a gap that nobody filled."""
    for gap in re2.finditer(_GAP, reading.text):
        if not gap.group()[1].isalpha():
            continue
        reason = _("“%(gap)s” still has to be filled in.") % {"gap": gap.group()}
        yield Finding("fill_in", Outcome.BLOCK, gap.start(), gap.end(), reason)


def _unusable(
    reading: Reading, span: Span, wording: Wording | None, current: Mapping[tuple[int, str], Wording]
) -> Finding:
    rule, reason, instead = "wording.unknown", _("These words were never signed."), None
    if wording is not None:
        rule, reason = _why_unusable(wording, reading.context, reading.now)
        instead = current.get((wording.version.position_id, wording.language))
    fix = None
    if instead is not None:
        fix = Fix(_("Use the current wording"), span.start, span.end, instead.text, instead.pk)
    elif reading.alternatives:
        best = reading.alternatives[0]
        fix = Fix(_("Say it in signed words"), span.start, span.end, best.text, best.wording_id)
    return Finding(rule, Outcome.BLOCK, span.start, span.end, reason, fix)


def _why_unusable(wording: Wording, context: GuardContext, now: datetime) -> tuple[str, str]:
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
    if version.gives_way_at and version.gives_way_at <= now:
        return "wording.superseded", reasons[Status.SUPERSEDED]
    if version.valid_until and version.valid_until <= now:
        return "wording.expired", reasons[Status.EXPIRED]
    if version.valid_from and version.valid_from > now:
        return "wording.not_yet_valid", _("These words are not valid yet.")
    return _whose(version, context)


def _whose(version: PositionVersion, context: GuardContext) -> tuple[str, str]:
    """Say for whom else the words are: for other customers, other people, or another place."""
    limits = (
        ("region", version.regions, context.region, _("These words are for customers in %(only)s.")),
        ("audience", version.audiences, context.audience, _("These words are for this audience: %(only)s.")),
        ("product", version.products, context.product, _("These words are about this product: %(only)s.")),
    )
    for name, only, known, reason in limits:
        if only and known.strip().lower() not in only:
            unknown = "" if known else " " + _("Say under “Customer” what this one is.")
            return f"wording.{name}", reason % {"only": ", ".join(only)} + unknown
    if version.sensitivity == Sensitivity.NAMED:
        return "wording.person", _("These words are for named people or another place.")
    return "wording.out_of_scope", _("These words were signed for another brand or kind of channel.")


def _check_faithful(text: str, span: Span, wording: Wording) -> Iterator[Finding]:
    here = span.cut(text)
    if here == wording.text:
        return
    fix = Fix(_("Restore the signed words"), span.start, span.end, wording.text, wording.pk)
    level = wording.version.edit_level
    if level == EditLevel.VERBATIM:
        reason = _("These words may only be used as they were signed.")
        yield Finding("wording.changed", Outcome.BLOCK, span.start, span.end, reason, fix)
    elif level == EditLevel.FILL_INS:
        reason = _("Only the gaps of these words may be filled in; the rest stays as it was signed.")
        for start, end in altered_outside_fill_ins(wording.text, here):
            yield Finding("wording.changed", Outcome.BLOCK, span.start + start, span.start + end, reason, fix)
    elif edit_distance(wording.text, here) > MOST_CHANGED * len(wording.text):
        reason = _("Little is left here of what was signed.")
        yield Finding("wording.changed", Outcome.WARN, span.start, span.end, reason, fix)


def _check_language(span: Span, wording: Wording, context: GuardContext) -> Iterator[Finding]:
    if context.language and base_language(wording.language) != base_language(context.language):
        reason = _("The customer writes in another language.")
        yield Finding("wording.language", Outcome.WARN, span.start, span.end, reason)
