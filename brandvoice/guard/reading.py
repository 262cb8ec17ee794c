"""One text as the checks read it: with its signed stretches, the rules that hold, and what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import re2
from django.utils.translation import gettext as _

from brandvoice.guard.lexicon import plain
from brandvoice.guard.rulebook import ActiveRule, Rules
from brandvoice.guard.silences import Silence
from brandvoice.guard.verdicts import STOPPING, Alternative, Finding, Fix, GuardContext
from brandvoice.languages import base_language
from brandvoice.models import EditLevel, Wording
from brandvoice.personal_data import without_links
from brandvoice.queries.wordings import usable_wordings
from brandvoice.rule_kinds import MANY
from brandvoice.spans import Span

_SENTENCE_END = re2.compile(r"[.!?…]+[\"'”’)\]]*(?:[\s\pZ]|$)|\n")


@dataclass(frozen=True, slots=True)
class Cited:
    """The wordings that a text names, and those of the same positions that may be used here and now."""

    wordings: Mapping[int, Wording]
    usable: tuple[Wording, ...]

    @classmethod
    def load(cls, context: GuardContext, now: datetime) -> "Cited":
        """Read them, in two indexed queries; in none where no signed words are named."""
        if not context.spans:
            return cls({}, ())
        ours = Wording.objects.filter(organization=context.organization_id).select_related("version__signed_by")
        wordings = ours.in_bulk({span.wording_id for span in context.spans})
        positions = {wording.version.position_id for wording in wordings.values()}
        usable = usable_wordings(
            context.organization_id,
            context.brand_id,
            context.network,
            "",
            now,
            region=context.region,
            audience=context.audience,
            product=context.product,
            person_id=context.person_id,
        )
        # This network's own words come after those for any.
        usable = (
            usable.filter(version__position__in=positions)
            .select_related("version")
            .order_by("channel_kind", "-variant", "pk")
        )
        return cls(wordings, tuple(usable))

    def is_usable(self, span: Span) -> bool:
        """Return whether the span names words that may be used."""
        return any(wording.pk == span.wording_id for wording in self.usable)


class Reading:
    """A text on its way out, and everything that a check may want to know."""

    def __init__(self, text: str, context: GuardContext, rules: Rules, cited: Cited, now: datetime) -> None:
        self.text, self.context, self.rules, self.cited, self.now = text, context, rules, cited, now

    @cached_property
    def plain(self) -> str:
        """Return the text without links, with one kind of space; every character in its place."""
        return plain(without_links(self.text))

    @cached_property
    def found(self) -> dict[ActiveRule, list[tuple[int, int]]]:
        """Return what words and patterns of the rules found."""
        return self.rules.find(self.plain)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Return where sentences begin and end."""
        return list(_split(self.text))

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Return signed words that are not in the text yet; asked for once, and only when something was found."""
        ask = self.context.alternatives
        said = {span.wording_id for span in self.context.spans}
        return tuple(words for words in (ask() if ask else ()) if words.wording_id not in said)

    def sentence_at(self, place: int) -> tuple[int, int]:
        """Return where the sentence around a character begins and ends."""
        return next(((start, end) for start, end in self.sentences if start <= place < end), (place, place))

    @cached_property
    def own(self) -> list[tuple[int, int]]:
        """Return where the organization's own words and patterns were found: what it says there goes before ours."""
        ours = [places for rule, places in self.found.items() if rule.kind in MANY or rule.silence]
        return [place for places in ours for place in places]

    def is_backed(self, start: int, end: int) -> bool:
        """Return whether these characters lie in signed words, or are judged with them.

        Words that may not be used, or not be changed, are judged as a whole; of words that may be adapted only
        those count that somebody signed.
        """
        for span in self.context.spans:
            if span.start <= start and end <= span.end:
                wording = self.cited.wordings.get(span.wording_id)
                if wording is None or not self.cited.is_usable(span):
                    return True
                return wording.version.edit_level != EditLevel.ADAPT or self.text[start:end] in wording.text
        return False

    def says(self, version_id: int, start: int, end: int) -> bool:
        """Return whether these characters lie in words of this version that may be used."""
        spans = [span for span in self.context.spans if span.start <= start and end <= span.end]
        return any(
            self.cited.is_usable(span) and self.cited.wordings[span.wording_id].version_id == version_id
            for span in spans
        )

    def holds(self, start: int, end: int) -> bool:
        """Return whether signed wording itself holds these characters: a hotline that somebody has approved."""
        words = self.text[start:end]
        return any(
            span.start <= start and end <= span.end and words in self.cited.wordings[span.wording_id].text
            for span in self.context.spans
            if span.wording_id in self.cited.wordings
        )

    def finding(self, rule: ActiveRule, start: int, end: int, reason: str, fix: Fix | None = None) -> Finding:
        """Return what a rule has to say; its own reason before ours."""
        words = rule.text("reason") or reason
        signed = rule.silence.version_id if rule.silence else None
        return Finding(rule.kind, rule.outcome, start, end, words, fix, rule.rule_id, rule.version, signed)

    def instead_of(self, start: int, end: int, words: Alternative | None = None) -> Fix | None:
        """Offer signed words, if none are given the best, in place of the sentences around these characters.

        Signed stretches beside them stay; one that they lie in goes as a whole.
        """
        words = words or next(iter(self.alternatives), None)
        if words is None:
            return None
        first, last = self.sentence_at(start)
        first, last = min(first, start), max(last, self.sentence_at(max(start, end - 1))[1], end)
        for span in self.context.spans:
            if span.end <= start:
                first = max(first, span.end)
            elif span.start >= end:
                last = min(last, span.start)
            else:
                first, last = min(first, span.start), max(last, span.end)
        kept = self.text[first:last]
        first += len(kept) - len(kept.lstrip())
        last -= len(kept) - len(kept.rstrip())
        return Fix(_("Say it in signed words"), first, max(first, last), words.text, words.wording_id)

    def holding_line(self, silence: Silence) -> Alternative | None:
        """Return the words in which something is not discussed, where they may be used here."""
        context = self.context
        usable = usable_wordings(
            context.organization_id,
            context.brand_id,
            context.network,
            context.language,
            self.now,
            region=context.region,
            audience=context.audience,
            product=context.product,
            person_id=context.person_id,
        ).filter(version=silence.version_id)
        spoken = base_language(context.language)
        ranked = sorted(usable, key=lambda one: (one.language != spoken, not one.channel_kind, one.variant))
        return Alternative(ranked[0].pk, ranked[0].text) if ranked else None

    def wants_alternative(self, rule: ActiveRule) -> bool:
        """Return whether signed words are worth looking up: while writing, or for a text that is stopped."""
        return self.context.composing or rule.outcome in STOPPING


def _split(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in re2.finditer(_SENTENCE_END, text):
        if match.end() > start:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)
