"""The embedded servers under every test; the cast and the fixtures that all rooms share."""

import pytest
from django.conf import settings

from config import embedded

SERVERS = pytest.StashKey[embedded.Hold]()


def pytest_configure(config):
    hold = embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY)
    hold.acquire()
    config.stash[SERVERS] = hold


def pytest_unconfigure(config):
    if hold := config.stash.get(SERVERS, None):
        hold.release()
