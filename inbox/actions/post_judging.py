"""Judges a planned post channel by channel: its words, its files and what is said of them, as they would go out now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from brandvoice import guard, limits
from inbox.actions import post_steps
from inbox.actions.post_spans import cited, cited_in, rows_of
from inbox.actions.sending_files import FilesNotTaken, refusal_of_files
from inbox.connectors.file_rules import POST, Described, rules_for
from inbox.connectors.registry import NETWORKS
from inbox.models import Channel, Post, PostSpan, PostVariant
from inbox.queries.incidents import Situation
from inbox.queries.threads import Part, parts_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What stands against a post on one channel; `problem` is what the guard does not know of, in words for people."""

    variant: PostVariant
    verdict: guard.Verdict
    count: limits.Count
    problem: str
    # What it says, cut at its signed stretches.
    parts: tuple[Part, ...]

    @property
    def signatures(self) -> tuple[str, ...]:
        """Return who has signed words of it, each version once."""
        return tuple(dict.fromkeys(part.signed for part in self.parts if part.signed))

    @property
    def blocks(self) -> bool:
        """Return whether it can't go out, whoever approves it."""
        return bool(self.problem) or self.verdict.outcome == guard.Outcome.BLOCK


def can_publish(channel: Channel) -> bool:
    """Return whether posts can be put on this channel, by a connector of ours or by its program."""
    known = NETWORKS.get(channel.network)
    able = channel.publishes if channel.external else known is not None and known.publishes
    return channel.active and able


def judge_post(
    post: Post, variants: Sequence[PostVariant], files: Sequence[Described], spans: Sequence[guard.Span] = ()
) -> list[Judgement]:
    """Judge a post on each of its channels, which are loaded with their brands; the post need not be stored.

    `spans` are the signed stretches of what all channels say.
    """
    situation = Situation.load([post.organization_id], [])
    rows = rows_of(post, spans, cited_in(post.organization_id, spans))
    with guard.judging_together():
        return [_judge(variant, files, [] if variant.text else rows, situation) for variant in variants]


def _judge(
    variant: PostVariant, files: Sequence[Described], spans: Sequence[PostSpan], situation: Situation
) -> Judgement:
    network = variant.channel.network
    context = post_steps.context_at(variant, [file.alt for file in files], cited(spans), situation)
    verdict = guard.check(variant.words, context)
    refusal = refusal_of_files(
        files, variant.words, rules_for(network, POST, "", external=variant.channel.external), context
    )
    count = limits.count(variant.words, network)
    parts = parts_of(variant.words, spans)
    return Judgement(variant, verdict, count, _problem(variant, files, refusal), parts)


def _problem(variant: PostVariant, files: Sequence[Described], refusal: FilesNotTaken | None) -> str:
    if not can_publish(variant.channel):
        return _("Posts can't be published on this channel.")
    if not variant.words.strip() and not files:
        return _("There is nothing to say yet.")
    return str(refusal) if refusal else ""


def reasons_of(judgement: Judgement) -> list[str]:
    """Return what stops a post on one channel, in words for people."""
    stops = [finding.reason for finding in judgement.verdict.findings if finding.outcome in guard.STOPPING]
    return [*([judgement.problem] if judgement.problem else []), *stops]
