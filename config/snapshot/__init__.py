"""What the migrations make of an empty database, kept as SQL: a fresh database takes seconds instead of a minute.

Django renders its models anew for each of some hundred operations, which is nearly all that migrating costs. The
migrations stay what a database is brought up to date by; the snapshot only stands in for those that it was made of.
"""

from config.snapshot.kept import FILE, Snapshot, read
from config.snapshot.loading import load

__all__ = ["FILE", "Snapshot", "load", "read"]
