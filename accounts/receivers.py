"""Hears from Django and allauth that somebody signed out, and says it in our words."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import signals
from accounts.models import User


@receiver(user_logged_out)
def announce_sign_out(*, request: HttpRequest, user: User | None, **_: object) -> None:
    """Tell the listeners that one session of this person has ended."""
    if user is not None:
        signals.announce(user.pk, signals.SIGNED_OUT, session=request.session)


@receiver([password_changed, password_set, password_reset])
def announce_new_password(*, user: User, **_: object) -> None:
    """Tell the listeners that a new password has ended the sessions of the old one."""
    signals.announce(user.pk, signals.SIGNED_OUT)
