"""Waits for networks to speak up, a thread a channel, and asks at once. Losing it costs seconds, never a message."""

import logging
import threading
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from inbox.actions.cursors import keep_listening, listen_to
from inbox.connectors.base import Listens, Unavailable
from inbox.connectors.registry import NoConnector, connector_for
from inbox.intake import poll_channel
from inbox.models import Channel, Cursor, Health

# How often it is looked whether a channel was connected or switched off.
LOOK_SECONDS = 15.0
# How long one wait lasts, and for how long a channel is held; a process that dies lets its channels go after that.
WAIT_SECONDS, HOLD = 25.0, timedelta(seconds=90)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 120.0

logger = logging.getLogger(__name__)


def listen_on(stop: threading.Event) -> None:
    """Listen to every channel that can be listened to until told to stop; those that others hold are left to them."""
    threads: dict[int, threading.Thread] = {}
    while True:
        threads = {pk: thread for pk, thread in threads.items() if thread.is_alive()}
        for channel in _to_be_heard():
            if channel.pk not in threads:
                threads[channel.pk] = threading.Thread(
                    target=_listen, args=(channel, stop), name=f"listen {channel.pk}"
                )
                threads[channel.pk].start()
        connection.close()
        if stop.wait(LOOK_SECONDS):
            break
    for thread in threads.values():
        thread.join()


def _to_be_heard() -> list[Channel]:
    ours = Channel.objects.filter(active=True, external=False, cursor__isnull=False)
    return [channel for channel in ours.exclude(health=Health.NEEDS_AUTHORISATION) if _can_listen(channel)]


def _can_listen(channel: Channel) -> bool:
    try:
        return isinstance(connector_for(channel), Listens)
    except NoConnector:
        return False
    except Exception:
        # Its settings are no use; asking it will say so where a manager sees it.
        return False


def _listen(channel: Channel, stop: threading.Event) -> None:
    """Hold one channel and listen to it until it is no longer ours to hear."""
    if not listen_to(channel, until=timezone.now() + HOLD):
        connection.close()
        return
    pause = FIRST_PAUSE
    try:
        while not stop.is_set() and _is_ours(channel):
            keep_listening(channel, until=timezone.now() + HOLD)
            try:
                waited = _wait_and_ask(channel)
                pause = FIRST_PAUSE
            except Exception as trouble:
                # Whatever goes wrong with listening, asking goes on; and what is wrong, that says.
                level = logging.INFO if isinstance(trouble, Unavailable) else logging.ERROR
                logger.log(level, "Channel %s could not be listened to: %s", channel.pk, type(trouble).__name__)
                waited, pause = False, min(pause * 2, LONGEST_PAUSE)
            if not waited:
                stop.wait(pause)
    finally:
        keep_listening(channel, until=None)
        connection.close()


def _is_ours(channel: Channel) -> bool:
    return any(one.pk == channel.pk for one in _to_be_heard())


def _wait_and_ask(channel: Channel) -> bool:
    """Wait for the network, ask if it spoke; return False where it spoke and somebody else was asking already."""
    place = Cursor.objects.values_list("value", flat=True).get(channel=channel.pk)
    if not place:
        return poll_channel(channel)
    connector = connector_for(Channel.objects.get(pk=channel.pk))
    if not isinstance(connector, Listens):
        return False
    # Nothing is asked of the database meanwhile.
    connection.close()
    return not connector.listen(place, seconds=WAIT_SECONDS) or poll_channel(channel)
