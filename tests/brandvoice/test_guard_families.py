"""What the built-in rules find without anybody having written a rule, and what they let pass."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.actions.content import NewWording
from brandvoice.guard import Alternative, GuardContext, Outcome, Span, check, fingerprint
from tests.cast import make_rule

WARN, APPROVE, BLOCK = Outcome.WARN, Outcome.NEEDS_APPROVAL, Outcome.BLOCK


@pytest.fixture
def context(northline, rail):
    return GuardContext(northline.pk, rail.pk, "email", "en", "public", purpose="inform")


def found(text, context):
    return [(finding.rule, text[finding.start : finding.end]) for finding in check(text, context).findings]


@pytest.mark.parametrize(
    ("language", "text", "rule", "words"),
    [
        ("en", "That is 12.50 € each.", "claim.price", "12.50 €"),
        ("en", "You can keep it free of charge.", "claim.price", "free of charge"),
        ("en", "More than 4,000 people use it.", "claim.number", "More than 4,000 people"),
        ("en", "The sale ends on 14 May.", "claim.date", "14 May"),
        ("en", "You hear from us within 24 hours.", "claim.deadline", "within 24 hours"),
        ("en", "We will refund you.", "claim.refund", "We will refund you"),
        ("en", "Unfortunately we cannot compensate for it.", "claim.refund", "we cannot compensate for it"),
        ("en", "It comes within the hour.", "claim.deadline", "within the hour"),
        ("en", "Expect an answer no later than Friday.", "claim.deadline", "no later than Friday"),
        ("en", "Takes twenty-four to seventy hours.", "claim.deadline", "Takes twenty-four to seventy hours"),
        ("en", "We are here 8:00 am-9:00 pm ET.", "claim.date", "8:00 am-9:00 pm ET"),
        ("en", "Watch on up to four screens.", "claim.number", "up to four screens"),
        ("en", "Each booking comes with two free bags.", "claim.price", "two free bags"),
        ("en", "We'll take a look and get back to you.", "claim.promise", "We'll take a look and get back to you"),
        ("en", "This won't affect your data.", "claim.promise", "This won't affect your data"),
        ("en", "Ours is a 30-day window: https://shop.example/a Shall we start?", "claim.deadline", "30-day window"),
        ("en", "Our team will call you back.", "claim.promise", "Our team will call you back"),
        ("en", "It works, guaranteed.", "claim.guarantee", "guaranteed"),
        ("en", "You are legally entitled to it.", "claim.legal", "legally"),
        ("en", "Is it safe for my allergies?", "claim.medical", "allergies"),
        ("de", "Das kostet 12,50 Euro.", "claim.price", "12,50 Euro"),
        ("de", "Die Lieferung kommt innerhalb von 3 Werktagen.", "claim.deadline", "innerhalb von 3 Werktagen"),
        ("de", "Das ist garantiert.", "claim.guarantee", "garantiert"),
        ("es", "Le devolveremos su dinero.", "claim.refund", "Le devolveremos su dinero"),
        ("de", "Ein Kollege ruft Sie zurück.", "claim.promise", "Ein Kollege ruft Sie zurück"),
        ("de", "Die Gebühr entfällt.", "claim.refund", "Gebühr entfällt"),
        ("de", "Sie hören nächste Woche von uns.", "claim.deadline", "nächste Woche"),
        ("es", "El fallo quedará resuelto.", "claim.promise", "quedará resuelto"),
        ("es", "No podemos reembolsar los gastos.", "claim.refund", "No podemos reembolsar los gastos"),
        ("es", "Abrimos de lunes a viernes.", "claim.date", "de lunes a viernes"),
        ("es", "Llega en 3 días hábiles.", "claim.deadline", "en 3 días hábiles"),
        ("ar", "٪ 20 %", "claim.number", "20 %"),
    ],
)
def test_what_a_customer_could_hold_the_brand_to_is_pointed_out(context, language, text, rule, words):
    assert (rule, words) in found(text, replace(context, language=language))


@pytest.mark.parametrize(
    "text",
    [
        "Would you like your money back?",
        "We will look into it and help you.",
        "Please send us an email and we will assist as soon as possible.",
        "Try step 3 on this page: https://shop.example/2026-11-24/99.99",
        "Sorry to hear that. Which train was it?",
        "Version 13.1 shows a button on the left.",
        "Hopefully we'll have it available again soon.",
        "Please hold the button for 30 seconds and try again in a few minutes.",
        "This page says when the game will be available.",
        "Feel free to write to us; we'll be just a message away.",
    ],
)
def test_what_promises_nothing_passes(context, text):
    assert found(text, context) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Wir schauen uns das gerne an und helfen Ihnen weiter."),
        ("de", "Den Antrag finden Sie auf unserer Seite unter „Erstattung“."),
        ("de", "Hoffentlich geht es bald weiter."),
        ("es", "Lo revisaremos y le ayudaremos con mucho gusto."),
        ("es", "El formulario de reembolso está en nuestra página."),
        ("es", "¿Ya le han devuelto el dinero?"),
    ],
)
def test_what_promises_nothing_passes_in_other_languages_too(context, language, text):
    assert found(text, replace(context, language=language)) == []


def test_what_somebody_signed_is_no_claim(context, make_version):
    text = "You get 50 € within 7 days."
    wording = make_version(text=text, edit_level="adapt").wordings.get()
    cited = replace(context, spans=(Span(wording.pk, 0, len(text)),))

    assert check(text, cited).outcome == Outcome.OK
    assert ("claim.price", "90 €") in found(text.replace("50", "90"), cited)


def test_signed_words_are_offered_in_place_of_the_sentence_while_writing(context):
    asked = []

    def alternatives():
        asked.append(True)
        return (Alternative(7, "You get half the fare back."),)

    text = "Sorry! You get 12 € back, and 3 % more. Bye."
    writing = replace(context, alternatives=alternatives, composing=True)

    fixes = {finding.fix for finding in check(text, writing).findings}

    (fix,) = fixes
    assert text[: fix.start] + fix.text + text[fix.end :] == "Sorry! You get half the fare back. Bye."
    assert (fix.wording_id, asked) == (7, [True])


def test_signed_words_are_looked_up_for_a_text_that_is_stopped_and_not_for_advice(context, northline):
    asked = []
    sending = replace(context, alternatives=lambda: asked.append(True) or (Alternative(7, "Signed."),))

    assert check("It costs 12 €.", sending).findings[0].fix is None
    assert asked == []
    make_rule(northline, kind="claim.price", outcome="block")
    (finding,) = check("It costs 12 €.", sending).findings

    assert (finding.outcome, finding.fix.text, finding.version) == (BLOCK, "Signed.", 1)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Write to steve at example dot com", "personal_data.email", "steve at example dot com"),
        ("It went to 55 Baker Street, London.", "personal_data.address", "55 Baker Street, London"),
        ("Your order 302-4471890-118 is here.", "personal_data.reference", "order 302-4471890-118"),
        ("Your address is 203.0.113.77, right?", "personal_data.ip", "203.0.113.77"),
        ("Your password is hunter2.", "personal_data.password", "password is hunter2."),
        ("We see date of birth 12.03.1980 here.", "personal_data.birth", "date of birth 12.03.1980"),
        ("The account of Ana Lovelace is open.", "personal_data.name", "Ana Lovelace"),
        ("Dear Mrs Lovelace Byron", "personal_data.name", "Lovelace Byron"),
    ],
)
def test_what_identifies_a_person_is_pointed_out_in_public_only(context, text, rule, words):
    assert found(text, context) == [(rule, words)]
    assert not [one for one in found(text, replace(context, visibility="direct")) if one[0] == rule]


def test_our_own_addresses_and_hotlines_may_stand_in_public(context, northline):
    text = "Write to help@acme.example or call +49 30 901820, or 1-800-848-9136."

    assert [rule for rule, _ in found(text, context)] == ["personal_data.email", "personal_data.phone"]
    make_rule(northline, kind="personal_data.email", allowed=["@acme.example"])
    make_rule(northline, kind="personal_data.phone", allowed=["+49 30 901820"])

    assert found(text, context) == []


def test_an_organizations_own_order_numbers_are_found_by_its_pattern(context, northline):
    make_rule(northline, kind="personal_data.reference", patterns=[r"NL\d{3}"], outcome="block")

    (finding,) = check("It is on train NL123.", context).findings

    assert (finding.rule, finding.outcome) == ("personal_data.reference", BLOCK)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("PLEASE READ THE PAGE FIRST", "tone.shouting"),
        ("Please wait!!!!", "tone.shouting"),
        ("You should have read the page.", "tone.blame"),
        ("Good luck with that.", "tone.sarcasm"),
        ("That is not our problem.", "tone.rude"),
        ("lol no", "tone.slang"),
        (
            " ".join(["Unfortunately notwithstanding circumstances administrative departments"] * 8),
            "tone.reading_level",
        ),
    ],
)
def test_what_would_embarrass_the_brand_is_pointed_out(context, text, rule):
    assert rule in [finding.rule for finding in check(text, context).findings]


def test_a_list_of_abbreviations_is_not_shouted(context):
    assert found("Please share your system (OS, CPU, GPU, RAM).", context) == []


def test_shouting_is_put_into_small_letters(context):
    text = "Hello. PLEASE READ THE PAGE now."

    (fix,) = [finding.fix for finding in check(text, context).findings if finding.rule == "tone.shouting"]

    assert text[: fix.start] + fix.text + text[fix.end :] == "Hello. Please read the page now."


def test_the_same_words_in_public_are_a_form_letter_and_signed_words_have_a_variant(context, make_version):
    variants = (
        NewWording("We are sorry that your train did not come."),
        NewWording("Sorry that your train never came."),
    )
    version = make_version(wordings=variants)
    first, second = version.wordings.order_by("variant")
    context = replace(context, posted_before=3, spans=(Span(first.pk, 0, len(first.text)),))

    (finding,) = check(first.text, context).findings

    assert (finding.rule, finding.outcome) == ("repeated", WARN)
    assert (finding.fix.text, finding.fix.wording_id) == (second.text, second.pk)
    assert check(first.text, replace(context, posted_before=2)).outcome == Outcome.OK
    assert check(first.text, replace(context, visibility="direct")).outcome == Outcome.OK


def test_near_identical_texts_share_a_fingerprint():
    said = "Hi Ana, your order 17 left the house at nine and arrives tomorrow. https://a.example"

    assert fingerprint(said) == fingerprint(
        "@joe Hello Joe! Your order 99 left the house at nine, and arrives tomorrow 🚆"
    )
    assert fingerprint(said) != fingerprint(said.replace("nine", "ten"))
    assert fingerprint("Thank you!") is None


def test_after_the_window_nothing_goes_out(context):
    late = replace(context, window_ends=timezone.now() - timedelta(seconds=1))

    assert [finding.rule for finding in check("Hello.", late).findings] == ["window.closed"]
    assert check("Hello.", replace(context, window_ends=timezone.now() + timedelta(hours=1))).outcome == Outcome.OK


def test_nothing_goes_out_without_a_purpose_and_what_could_be_one_is_said(context):
    (finding,) = check("Hello.", replace(context, purpose="", purposes=("Inform", "Thank"))).findings

    assert (finding.rule, finding.outcome, finding.reason) == ("purpose", BLOCK, "Say why you write: Inform, Thank.")


def test_a_topic_is_not_discussed_and_a_pattern_is_found(context, northline):
    make_rule(northline, "layoff", kind="topic", reason="Ask the press office.", language="en")
    make_rule(northline, kind="pattern", patterns=["project x\\d+"])

    findings = check("The layoffs in Project X9.", context).findings

    assert [(finding.rule, finding.outcome) for finding in findings] == [("topic", BLOCK), ("pattern", WARN)]
    assert findings[0].reason == "Ask the press office."


# Which rule holds -----------------------------------------------------------------------------------


def test_a_rule_of_the_brand_goes_before_one_of_the_organization_and_that_before_the_built_in_one(
    context, northline, rail
):
    text = "It costs 12 €."

    assert check(text, context).outcome == WARN
    make_rule(northline, kind="claim.price", active=False)
    assert check(text, context).outcome == Outcome.OK
    make_rule(northline, kind="claim.price", brand=rail, outcome="needs_approval")
    assert check(text, context).outcome == APPROVE
    assert check(text, replace(context, brand_id=rail.pk + 1)).outcome == Outcome.OK


def test_a_changed_rule_holds_from_the_next_text_on_and_its_versions_stay(context, northline, max_):
    from django.db import DatabaseError, transaction

    from brandvoice.actions.rules import RuleDraft, change_rule

    rule = make_rule(northline, "cheap")
    assert check("cheap", context).findings[0].version == 1

    change_rule(rule, RuleDraft("term.banned", {"phrases": ["dear"]}), by=max_)

    assert check("cheap", context).outcome == Outcome.OK
    assert check("dear", context).findings[0].version == 2
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        rule.versions.filter(number=1).update(parameters={})
    assert [version.parameters["phrases"] for version in rule.versions.order_by("number")] == [["cheap"], ["dear"]]


def test_saying_the_same_again_is_no_new_version(northline, max_):
    from brandvoice.actions.rules import RuleDraft, change_rule

    rule = make_rule(northline, "cheap")

    assert change_rule(rule, RuleDraft("term.banned", {"phrases": ["cheap"]}), by=max_).number == 1


def test_checking_again_takes_one_query_however_many_rules_there_are(context, northline, django_assert_num_queries):
    for number in range(30):
        make_rule(northline, f"word{number}")
    check("Hello.", context)

    with django_assert_num_queries(1):
        check("Hello word7.", context)
