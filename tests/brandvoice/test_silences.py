"""What is not discussed stops everybody who is not named, and offers the words that were signed instead."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from brandvoice.actions.positions import create_position
from brandvoice.actions.signing import withdraw_version
from brandvoice.guard import Alternative, GuardContext, Outcome, Span, check
from brandvoice.guard.silences import state_of_rules
from brandvoice.models import PositionVersion, Rule
from tests.cast import make_rule

LINE = "We do not comment on rumours about our staff."


@pytest.fixture
def context(northline, rail):
    return GuardContext(northline.pk, rail.pk, "email", "en", "public", purpose="inform")


@pytest.fixture
def silence(make_version):
    return make_version(text=LINE, sensitivity="silent", topic_words=("layoff", "Project Heron"))


def of_silence(text, context, **when):
    return [one for one in check(text, context, **when).findings if one.rule == "topic.silent"]


@pytest.mark.parametrize(
    ("text", "words"), [("No layoffs are planned.", "layoffs"), ("project heron!", "project heron")]
)
def test_its_words_stop_a_text_with_the_signed_line_in_their_place(context, silence, text, words):
    text = f"Hello. {text} Bye."

    (finding,) = of_silence(text, context)

    assert finding.outcome == Outcome.BLOCK
    assert text[finding.start : finding.end] == words
    assert (finding.signed_version, finding.version) == (silence.pk, silence.number)
    assert (finding.fix.text, finding.fix.wording_id) == (LINE, silence.wordings.get().pk)
    fixed = text[: finding.fix.start] + finding.fix.text + text[finding.fix.end :]
    assert fixed == f"Hello. {LINE} Bye."
    start = fixed.index(LINE)
    spans = (Span(finding.fix.wording_id, start, start + len(LINE)),)
    assert not check(fixed, replace(context, spans=spans)).stops


def test_without_words_of_its_own_it_goes_by_the_topic(context, make_version, lena, rail):
    position = create_position("Are you being sold?", by=lena, brand=rail, topic="Merger")
    make_version(text=LINE, position=position, sensitivity="silent")

    assert of_silence("The mergers come.", context)


def test_its_own_words_may_name_the_topic_and_others_may_not(context, make_version):
    line = "We do not comment on layoffs."
    silent = make_version(text=line, sensitivity="silent", topic_words=("layoff",)).wordings.get()
    other = make_version(text=line, edit_level="adapt").wordings.get()

    assert not of_silence(line, replace(context, spans=(Span(silent.pk, 0, len(line)),)))
    (finding,) = of_silence(line, replace(context, spans=(Span(other.pk, 0, len(line)),)))
    assert (finding.fix.start, finding.fix.end, finding.fix.wording_id) == (0, len(line), silent.pk)


def test_named_people_may_speak_of_it(context, make_version, agnes, lena):
    make_version(text=LINE, sensitivity="silent", topic_words=("layoff",), named_people=(lena.pk,))

    assert not of_silence("About the layoffs", replace(context, person_id=lena.pk))
    assert of_silence("About the layoffs", replace(context, person_id=agnes.pk))
    assert of_silence("About the layoffs", context)


def test_it_holds_while_it_is_signed_and_valid_and_for_its_brand(context, make_version, make_brand, amira):
    later = timezone.now() + timedelta(days=2)
    version = make_version(text=LINE, sensitivity="silent", topic_words=("layoff",), valid_until=later)
    other = make_brand("Ferry")

    assert of_silence("layoffs", context)
    assert not of_silence("layoffs", replace(context, brand_id=other.pk))
    assert not of_silence("layoffs", context, now=later)
    withdraw_version(version, by=amira, reason="It is out.")
    assert not of_silence("layoffs", context)


def test_open_positions_have_no_words_of_their_topic(make_version):
    assert make_version(topic_words=("layoff",)).topic_words == []


def test_asking_for_silences_too_takes_one_query(context, silence, django_assert_num_queries):
    check("Hello.", context)

    with django_assert_num_queries(1):
        check("Hello.", context)


# Whoever is stopped has something to say --------------------------------------------------------------

STOPPED = {
    "term.banned": ("That is cheap.", {"phrases": ["cheap"]}),
    "term.preferred": ("That is cheap.", {"phrases": ["cheap"], "replacement": "good value"}),
    "topic": ("About the strike.", {"phrases": ["strike"]}),
    "pattern": ("Project X9.", {"patterns": [r"x\d"]}),
    "claim.price": ("It costs 12 €.", {}),
    "claim.number": ("It is 20 %.", {}),
    "claim.date": ("It ends on 14 May.", {}),
    "claim.deadline": ("It comes within 24 hours.", {}),
    "claim.refund": ("We will refund you.", {}),
    "claim.promise": ("We promise it.", {}),
    "claim.guarantee": ("It works, guaranteed.", {}),
    "claim.legal": ("You are legally right.", {}),
    "claim.medical": ("It is for allergies.", {}),
    "personal_data.email": ("Write to ana@mail.example.", {}),
    "personal_data.phone": ("Call +49 30 901820.", {}),
    "personal_data.iban": ("DE89 3704 0044 0532 0130 00", {}),
    "personal_data.card": ("4111 1111 1111 1111", {}),
    "personal_data.password": ("Your password is hunter2.", {}),
    "personal_data.address": ("It went to 55 Baker Street, London.", {}),
    "personal_data.birth": ("We see date of birth 12.03.1980 here.", {}),
    "personal_data.name": ("The account of Ana Lovelace is open.", {}),
    "personal_data.ip": ("Your address is 203.0.113.77, right?", {}),
    "personal_data.reference": ("Your order 302-4471890-118 is here.", {}),
    "tone.shouting": ("PLEASE READ THE PAGE", {}),
    "tone.blame": ("You should have read the page.", {}),
    "tone.sarcasm": ("Good luck with that.", {}),
    "tone.rude": ("That is not our problem.", {}),
    "tone.slang": ("lol no", {}),
    "tone.reading_level": (
        " ".join(["Unfortunately notwithstanding circumstances administrative departments"] * 8),
        {},
    ),
    "repeated": ("We are sorry that your train did not come.", {}),
}


@pytest.mark.parametrize("kind", [name for name, _label in Rule._meta.get_field("kind").choices])
def test_a_stop_of_every_kind_offers_signed_words(context, northline, kind):
    text, parameters = STOPPED[kind]
    make_rule(northline, kind=kind, outcome="block", **parameters)
    asking = replace(context, posted_before=5, alternatives=lambda: (Alternative(7, "Signed."),))

    (finding,) = (one for one in check(text, asking).findings if one.rule == kind)

    (signed,) = (fix for fix in finding.fixes if fix.wording_id)
    assert (signed.text, signed.wording_id) == ("Signed.", 7)
    assert signed.start <= finding.start
    assert signed.end >= finding.end


def test_a_text_that_is_too_long_gives_way_to_signed_words_as_a_whole(context):
    asking = replace(context, network="sms", alternatives=lambda: (Alternative(7, "Signed."),))
    text = "Once upon a time. " * 200

    (finding,) = (one for one in check(text, asking).findings if one.rule == "limit.over")

    assert (finding.fix.start, finding.fix.end, finding.fix.text) == (0, len(text.rstrip()), "Signed.")


def test_an_unsigned_draft_gives_way_to_the_best_signed_words(context, make_version):
    version = make_version(text="Old.")
    wording = version.wordings.get()
    withdraw_version(version, by=version.signed_by, reason="Old.")
    asking = replace(context, spans=(Span(wording.pk, 0, 4),), alternatives=lambda: (Alternative(7, "Signed."),))

    (finding,) = check("Old.", asking).findings

    assert (finding.rule, finding.fix.text) == ("wording.withdrawn", "Signed.")


def test_the_statement_of_every_check_finds_what_the_model_says(make_version, northline, oscar):
    now = timezone.now()
    signed = [make_version(text=LINE, sensitivity="silent", topic_words=("layoff",)) for _ in range(18)]
    make_version(text=LINE)
    withdraw_version(signed.pop(), reason="no longer", by=signed[0].signed_by)
    # What signing does not allow is written past it: every combination of the three moments counts.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for number, version in enumerate(signed):
        begins = now + timedelta(hours=(-2, 1)[number // 9])
        ends = [None, begins + timedelta(hours=1), begins + timedelta(hours=3)]
        moments = {"valid_from": begins, "valid_until": ends[number % 3], "gives_way_at": ends[number // 3 % 3]}
        PositionVersion.objects.filter(pk=version.pk).update(**moments)

    for at in (now, now + timedelta(hours=1.5), now + timedelta(hours=3), now - timedelta(hours=3)):
        known = PositionVersion.objects.filter(organization=northline).live(at).silent().order_by("pk")
        assert state_of_rules(northline.pk, at) == (0, tuple(known.values_list("pk", flat=True)))
    assert state_of_rules(northline.pk, now)[1]
    assert state_of_rules(oscar.organization_id, now) == (0, ())
