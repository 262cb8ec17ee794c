"""Whatever people write, the guard answers, points into the text, and its fixes make nothing worse."""

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandvoice import limits
from brandvoice.guard import GuardContext, Outcome, check
from brandvoice.guard.verdicts import STRICTNESS
from tests.cast import make_rule

PIECES = (
    "We will refund 12.50 € within 3 days. ",
    "PLEASE READ THIS!!! ",
    "ana@mail.example ",
    "+49 30 901820 ",
    "4111 1111 1111 1111 ",
    "DE89 3704 0044 0532 0130 00 ",
    "utilize ",
    "cheap",
    "{name} ",
    "It's guaranteed, legally. ",
    "order 302-4471890-118 ",
    "Mrs Ana Lovelace ",
    "🙄",
    "́",
    "\n",
    "’s ",
    "55 Baker Street ",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12).map("".join)
NETWORKS = st.sampled_from(["x", "bluesky", "mastodon", "sms", "instagram", "email"])
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def context(northline, rail):
    make_rule(northline, "cheap", replacement="good value")
    make_rule(northline, "utilize", kind="term.preferred", replacement="use")
    return GuardContext(northline.pk, rail.pk, "email", "en", "public", purpose="inform")


@FEW
@given(TEXTS | st.text(st.characters(), max_size=80), st.sampled_from(["en", "de", "es", "", "ar"]), NETWORKS)
def test_every_text_is_judged_and_findings_lie_within_it(context, text, language, network):
    verdict = check(text, replace(context, language=language, network=network))

    assert verdict.outcome == max((one.outcome for one in verdict.findings), key=STRICTNESS.get, default=Outcome.OK)
    for finding in verdict.findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        if finding.fix:
            assert 0 <= finding.fix.start <= finding.fix.end <= len(text)


@FEW
@given(TEXTS)
def test_a_fix_never_makes_its_own_rule_worse(context, text):
    for finding in check(text, context).findings:
        if finding.fix:
            fixed = text[: finding.fix.start] + finding.fix.text + text[finding.fix.end :]
            again = [STRICTNESS[one.outcome] for one in check(fixed, context).findings if one.rule == finding.rule]
            assert max(again, default=0) <= STRICTNESS[finding.outcome]


@FEW
@given(TEXTS, NETWORKS)
def test_the_guard_stops_at_the_limit_and_only_there(context, text, network):
    over = limits.count(text, network).over
    findings = [one for one in check(text, replace(context, network=network)).findings if one.rule == "limit.over"]

    assert bool(findings) == bool(over)
    for finding in findings:
        assert not limits.count(text[: finding.start], network).over


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a@",
        "DE89 ",
        "a",
        "A ",
        "+1(",
        "é\u0301",
        "4111 1111 ",
        "will be ",
        "we ",
        "{",
        "!",
        "12 € ",
        "cheap ",
        ". ",
    ],
)
def test_hostile_text_is_judged_in_a_moment(context, piece):
    hostile = piece * (10_000 // len(piece))
    check("warm", context)
    started = time.monotonic()
    verdict = check(hostile, context)

    assert time.monotonic() - started < 2
    assert len(verdict.findings) <= 100
