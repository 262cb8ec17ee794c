"""The guard finds what must not go out, says why, and offers a way out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.actions.content import NewFillIn
from brandvoice.actions.positions import withdraw_version
from brandvoice.guard import GuardContext, Outcome, Span, check
from tests.cast import make_rule

TEXT = "You get the whole fare back within 7 days."


@pytest.fixture
def context(northline, rail):
    return GuardContext(northline.pk, rail.pk, "bluesky", "en", "public", purpose="inform")


@pytest.fixture
def ban(northline):
    return lambda *phrases, **fields: make_rule(northline, *phrases, **fields)


def applied(text, finding):
    fix = finding.fix
    return text[: fix.start] + fix.text + text[fix.end :]


def cite(context, version, *, start=0, length=42):
    return replace(context, spans=(Span(version.wordings.get().pk, start, start + length),))


def test_a_harmless_text_passes_with_two_queries_at_most(context, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        verdict = check("Sorry to hear that. Which train was it?", context)

    assert (verdict.outcome, verdict.findings) == (Outcome.OK, ())


def test_signed_words_pass(context, make_version):
    assert check(TEXT, cite(context, make_version())).outcome == Outcome.OK


def test_superseded_words_are_stopped_and_the_current_ones_offered(context, make_version):
    old = make_version()
    make_version(position=old.position, text="You get 110 % back.")

    (finding,) = check(f"Hi! {TEXT}", cite(context, old, start=4)).findings

    assert (finding.rule, finding.outcome) == ("wording.superseded", Outcome.BLOCK)
    assert applied(f"Hi! {TEXT}", finding) == "Hi! You get 110 % back."


def test_withdrawn_words_are_stopped_without_a_fix_when_nothing_replaces_them(context, make_version, amira):
    version = withdraw_version(make_version(), by=amira, reason="Wrong.")

    (finding,) = check(TEXT, cite(context, version)).findings

    assert (finding.rule, finding.outcome, finding.fix) == ("wording.withdrawn", Outcome.BLOCK, None)
    assert "withdrawn" in finding.reason


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        ({"until": "draft"}, "wording.draft"),
        ({"until": "in_review"}, "wording.in_review"),
        ({"channel_kinds": ("email",)}, "wording.out_of_scope"),
        ({"valid_from": timezone.now() + timedelta(days=1)}, "wording.not_yet_valid"),
    ],
)
def test_the_reason_is_named(context, make_version, made, rule):
    (finding,) = check(TEXT, cite(context, make_version(**made))).findings

    assert (finding.rule, finding.outcome) == (rule, Outcome.BLOCK)


def test_words_that_expired_a_second_ago_are_stopped(context, make_version):
    version = make_version(valid_until=timezone.now() + timedelta(hours=1))

    verdict = check(TEXT, cite(context, version), now=timezone.now() + timedelta(hours=1, seconds=1))

    assert [finding.rule for finding in verdict.findings] == ["wording.expired"]


def test_another_organizations_words_are_unknown(context, make_version, oscar):
    foreign = replace(cite(context, make_version()), organization_id=oscar.organization_id)

    assert [finding.rule for finding in check(TEXT, foreign).findings] == ["wording.unknown"]


def test_words_signed_word_for_word_may_not_be_changed(context, make_version):
    version = make_version(edit_level="verbatim")
    changed = TEXT.replace("7", "5")

    (finding,) = check(changed, cite(context, version)).findings

    assert (finding.rule, finding.outcome) == ("wording.changed", Outcome.BLOCK)
    assert applied(changed, finding) == TEXT


def test_words_that_have_little_in_common_with_what_was_signed_are_pointed_out(context, make_version):
    version = make_version(edit_level="adapt")

    assert check(TEXT.replace("whole ", ""), cite(context, version, length=36)).outcome == Outcome.OK
    verdict = check("No money, ever. Walk away and be sad about it.", cite(context, version))
    assert (verdict.outcome, verdict.findings[0].rule) == (Outcome.WARN, "wording.changed")


def test_words_with_gaps_may_be_filled_in_and_not_be_changed(context, make_version):
    gaps = (NewFillIn("order_number"),)
    version = make_version(text="Your order {order_number} leaves within 3 days.", fill_ins=gaps)
    filled, changed = "Your order A-17 leaves within 3 days.", "Your order A-17 leaves within 2 days."

    assert check(filled, cite(context, version, length=len(filled))).outcome == Outcome.OK
    (finding,) = check(changed, cite(context, version, length=len(changed))).findings

    assert (finding.rule, finding.outcome) == ("wording.changed", Outcome.BLOCK)
    assert changed[finding.start : finding.end] == "2"
    assert applied(changed, finding) == "Your order {order_number} leaves within 3 days."


def test_a_gap_that_nobody_filled_stops_the_text(context):
    (finding,) = check("Dear {name}, we are on it.", context).findings

    assert (finding.rule, finding.outcome, finding.start, finding.end) == ("fill_in", Outcome.BLOCK, 5, 11)
    assert check("Use {} or {1}.", context).outcome == Outcome.OK


def test_words_in_another_language_are_pointed_out(context, make_version):
    verdict = check(TEXT, replace(cite(context, make_version()), language="de"))

    assert [(finding.rule, finding.outcome) for finding in verdict.findings] == [("wording.language", Outcome.WARN)]


def test_a_banned_term_is_stopped_with_what_to_say_instead(context, ban):
    ban("cheap", replacement="good value", reason="We never say cheap.")
    text = "Cheap tickets!"

    (finding,) = check(text, context).findings

    assert (finding.rule, finding.outcome, finding.reason) == ("term.banned", Outcome.BLOCK, "We never say cheap.")
    assert applied(text, finding) == "Good value tickets!"


def test_a_term_that_has_a_better_one_is_advice(context, ban):
    ban("utilize", kind="term.preferred", replacement="use", language="en")

    verdict = check("Please utilize the app.", context)

    assert (verdict.outcome, verdict.findings[0].fix.text) == (Outcome.WARN, "use")


def test_terms_of_other_brands_languages_and_inactive_ones_are_silent(context, ban, make_brand, oscar):
    ban("cheap", brand=make_brand("Northline Bus"))
    ban("cheap", language="de")
    ban("cheap", active=False)
    make_rule(oscar.organization, "cheap")

    assert check("Cheap tickets!", context).outcome == Outcome.OK


def test_a_text_over_the_networks_limit_is_stopped_where_the_room_ends(context):
    (finding,) = check("a" * 310, context).findings

    assert (finding.rule, finding.outcome, finding.start, finding.end) == ("limit.over", Outcome.BLOCK, 300, 310)
    assert finding.reason == "10 characters too long: 310 of 300."
    assert check("a" * 310, replace(context, network="email")).outcome == Outcome.OK


def test_personal_data_is_stopped_in_public_and_let_through_in_direct_messages(context):
    text = "We wrote to ana@mail.example.com."

    (finding,) = check(text, context).findings

    assert (finding.rule, finding.outcome) == ("personal_data.email", Outcome.BLOCK)
    assert applied(text, finding) == "We wrote to ."
    assert check(text, replace(context, visibility="comment")).outcome == Outcome.BLOCK
    assert check(text, replace(context, visibility="direct")).outcome == Outcome.OK


def test_a_hotline_that_somebody_signed_is_not_personal_data(context, make_version):
    text = "Call us on +49 30 901820."
    version = make_version(text=text)

    assert check(text, cite(context, version, length=len(text))).outcome == Outcome.OK
    assert check(text, context).outcome == Outcome.BLOCK


def test_the_strictest_finding_decides_and_comes_first(context, ban):
    ban("utilize", kind="term.preferred", replacement="use")
    ban("guarantee")

    verdict = check("Please utilize it, we guarantee it.", context)

    assert verdict.outcome == Outcome.BLOCK
    assert [finding.outcome for finding in verdict.findings] == [Outcome.BLOCK, Outcome.WARN]
