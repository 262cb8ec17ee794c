"""What may be said while an incident is going on: nothing, only signed holding words, or what somebody approves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from brandvoice.guard.reading import Reading
from brandvoice.guard.verdicts import Finding, Fix, Freeze, Stance
from brandvoice.rule_kinds import Outcome

# Rules of incidents begin with this and end with the incident's id: an approval covers one incident, not the next.
INCIDENT = "incident."


def check_incidents(reading: Reading) -> Iterator[Finding]:
    """Judge the text by each incident that touches it; a drill says what would be stopped, and stops nothing."""
    for freeze in reading.context.freezes:
        for rule, outcome, reason in _judge(reading, freeze):
            said = _("Drill: %(reason)s") % {"reason": reason} if freeze.drill else reason
            here = Outcome.WARN if freeze.drill else outcome
            fix = _holding_fix(reading, freeze) if rule == "holding" else None
            yield Finding(f"{INCIDENT}{rule}.{freeze.incident_id}", here, 0, 0, said, fix)


def check_changes(reading: Reading) -> Iterator[Finding]:
    """Stop whoever has yet to read what the company says now; asked only where the organization wants that."""
    for question in reading.context.changed:
        reason = _("“%(question)s” is answered otherwise now: read the briefing first.") % {"question": question}
        yield Finding("briefing.unread", Outcome.BLOCK, 0, 0, reason)


def _judge(reading: Reading, freeze: Freeze) -> Iterator[tuple[str, Outcome, str]]:
    name = {"name": freeze.name}
    if freeze.unread:
        yield "unread", Outcome.BLOCK, _("Read the briefing about “%(name)s” and acknowledge it first.") % name
    if freeze.stance == Stance.FROZEN:
        yield "frozen", Outcome.BLOCK, _("“%(name)s”: nothing goes out about this for now.") % name
    elif freeze.stance == Stance.APPROVAL:
        yield "approval", Outcome.NEEDS_APPROVAL, _("“%(name)s”: what is said about this needs approval.") % name
    elif freeze.stance == Stance.HOLDING and not _is_holding_statement(reading, freeze.holding):
        reason = _("“%(name)s”: only the holding statement goes out without approval.") % name
        yield "holding", Outcome.NEEDS_APPROVAL, reason


def _holding_fix(reading: Reading, freeze: Freeze) -> Fix | None:
    words = freeze.offer() if freeze.offer else None
    if words is None:
        return None
    return Fix(_("Say the holding statement"), 0, len(reading.text), words.text, words.wording_id)


def _is_holding_statement(reading: Reading, holding: frozenset[int]) -> bool:
    """Return whether all that the text says stands in words of the holding statement."""
    place = 0
    for span in sorted(reading.context.spans, key=lambda span: span.start):
        if span.wording_id not in holding or reading.text[place : span.start].strip():
            return False
        place = span.end
    return place > 0 and not reading.text[place:].strip()
