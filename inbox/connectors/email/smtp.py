"""Hands a letter to a mail server, and knows at every step whether it may be on its way already."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _

from inbox.connectors.base import AccessDenied, RateLimited, Rejected, Unavailable, Uncertain
from inbox.connectors.email.imap import Server

TIMEOUT = 15.0
# With TLS from the start; on other ports it is begun with STARTTLS.
TLS_PORT = 465
# What servers say that want fewer letters: 4.7 is "not by our rules, for now" (RFC 3463).
_TOO_MANY = (b"4.7.", b"4.2.1", b"too many", b"rate limit", b"throttl")


def send(server: Server, user: str, password: str, *, sender: str, to: str, raw: bytes) -> None:
    """Send one letter to one address; raises Rejected, Unavailable (RateLimited, AccessDenied) and Uncertain."""
    with signed_in(server, user, password) as connection:
        try:
            for code, said in (connection.mail(sender), connection.rcpt(to)):
                _check(code, said, 250, 251)
            connection.putcmd("data")
            _check(*connection.getreply(), 354)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(_("The mail server did not answer: %s") % type(error).__name__) from error
        try:
            connection.send(_dotted(raw))
            code, said = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Uncertain(_("The mail server did not say whether it took it: %s") % type(error).__name__) from error
        _check(code, said, 250)


@contextmanager
def signed_in(server: Server, user: str, password: str) -> Iterator[smtplib.SMTP]:
    """Connect and sign in for the time of the block; raises AccessDenied and Unavailable."""
    try:
        connection = _connect(server)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, _bytes(error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(_("The mail server could not be reached: %s") % type(error).__name__) from error
    try:
        _sign_in(connection, user, password)
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def _connect(server: Server) -> smtplib.SMTP:
    if server.encrypted and server.port == TLS_PORT:
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        if server.encrypted:
            connection.starttls(context=ssl.create_default_context())
    connection.ehlo_or_helo_if_needed()
    return connection


def _sign_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    try:
        connection.login(user, password)
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise _refusal(error.smtp_code, _bytes(error.smtp_error)) from error
        raise AccessDenied(_("The mail server does not let us send: user or password are wrong.")) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(_("The mail server did not let us sign in: %s") % type(error).__name__) from error


def _check(code: int, said: bytes, *good: int) -> None:
    if code not in good:
        raise _refusal(code, said)


def _refusal(code: int, said: bytes) -> Exception:
    """Return what a refusal means: for good with 5, for now with 4."""
    words = f"{said.decode('utf-8', 'replace')[:300]} ({code})"
    if code >= 500:
        return Rejected(words)
    if any(sign in said.lower() for sign in _TOO_MANY):
        return RateLimited(words, 60.0)
    return Unavailable(words)


def _dotted(raw: bytes) -> bytes:
    """Return a letter as it travels: a dot at the start of a line is doubled, one alone ends it."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
