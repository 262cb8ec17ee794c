"""Every case on every network. What a network lacks it says, and the table at the end shows it."""

from typing import get_type_hints

import pytest

from inbox.connectors.base import Publishes
from inbox.connectors.registry import NETWORKS
from tests.connectors.conformance import CASES, lacking
from tests.connectors.stages import STAGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def on_stage(network, site, rail, care):
    stage = STAGES[network](site, rail, care)
    yield stage
    stage.close()


@pytest.mark.parametrize("network", STAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_connector_conforms(case, network, request, record_property, agnes):
    reason = lacking(network, STAGES[network], case)
    record_property("conformance", (network, case, reason or "yes"))
    if reason:
        assert len(reason) > 10, "Say why in a sentence."
        return
    CASES[case](request.getfixturevalue("on_stage"), agnes)


def test_a_network_says_that_it_publishes_exactly_where_its_connector_can():
    for network, profile in NETWORKS.items():
        assert profile.publishes == issubclass(get_type_hints(profile.connect)["return"], Publishes), network


def test_no_network_is_left_out_and_none_lacks_what_nobody_asks():
    assert set(STAGES) == set(NETWORKS)
    for network, stage in STAGES.items():
        assert set(getattr(stage, "lacks", {})) <= set(CASES), network
