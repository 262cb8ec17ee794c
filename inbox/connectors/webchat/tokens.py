"""The tokens by which visitors are known: signed, each for one channel, and with an id that nobody guesses."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.core.signing import BadSignature, TimestampSigner

# A widget gets a new one whenever it starts, so this is how long a visitor may stay away.
LIFETIME = timedelta(days=180)


def new_visitor() -> UUID:
    """Return the id of somebody who has not been here before."""
    return uuid4()


def token_for(channel: int, visitor: UUID) -> str:
    """Return a token that says who the visitor is, on this channel only."""
    return _signer(channel).sign(visitor.hex)


def visitor_in(token: str, channel: int) -> UUID | None:
    """Return whose token this is, if it was made here, for this channel, and not too long ago."""
    try:
        return UUID(_signer(channel).unsign(token, max_age=LIFETIME))
    except (BadSignature, ValueError):
        return None


def _signer(channel: int) -> TimestampSigner:
    return TimestampSigner(salt=f"webchat.visitor.{channel}")
