"""Whoever is not known yet is spoken to in the browser's language; whoever is, in the one they chose."""

import pytest

from accounts.actions.invitations import invite_person
from accounts.models import User
from accounts.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("accepted", "words"), [("de-AT", "Anmelden"), ("es", "Iniciar sesión"), ("fr", "Sign in")])
def test_signing_in_speaks_the_browsers_language(client, accepted, words):
    page = client.get("/accounts/login/", headers={"Accept-Language": accepted}).content.decode()

    assert f'<html lang="{"en" if accepted == "fr" else accepted[:2]}"' in page
    assert words in page


def test_a_profile_offers_each_language_by_its_own_name_and_keeps_the_choice(client, agnes):
    client.force_login(agnes)
    page = client.get("/accounts/profile/").content.decode()
    assert [f">{name}</option>" in page for name in ("English", "Deutsch", "Español")] == [True] * 3

    form = {"name": "Agnes", "title": "", "language": "es", "theme": "system"}
    client.post("/accounts/profile/", form)

    assert User.objects.get(pk=agnes.pk).language == "es"
    assert "Perfil" in client.get("/accounts/profile/", headers={"Accept-Language": "de"}).content.decode()


def test_the_mail_about_a_forgotten_password_says_sie(client, agnes, mailoutbox):
    client.post("/accounts/password/reset/", {"email": agnes.email}, headers={"Accept-Language": "de"})

    (letter,) = mailoutbox
    assert "für Ihr Konto ein neues Passwort" in letter.body


def test_an_invited_person_keeps_the_language_that_the_invitation_was_answered_in(client, max_, northline):
    _invitation, token = invite_person("new@northline.example", organization=northline, role=Role.AGENT, by=max_)

    address = f"/accounts/invitation/{token}/"
    client.post(address, {"name": "Neu", "password": "a sentence of words"}, headers={"Accept-Language": "de"})

    assert User.objects.get(email="new@northline.example").language == "de"
