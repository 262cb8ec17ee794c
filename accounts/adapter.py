"""Our answers to the questions that django-allauth asks."""

from collections.abc import Iterable
from importlib import import_module

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts import signals
from accounts.secrets import MFA, cipher


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False, whoever asks."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the profile page."""
        return reverse("accounts:profile")


class MfaAdapter(DefaultMFAAdapter):
    """Second factors are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        """Return what is stored of an authenticator's secret."""
        return cipher(MFA).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret again."""
        return cipher(MFA).decrypt(encrypted_text.encode()).decode()


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending a session says so, and its sockets close."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these sessions."""
        ending = list(sessions)
        store = import_module(settings.SESSION_ENGINE).SessionStore
        with transaction.atomic():
            for session in ending:
                signals.announce(session.user_id, signals.SIGNED_OUT, session=store(session.session_key))
            super().end_sessions(ending)
