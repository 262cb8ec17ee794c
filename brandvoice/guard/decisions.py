"""Keeps what the guard said when somebody wanted a text out."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils import timezone

from accounts.models import ApiKey, User
from brandvoice.guard.verdicts import Finding, Verdict
from brandvoice.models import GuardDecision

Door = GuardDecision.Door


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and what the guard said of it; `by` is None where nobody asked but time."""

    organization_id: int
    text: str
    verdict: Verdict
    by: User | ApiKey | None = None


def record_decisions(judged: Sequence[Judged], door: Door) -> list[GuardDecision]:
    """Write the decisions in one statement, inside the caller's transaction, and return them in order."""
    now = timezone.now()
    return GuardDecision.objects.bulk_create(
        GuardDecision(
            organization_id=one.organization_id,
            outcome=one.verdict.outcome,
            door=door,
            text_sha256=sha256(one.text.encode("utf-8", "replace")).digest(),
            findings=[_kept(finding) for finding in one.verdict.findings],
            revision=one.verdict.revision,
            versions=list(one.verdict.relied_on),
            by=one.by if isinstance(one.by, User) else None,
            key=one.by if isinstance(one.by, ApiKey) else None,
            created_at=now,
        )
        for one in judged
    )


def _kept(finding: Finding) -> dict[str, str | int | None]:
    """Return what proves a finding; its words can be told from the rule's version, and the text is nobody's twice."""
    kept: dict[str, str | int | None] = {
        "rule": finding.rule,
        "outcome": finding.outcome.value,
        "start": finding.start,
        "end": finding.end,
        "rule_id": finding.rule_id,
        "version": finding.version,
    }
    return kept | ({"signed_version": finding.signed_version} if finding.signed_version else {})
