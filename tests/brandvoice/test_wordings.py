"""No unsigned words pass as signed: invariant 8, through every door that reads wording."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.actions.positions import NewWording, VersionContent, draft_version, submit_version, withdraw_version
from brandvoice.guard import GuardContext, Span, check
from brandvoice.queries.wordings import usable_wordings

QUESTION = "How do I get my money back for a cancelled train?"


@pytest.fixture
def is_offered(northline, rail, ask):
    """Return whether a version is suggested, may be inserted and may be sent; all three always agree."""

    def is_offered(version, *, brand=rail, network="bluesky", language="en", now=None):
        now = now or timezone.now()
        wording = version.wordings.get()
        usable = usable_wordings(northline.pk, brand.pk, network, language, now).filter(pk=wording.pk).exists()
        suggested = ask(QUESTION, now=now, brand_id=brand.pk, network=network, language=language).items
        span = Span(wording.pk, 0, len(wording.text))
        context = GuardContext(northline.pk, brand.pk, network, language, "public", (span,), purpose="inform")
        sent = check(wording.text, context, now=now).outcome == "ok"
        answers = {usable, version.pk in {item.version_id for item in suggested}, sent}
        assert len(answers) == 1, "the doors disagree"
        return answers.pop()

    return is_offered


def test_signed_words_are_offered(make_version, is_offered):
    assert is_offered(make_version())


@pytest.mark.parametrize("until", ["draft", "in_review"])
def test_unsigned_words_are_not(make_version, is_offered, until):
    assert not is_offered(make_version(until=until))


def test_words_whose_time_is_over_are_not_even_before_a_sweep_marks_them(make_version, is_offered):
    version = make_version(valid_until=timezone.now() + timedelta(days=1))

    assert is_offered(version)
    assert not is_offered(version, now=timezone.now() + timedelta(days=2))


def test_words_whose_time_has_not_come_are_not(make_version, is_offered):
    version = make_version(valid_from=timezone.now() + timedelta(days=1))

    assert not is_offered(version)
    assert is_offered(version, now=timezone.now() + timedelta(days=2))


def test_withdrawn_words_are_not(make_version, is_offered, amira):
    version = make_version()
    withdraw_version(version, by=amira, reason="The fare rules changed.")

    assert not is_offered(version)


def test_superseded_words_are_not(make_version, is_offered):
    old = make_version()
    new = make_version(position=old.position, text="You get the fare and 10 % more.")

    assert not is_offered(old)
    assert is_offered(new)


def test_words_for_another_brand_are_not(make_version, is_offered, make_brand):
    assert not is_offered(make_version(), brand=make_brand("Northline Bus"))


def test_words_of_no_brand_serve_all_brands(make_version, is_offered, make_brand):
    assert is_offered(make_version(brand=None), brand=make_brand("Northline Bus"))


def test_a_version_for_one_kind_of_channel_stays_there(make_version, is_offered):
    version = make_version(channel_kinds=("email",))

    assert not is_offered(version)
    assert is_offered(version, network="email")


def test_a_wording_for_one_kind_of_channel_stays_there(make_version, is_offered):
    version = make_version(wordings=(NewWording("Dear customer …", channel_kind="email"),))

    assert not is_offered(version)
    assert is_offered(version, network="email")


def test_another_organization_does_not_see_them(make_version, oscar):
    make_version(brand=None)

    assert not usable_wordings(oscar.organization_id, 0, "bluesky", "", timezone.now()).exists()


def test_another_language_than_the_customers_or_english_is_not_offered(make_version, northline, rail):
    make_version(wordings=(NewWording("Sie bekommen Ihr Geld zurück.", "de"), NewWording("You get it back.", "en")))

    def spoken(language):
        usable = usable_wordings(northline.pk, rail.pk, "bluesky", language, timezone.now())
        return set(usable.values_list("language", flat=True))

    assert spoken("de-AT") == {"de", "en"}
    assert spoken("es") == {"en"}
    assert spoken("") == {"de", "en"}


def test_a_draft_beside_the_signed_version_changes_nothing(make_version, is_offered, lena):
    version = make_version()
    draft = draft_version(version.position, VersionContent((NewWording("Maybe."),)), by=lena)
    submit_version(draft, by=lena)

    assert is_offered(version)
