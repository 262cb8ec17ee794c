"""Signing in and out: by e-mail, with a second factor where one is set, and never by signing up."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts import signals
from tests import cast
from tests.codes import code_of_the_phone


@pytest.fixture(autouse=True)
def _forget_attempts():
    cache.clear()


OPEN = ["/accounts/login/", "/accounts/password/reset/", "/accounts/inactive/"]
OWN = [
    "/accounts/profile/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]


@pytest.mark.parametrize("page", OPEN)
def test_anybody_may_open_the_pages_of_signing_in(client, db, page):
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", OWN)
def test_the_pages_about_oneself_are_for_people_who_have_signed_in(client, sign_in, agnes, page):
    stranger = client.get(page)
    assert stranger.status_code == 302
    assert "/accounts/" in stranger.headers["Location"]

    assert sign_in(agnes).get(page).status_code == 200


@pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/x/"])
def test_nobody_signs_up_or_takes_another_address(client, sign_in, agnes, page):
    assert client.get(page).status_code == 404
    assert sign_in(agnes).post(page, {"email": "mallory@example.com", "password1": cast.PASSWORD}).status_code == 404


def test_there_is_no_address_for_signing_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_an_address_is_the_same_in_capitals(client, agnes):
    answer = client.post("/accounts/login/", {"login": agnes.email.upper(), "password": cast.PASSWORD})

    assert answer.headers["Location"] == "/inbox/"


def test_a_wrong_password_is_refused_and_the_sixth_try_is_stopped(client, agnes):
    wrong = {"login": agnes.email, "password": "not this one"}
    for _ in range(5):
        assert "not correct" in client.post("/accounts/login/", wrong).content.decode()

    right = client.post("/accounts/login/", {"login": agnes.email, "password": cast.PASSWORD})

    assert "Too many failed" in right.content.decode()


def test_who_lost_the_password_sets_a_new_one_by_e_mail(client, agnes, heard):
    client.post("/accounts/password/reset/", {"email": agnes.email})
    (letter,) = mail.outbox
    link = next(word for word in letter.body.split() if "/password/reset/key/" in word)
    form = client.get(link.replace("http://testserver", ""), follow=True)
    new = {"password1": "nine purple umbrellas", "password2": "nine purple umbrellas"}

    client.post(form.request["PATH_INFO"], new)

    answer = client.post("/accounts/login/", {"login": agnes.email, "password": "nine purple umbrellas"})
    assert answer.status_code == 302
    assert (agnes.pk, signals.SIGNED_OUT) in heard


def test_nobody_learns_whether_an_address_has_an_account(client, agnes):
    known = client.post("/accounts/password/reset/", {"email": agnes.email})
    mail.outbox.clear()
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert mail.outbox == []


def test_signing_out_is_announced_for_that_session_only(agnes, sign_in):
    here, told = sign_in(agnes), []
    elsewhere = sign_in(agnes, Client())
    mark = signals.session_mark(here.session)

    def listen(*, session, **_):
        told.append(session)

    signals.access_changed.connect(listen)
    here.post("/accounts/logout/")
    signals.access_changed.disconnect(listen)

    assert told == [mark]
    assert elsewhere.get("/accounts/profile/").status_code == 200


def test_signing_out_everywhere_ends_every_session(agnes, sign_in, heard):
    here, elsewhere = sign_in(agnes), sign_in(agnes, Client())

    here.post("/accounts/sign-out-everywhere/")

    assert here.get("/accounts/profile/").status_code == 302
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert (agnes.pk, signals.SIGNED_OUT) in heard


def test_ending_the_other_sessions_keeps_this_one(agnes, sign_in, heard):
    here, elsewhere = sign_in(agnes), sign_in(agnes, Client())

    here.post("/accounts/sessions/")

    assert here.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert heard == [(agnes.pk, signals.SIGNED_OUT)]


def test_a_second_factor_is_asked_for_and_kept_encrypted(agnes, sign_in):
    browser = sign_in(agnes)
    asked = browser.get("/accounts/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": cast.PASSWORD})
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200
    secret = browser.session["mfa.totp.secret"]
    browser.post("/accounts/2fa/totp/activate/", {"code": code_of_the_phone(secret)})
    stored = Authenticator.objects.get(user=agnes, type="totp").data["secret"]
    assert stored != secret
    assert get_adapter().decrypt(stored) == secret
    browser.post("/accounts/logout/")

    asked = browser.post("/accounts/login/", {"login": agnes.email, "password": cast.PASSWORD})

    assert asked.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/accounts/profile/").status_code == 302
    assert browser.get("/accounts/2fa/authenticate/").status_code == 200


def test_the_profile_is_changed_and_speaks_the_chosen_language(agnes, sign_in):
    browser = sign_in(agnes)
    new = {"name": "Agnes B.", "title": "Rail care", "language": "de", "theme": "dark"}

    assert browser.post("/accounts/profile/", new).status_code == 302

    page = browser.get("/accounts/profile/").content.decode()
    assert 'lang="de"' in page
    assert 'data-theme="dark"' in page
    assert "Agnes B." in page


def test_a_profile_without_a_name_is_refused(agnes, sign_in):
    answer = sign_in(agnes).post("/accounts/profile/", {"name": "", "language": "en", "theme": "dark"})

    assert answer.status_code == 422


def test_one_sign_in_opens_the_console(max_, client):
    asked = client.get("/console/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/login/?next=")

    answer = client.post(asked.redirect_chain[-1][0], {"login": max_.email, "password": cast.PASSWORD})

    assert answer.headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_an_agent_is_told_that_the_console_is_not_theirs(agnes, sign_in):
    assert sign_in(agnes).get("/console/", follow=True).status_code == 403
