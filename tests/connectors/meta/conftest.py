"""A simulated Graph."""

import pytest

from tests.connectors.meta.simulator import FakeGraph


@pytest.fixture
def network():
    fake = FakeGraph()
    yield fake
    fake.close()
