"""What a customer could hold the brand to is said in signed words, or somebody looks at it first."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from brandvoice.guard.reading import Reading
from brandvoice.guard.rulebook import ActiveRule
from brandvoice.guard.verdicts import STRICTNESS, Finding

# A question promises nothing; but what it says of law or health is said.
EVEN_ASKED = frozenset({"claim.legal", "claim.medical"})
# Plain text has blanks where a link was.
_LINK_LONG = " " * 8

_REASONS: dict[str, str | Promise] = {
    "claim.price": gettext_lazy("A price that nobody signed."),
    "claim.number": gettext_lazy("A figure that nobody signed."),
    "claim.date": gettext_lazy("A date that nobody signed."),
    "claim.deadline": gettext_lazy("A deadline that nobody signed."),
    "claim.refund": gettext_lazy("Money back, and nobody signed it."),
    "claim.promise": gettext_lazy("A promise that nobody signed."),
    "claim.guarantee": gettext_lazy("A guarantee that nobody signed."),
    "claim.legal": gettext_lazy("A word about the law that nobody signed."),
    "claim.medical": gettext_lazy("A word about health that nobody signed."),
}


def check_claims(reading: Reading) -> Iterator[Finding]:
    """Point out claims outside of signed stretches, each stretch once, by its strictest rule."""
    found = [
        (rule, start, end)
        for rule, places in reading.found.items()
        if rule.kind in _REASONS
        for start, end in places
        if not reading.is_backed(start, end) and _is_said(reading, rule, start)
    ]
    found.sort(key=_first)
    taken = list(reading.own)
    for rule, start, end in found:
        if not any(start < other_end and other_start < end for other_start, other_end in taken):
            taken.append((start, end))
            # An edit inside of signed words is restored by its own finding.
            edited = any(span.start < end and start < span.end for span in reading.context.spans)
            instead = reading.instead_of(start, end) if reading.wants_alternative(rule) and not edited else None
            yield reading.finding(rule, start, end, str(_REASONS[rule.kind]), instead)


def _first(claim: tuple[ActiveRule, int, int]) -> tuple[int, bool, int, int]:
    """Order claims by how strict they are; what is promised says more than that something is, and more words more."""
    rule, start, end = claim
    return -STRICTNESS[rule.outcome], rule.kind == "claim.promise", start - end, start


def _is_said(reading: Reading, rule: ActiveRule, place: int) -> bool:
    """Return whether the sentence says it rather than asks; what is asked behind a link is another sentence."""
    start, end = reading.sentence_at(place)
    asks = reading.text[start:end].rstrip(" \n\"'”’)").endswith("?")
    return rule.kind in EVEN_ASKED or not asks or _LINK_LONG in reading.plain[place:end]
