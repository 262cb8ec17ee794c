"""What speaks against a text beside its words: its length, its purpose, and that it has been posted before."""

from collections.abc import Iterator
from hashlib import blake2b

import re2
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandvoice import limits, threads
from brandvoice.guard.reading import Reading
from brandvoice.guard.verdicts import DIRECT, Finding, Fix
from brandvoice.personal_data import without_links
from brandvoice.rule_kinds import Outcome

# So often the same words may be posted before somebody should say it another way.
TIMES = 3
# Shorter texts, such as "Thank you!", are nobody's form letter.
FEWEST_LETTERS = 40

_MENTION = re2.compile(r"@[\pL\d_.\-]+(?:@[\pL\d.\-]+)?")
_GREETING = re2.compile(
    r"(?i)^[\s\pZ\pP]*(?:hi|hello|hey|dear|hallo|guten (?:tag|morgen)|hola|lieber?|estimad[oa])"
    r"(?: \pL+){0,3}[\s\pZ]*[,!.:–-]"
)
_NOT_LETTERS = re2.compile(r"[^\pL\pM]+")


def fingerprint(text: str) -> int | None:
    """Return a number that near-identical texts share, or None for a text that is too short to be a form letter.

    Left out are what differs between two uses of one text: names in the greeting, mentions, links, numbers,
    punctuation, emoji and case.
    """
    said = re2.sub(_GREETING, "", re2.sub(_MENTION, " ", without_links(text)))
    letters = re2.sub(_NOT_LETTERS, "", said.casefold())
    if len(letters) < FEWEST_LETTERS:
        return None
    return int.from_bytes(blake2b(letters.encode(), digest_size=8).digest(), "big", signed=True)


def check_limit(reading: Reading) -> Iterator[Finding]:
    """Stop what the network does not take, not as one post and not as a thread."""
    text, network = reading.text, reading.context.network
    count = limits.count(text, network)
    in_turn = count.over and reading.context.threads
    posts = threads.posts_of(text, network, reading.context.visibility) if in_turn else [text]
    if len(posts) > threads.MOST_POSTS:
        reason = _("That would be %(posts)d posts; at most %(most)d are sent in a row.")
        start = text.find(posts[threads.MOST_POSTS])
        words = reason % {"posts": len(posts), "most": threads.MOST_POSTS}
        yield Finding("limit.over", Outcome.BLOCK, max(start, 0), len(text), words)
    elif count.over and len(posts) == 1:
        reason = _("%(over)d %(unit)s too long: %(used)d of %(limit)d.") % {
            "over": count.over,
            "unit": count.unit,
            "used": count.used,
            "limit": count.limit,
        }
        start = limits.fitting_length(text, network)
        yield Finding("limit.over", Outcome.BLOCK, start, len(text), reason)


def check_window(reading: Reading) -> Iterator[Finding]:
    """Stop what comes after the network's time for replies."""
    ends = reading.context.window_ends
    if ends and ends <= reading.now:
        reason = _("The time in which this network takes replies is over.")
        yield Finding("window.closed", Outcome.BLOCK, 0, 0, reason)


def check_purpose(reading: Reading) -> Iterator[Finding]:
    """Stop what is sent without a purpose."""
    if not reading.context.purpose:
        allowed = ", ".join(reading.context.purposes)
        reason = _("Say why you write: %(purposes)s.") % {"purposes": allowed} if allowed else _("Say why you write.")
        yield Finding("purpose", Outcome.BLOCK, 0, 0, reason)


def check_repeated(reading: Reading) -> Iterator[Finding]:
    """Point out a form letter in public; where signed words have a variant, offer it."""
    rule, times = reading.rules.single.get("repeated"), reading.context.posted_before
    if rule is None or reading.context.visibility == DIRECT or times < rule.number("times", TIMES):
        return
    reason = ngettext(
        "The same words were posted here %d time in the last month; networks take that for a robot.",
        "The same words were posted here %d times in the last month; networks take that for a robot.",
        times,
    )
    yield reading.finding(rule, 0, len(reading.text), reason % times, _variant(reading))


def _variant(reading: Reading) -> Fix | None:
    """Return another wording of the same version and language for the first signed stretch that has one."""
    said = {span.wording_id for span in reading.context.spans}
    for span in reading.context.spans:
        wording = reading.cited.wordings.get(span.wording_id)
        same = (wording.version_id, wording.language, wording.channel_kind) if wording else None
        for other in reading.cited.usable:
            if other.pk not in said and (other.version_id, other.language, other.channel_kind) == same:
                return Fix(_("Use another variant"), span.start, span.end, other.text, other.pk)
    return None
