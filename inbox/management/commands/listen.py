"""Waits for networks to speak up: `manage.py serve` starts it beside the workers."""

import signal
import threading
from types import FrameType

from django.core.management.base import BaseCommand

from inbox.listening import listen_on


class Command(BaseCommand):
    """Listen to channels."""

    help = "Listen to the channels whose networks say when something is new, so that it comes at once."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        """Listen until stopped."""
        stop = threading.Event()

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, end)
        listen_on(stop)
