"""The embedded servers under every test; the cast and the fixtures that all rooms share."""

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import TransactionTestCase
from django.utils import translation

from accounts.permissions import Role
from config import embedded
from tests import cast
from tests.emptied import empty_database

SERVERS = pytest.StashKey[embedded.Hold]()


def pytest_configure(config):
    # Slow hashes are right for people and would be most of the time that tests take.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Static files are looked for when they are asked for, not by every new client of a test.
    settings.WHITENOISE_AUTOREFRESH = True
    TransactionTestCase._fixture_teardown = empty_database
    hold = embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY)
    hold.acquire()
    config.stash[SERVERS] = hold


def pytest_unconfigure(config):
    if hold := config.stash.get(SERVERS, None):
        hold.release()


def pytest_collection_modifyitems(items):
    """Put the browser last: its event loop stays in the thread, where asyncio then refuses to run another."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(autouse=True)
def in_english():
    """Let no test speak the language of a client that asked before it: requests choose theirs and keep it."""
    with translation.override("en"):
        yield


@pytest.fixture
def own_files(tmp_path):
    """A folder of the test's own for all files that are kept."""
    storage = storages["attachments"]

    def move(place):
        storage._location = place
        for name in ("base_location", "location"):
            storage.__dict__.pop(name, None)

    before = storage._location
    move(str(tmp_path))
    yield tmp_path
    move(before)


@pytest.fixture
def northline(db):
    """The organization that most tests happen in."""
    return cast.make_organization("Northline Group")


@pytest.fixture
def rail(northline):
    """A brand of Northline."""
    return cast.make_brand(northline, "Northline Rail")


@pytest.fixture
def care(northline):
    """The team that answers for Northline Rail."""
    return cast.make_team(northline, "Rail care")


@pytest.fixture
def channel(rail, care):
    """Northline Rail on Bluesky, answered by Rail care through an external connector."""
    return cast.make_channel(rail, care)


@pytest.fixture
def agnes(northline, care):
    """An agent of Rail care."""
    return cast.make_person("Agnes Berg", northline, Role.AGENT, teams=(care,))


@pytest.fixture
def jonas(northline, care):
    """Another agent of Rail care."""
    return cast.make_person("Jonas Okafor", northline, Role.AGENT, teams=(care,))


@pytest.fixture
def lena(northline, care):
    """The lead of Rail care."""
    return cast.make_person("Lena Brandt", northline, Role.LEAD, teams=(care,))


@pytest.fixture
def amira(northline):
    """The executive who signs."""
    return cast.make_person("Amira Ito", northline, Role.EXECUTIVE)


@pytest.fixture
def max_(northline):
    """The manager."""
    return cast.make_person("Max Winter", northline, Role.MANAGER)


@pytest.fixture
def olga(northline):
    """The owner."""
    return cast.make_person("Olga Petrova", northline, Role.OWNER)


@pytest.fixture
def oscar(db):
    """An outsider: the owner of another organization."""
    verde = cast.make_organization("Verde Market")
    return cast.make_person("Oscar Out", verde, Role.OWNER)
