"""The second factor of a test: what an authenticator app shows at this moment."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value


def code_of_the_phone(secret: str) -> str:
    """Return the code of now, which is accepted for a while after the next one has come."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD))
