"""An open page as the hub holds it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from inbox.presence import Doing, Place, Visit
from inbox.queries import live
from inbox.wire import Write


@dataclass(eq=False, slots=True)
class Socket:
    """One open page: what it may hear, what it watches, and how to reach it."""

    access: live.Access
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    # Where the server allows it: straight to the connection.
    write: Write | None = None
    session_ends: datetime | None = None
    session_alive: Callable[[], bool] = lambda: True
    place: Place | None = None
    doing: Doing = Doing.VIEWING
    since: float = 0.0

    @property
    def watching(self) -> int | None:
        """Return the id of the ticket whose conversation is open."""
        return self.place.ticket if self.place else None

    @property
    def visit(self) -> Visit | None:
        """Return who is at which ticket on this page."""
        if self.place is None:
            return None
        return Visit(self.place, self.access.user_id, self.access.name, self.doing, self.since)
