"""Fixtures that several tests of the inbox share."""

import pytest

from brandvoice.actions import positions as voice
from tests.inbox.signed_words import OLD, write_and_sign


@pytest.fixture
def signed(amira, lena, rail):
    """The version that is signed today."""
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    return write_and_sign(position, OLD, lena, amira)
