"""What accounts tells whoever listens: whose access has changed, when a team works, by whose clock days begin."""

from hashlib import sha256

from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import Signal

# Sent inside the transaction that changed the access, so listeners act on commit. Arguments:
#   user_id: int
#   change:  one of the words below
#   session: for SIGNED_OUT, the mark of the one session that ended; None means all of them
access_changed = Signal()

# Sent inside the transaction that changed a team's hours, days off or time zone. Arguments: organization_id: int
hours_changed = Signal()

# Sent inside the transaction that changed an organization's time zone. Arguments: organization_id: int
zone_changed = Signal()

ROLE = "role"
TEAMS = "teams"
ENDED = "ended"
SIGNED_OUT = "signed_out"
# Their lists show another brand.
BRAND = "brand"
# Where a session keeps its own name.
_MARK = "mark"


def session_mark(session: SessionBase) -> str:
    """Return a name for a session that can be sent about without giving the session away, and outlives its key.

    It is kept in the session when it is first asked for.
    """
    if _MARK not in session:
        session[_MARK] = sha256(f"session:{session.session_key}".encode()).hexdigest()[:24]
    return str(session[_MARK])


def announce(user_id: int, change: str, *, session: SessionBase | None = None) -> None:
    """Tell the listeners that this person's access has changed."""
    mark = None if session is None else session_mark(session)
    access_changed.send(None, user_id=user_id, change=change, session=mark)
