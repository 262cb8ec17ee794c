"""Asks again for the second factor before somebody signs, where the installation wants that."""

import time

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.requests import PersonRequest

CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]


def was_given(request: PersonRequest) -> bool:
    """Return whether the person has shown a second factor in the last minutes."""
    since = time.time() - REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record["at"] >= since for record in records)


def ask_for_it(request: PersonRequest) -> HttpResponse | None:
    """Return the page that asks for it, or None if signing may go on; afterwards the request is taken up again."""
    if not settings.SIGN_SECOND_FACTOR or was_given(request):
        return None
    if is_mfa_enabled(request.user, types=CODES):
        return _suspend(request, "mfa_reauthenticate")
    if is_mfa_enabled(request.user, types=[Authenticator.Type.WEBAUTHN]):
        return _suspend(request, "mfa_reauthenticate_webauthn")
    return render(request, "brandvoice/second_factor.html", {"section": "sign"}, status=403)


def _suspend(request: PersonRequest, page: str) -> HttpResponse:
    answer: HttpResponse = suspend_request(request, reverse(page))
    return answer
