"""Replies to post."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from inbox.connectors.base import OutgoingReply


@pytest.fixture
def make_reply():
    def make(room, text="At platform 4."):
        return OutgoingReply(uuid4(), room, "", text, "direct", created_at=datetime.now(UTC))

    return make
