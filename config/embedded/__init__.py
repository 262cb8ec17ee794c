"""PostgreSQL and Valkey for people who have neither: the one door to the servers that come in wheels.

`hold()` keeps both running for as long as any process holds them. A small guardian process owns the
servers; the kernel drops a holder's lock however it dies, and when the last one is gone the guardian
stops the servers. So nothing is left behind, and a second process shares what already runs.
"""

from config.embedded.holding import Hold, hold, pause_valkey, restart_valkey, resume_valkey
from config.embedded.home import EmbeddedError, Home, database_url, find_home, valkey_url

__all__ = [
    "EmbeddedError",
    "Hold",
    "Home",
    "database_url",
    "find_home",
    "hold",
    "pause_valkey",
    "restart_valkey",
    "resume_valkey",
    "valkey_url",
]
