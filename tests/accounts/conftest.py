"""What the tests about people share."""

import pytest

from accounts import signals
from tests import cast


@pytest.fixture
def heard():
    """What accounts has announced so far, as (user id, change)."""
    told = []

    def listen(*, user_id, change, **_):
        told.append((user_id, change))

    signals.access_changed.connect(listen)
    yield told
    signals.access_changed.disconnect(listen)


@pytest.fixture
def sign_in(client):
    """Sign somebody in through the page, as people do."""

    def sign_in(person, browser=client):
        answer = browser.post("/accounts/login/", {"login": person.email, "password": cast.PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return sign_in
