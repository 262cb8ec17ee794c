"""Lets the demo's past happen in the past, unheard: only the demo's own process ever does this."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from brandvoice import outbox as voice_outbox
from inbox import events, outbox


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Make `timezone.now()` return `moment`, and the log believe it: actions take their time from there."""
    dated = events._INSERT.replace("now()", f"'{moment.isoformat()}'::timestamptz")
    with mock.patch("django.utils.timezone.now", return_value=moment), mock.patch.object(events, "_INSERT", dated):
        yield


@contextmanager
def in_silence() -> Iterator[None]:
    """Tell neither pages nor workers of each step; once all is there, pages look again and workers have a look."""
    with (
        mock.patch.object(outbox, "publish"),
        mock.patch.object(outbox, "nudge"),
        mock.patch.object(voice_outbox, "wake"),
    ):
        yield
    outbox.publish({"resync": True})
    outbox.nudge(outbox.ENRICH)
