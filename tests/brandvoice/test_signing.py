"""Names under a version: whose, how many, in whose stead, behind which factor."""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.delegations import delegate_signing, end_delegation
from accounts.permissions import PermissionDenied
from brandvoice.actions.positions import (
    AlreadySigned,
    ContentRefused,
    DoesNotFit,
    NewWording,
    NotASigner,
    NotDelegated,
    VersionContent,
    revise_version,
    send_back_version,
    sign_version,
)
from brandvoice.models import PositionVersion, Signature, Status
from brandvoice.queries.wordings import usable_wordings, variants_of


@pytest.fixture
def away(amira, lena):
    """Amira has left signing to Lena for a week."""
    return delegate_signing(lena, by=amira, ends_at=timezone.now() + timedelta(days=7))


def usable(version, **scope):
    found = usable_wordings(version.organization_id, 0, "bluesky", "en", timezone.now(), **scope)
    return found.filter(version=version).exists()


def test_all_named_signers_must_sign_before_it_is_in_use(make_version, amira, olga, heard):
    version = make_version(until="in_review", brand=None, signers=(amira.pk, olga.pk), sign_rule="all")

    first = sign_version(version, by=amira)
    assert (first.status, usable(first)) == (Status.IN_REVIEW, False)
    assert heard[-1].change == "co_signed"
    with pytest.raises(AlreadySigned):
        sign_version(version, by=amira)

    second = sign_version(version, by=olga)
    assert (second.status, second.signed_by, usable(second)) == (Status.SIGNED, olga, True)
    assert [signature.person for signature in second.signatures.order_by("pk")] == [amira, olga]


def test_one_of_the_named_signers_is_enough_where_any_may(make_version, amira, olga):
    version = make_version(until="in_review", signers=(amira.pk, olga.pk))

    assert sign_version(version, by=olga).status == Status.SIGNED


def test_an_executive_who_is_not_named_does_not_sign(make_version, amira, olga):
    version = make_version(until="in_review", signers=(olga.pk,))

    with pytest.raises(NotASigner, match="Amira Ito"):
        sign_version(version, by=amira)


def test_somebody_who_may_not_sign_is_not_asked_to(make_version, lena):
    with pytest.raises(NotASigner, match="Lena Brandt"):
        make_version(until="draft", signers=(lena.pk,))


@pytest.mark.parametrize("undo", ["revise", "send back"])
def test_names_are_taken_off_when_the_words_change_or_go_back(make_version, amira, olga, undo):
    version = make_version(until="in_review", signers=(amira.pk, olga.pk), sign_rule="all")
    sign_version(version, by=amira)

    if undo == "revise":
        revise_version(version, VersionContent((NewWording("Other words."),)), by=olga)
    else:
        send_back_version(version, by=olga, reason="No.")
    assert not Signature.objects.filter(version=version).exists()


def test_a_colleague_signs_in_the_executives_name(make_version, amira, lena, away):
    version = sign_version(make_version(until="in_review"), by=lena, on_behalf_of=amira, second_factor=True)

    assert (version.status, version.signed_by, version.signed_for) == (Status.SIGNED, lena, amira)
    signature = version.signatures.get()
    assert (signature.person, signature.on_behalf_of, signature.second_factor) == (lena, amira, True)


def test_a_delegation_that_is_over_or_taken_back_signs_nothing(make_version, amira, lena, away):
    version = make_version(until="in_review")

    with pytest.raises(NotDelegated):
        sign_version(version, by=lena, on_behalf_of=amira, now=timezone.now() + timedelta(days=8))
    end_delegation(away, by=amira)
    with pytest.raises(NotDelegated):
        sign_version(version, by=lena, on_behalf_of=amira)
    with pytest.raises(PermissionDenied):
        sign_version(version, by=lena)


def test_the_same_name_does_not_stand_twice_once_by_a_colleague(make_version, amira, lena, olga, away):
    version = make_version(until="in_review", signers=(amira.pk, olga.pk), sign_rule="all")
    sign_version(version, by=amira)

    with pytest.raises(AlreadySigned):
        sign_version(version, by=lena, on_behalf_of=amira)


def test_words_that_do_not_fit_where_they_may_go_are_not_signed(make_version, amira):
    version = make_version(text="a" * 281, until="in_review", channel_kinds=("x", "email"))

    with pytest.raises(DoesNotFit, match="1 characters too long for X"):
        sign_version(version, by=amira)
    revise_version(
        version,
        VersionContent((NewWording("a" * 281), NewWording("short", channel_kind="x")), channel_kinds=("x", "email")),
        by=amira,
    )
    assert sign_version(version, by=amira).status == Status.SIGNED


@pytest.mark.parametrize(
    ("content", "asked", "fits"),
    [
        ({"regions": ("AT", "de")}, {"region": "at"}, True),
        ({"regions": ("AT",)}, {"region": "es"}, False),
        ({"regions": ("AT",)}, {}, False),
        ({"audiences": ("business",)}, {"audience": "business", "region": "es"}, True),
        ({"products": ("season ticket",), "regions": ("at",)}, {"product": "season ticket"}, False),
        ({}, {"region": "at", "audience": "x", "product": "y"}, True),
    ],
)
def test_words_for_some_are_used_for_them_only(make_version, content, asked, fits):
    assert usable(make_version(brand=None, **content), **asked) is fits


def test_words_for_named_people_are_used_by_them_only(make_version, agnes, jonas, lena):
    version = make_version(brand=None, sensitivity="named", named_people=(agnes.pk, lena.pk))

    assert usable(version, person_id=agnes.pk)
    assert not usable(version, person_id=jonas.pk)
    assert not usable(version)


def test_people_files_and_names_of_other_organizations_are_refused(make_version, oscar):
    for content in ({"named_people": (oscar.pk,), "sensitivity": "named"}, {"signers": (oscar.pk,)}):
        with pytest.raises(ContentRefused):
            make_version(until="draft", **content)


def test_what_is_not_discussed_is_said_word_for_word(make_version):
    assert make_version(sensitivity="silent", edit_level="adapt").edit_level == "verbatim"


def test_variants_are_numbered_and_found(make_version):
    version = make_version(wordings=(NewWording("One way."), NewWording("Another way."), NewWording("So.", "de")))

    first = version.wordings.get(text="One way.")
    assert [(word.variant, word.text) for word in variants_of(first)] == [(2, "Another way.")]


def test_signing_sets_the_day_of_the_next_review(make_version):
    version = make_version(review_every_days=30)

    assert version.position.review_on == version.valid_from.date() + timedelta(days=30)


@pytest.fixture
def strict(settings):
    """Signing asks for the second factor."""
    settings.SIGN_SECOND_FACTOR = True


def post_signature(client, person, version):
    client.force_login(person)
    where = reverse("brandvoice:sign", kwargs={"pk": version.pk})
    return client.post(where, {"seen": client.get(where).context["page"].seen})


def give_totp(person):
    return Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": ""})


def test_signing_asks_for_the_second_factor_again(client, strict, make_version, amira):
    version = make_version(until="in_review")
    give_totp(amira)

    answer = post_signature(client, amira, version)

    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert PositionVersion.objects.get(pk=version.pk).status == Status.IN_REVIEW


@pytest.mark.parametrize(("age", "status"), [(10, Status.SIGNED), (400, Status.IN_REVIEW)])
def test_a_second_factor_counts_for_five_minutes(client, strict, make_version, amira, age, status):
    version = make_version(until="in_review")
    give_totp(amira)
    client.force_login(amira)
    shown = HttpRequest()
    shown.session = client.session
    record_authentication(shown, amira, "mfa", type="totp")
    shown.session["account_authentication_methods"][-1]["at"] = time.time() - age
    shown.session.save()
    where = reverse("brandvoice:sign", kwargs={"pk": version.pk})
    client.post(where, {"seen": client.get(where).context["page"].seen})

    version.refresh_from_db()
    assert version.status == status
    assert [signature.second_factor for signature in version.signatures.all()] == [True] * (status == Status.SIGNED)


def test_who_has_no_second_factor_is_told_to_set_one_up(client, strict, make_version, amira):
    answer = post_signature(client, amira, make_version(until="in_review"))

    assert answer.status_code == 403
    assert reverse("mfa_index") in answer.content.decode()


def test_a_colleague_finds_the_name_on_the_page_and_signs_with_it(client, make_version, amira, lena, away):
    version = make_version(until="in_review")
    client.force_login(lena)
    where = reverse("brandvoice:sign", kwargs={"pk": version.pk})
    page = client.get(where)
    assert "Sign for Amira Ito" in page.content.decode()
    client.post(where, {"seen": page.context["page"].seen, "name": amira.pk})

    version.refresh_from_db()
    assert version.signed_for == amira
    shown = client.get(reverse("brandvoice:position", kwargs={"key": version.position.key})).content.decode()
    assert "by Lena Brandt for Amira Ito" in shown


def test_nobody_signs_in_a_name_that_was_not_left_to_them(client, make_version, amira, lena, olga, away):
    version = make_version(until="in_review")
    client.force_login(lena)
    where = reverse("brandvoice:sign", kwargs={"pk": version.pk})
    seen = client.get(where).context["page"].seen

    assert client.post(where, {"seen": seen, "name": olga.pk}).status_code == 403
    assert client.post(where, {"seen": seen}).status_code == 403
    assert PositionVersion.objects.get(pk=version.pk).status == Status.IN_REVIEW


def test_delegating_through_the_page_and_taking_it_back(client, amira, lena):
    client.force_login(amira)
    where = reverse("brandvoice:delegations")
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(where, {"colleague": lena.pk, "ends_at": "2020-01-01T00:00"}).status_code == 422
    client.post(where, {"colleague": lena.pk, "ends_at": until})

    given = client.get(where).context["delegations"]
    assert [delegation.colleague for delegation in given] == [lena]
    client.post(reverse("brandvoice:take_back", kwargs={"pk": given[0].pk}))
    assert client.get(where).context["delegations"] == []


def test_the_list_shows_each_signer_what_waits_for_them(client, make_version, amira, olga, agnes):
    make_version("For Olga?", until="in_review", signers=(olga.pk,))
    make_version("For anybody?", until="in_review")

    def waiting(person):
        client.force_login(person)
        versions = client.get(reverse("brandvoice:sign_list")).context["versions"]
        return {version.position.question for version in versions}

    assert waiting(amira) == {"For anybody?"}
    assert waiting(olga) == waiting(agnes) == {"For Olga?", "For anybody?"}
