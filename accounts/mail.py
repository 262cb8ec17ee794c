"""Writes the e-mails that are ours; allauth writes those about signing in."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation


def invitation_url(token: str) -> str:
    """Return the address behind the button in the invitation."""
    return settings.SITE_URL + reverse("accounts:invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited person."""
    context = {"invitation": invitation, "url": invitation_url(token)}
    subject = render_to_string("accounts/email/invitation_subject.txt", context)
    text = render_to_string("accounts/email/invitation_message.txt", context)
    send_mail(" ".join(subject.split()), text, None, [invitation.email])
