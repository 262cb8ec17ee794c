"""Lets the demo's past happen in the past: actions take their time from `timezone.now`, which is set back for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Make `timezone.now()` return `moment` in this process; only the demo's own process ever does this."""
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield
