"""Reads one version: what it says, as a reader or a signer must be sure of."""

import hashlib
import json

from brandvoice.models import PositionVersion


def fingerprint(version: PositionVersion) -> str:
    """Return a mark of everything that a signature covers; another word, date or scope is another mark."""
    wordings = version.wordings.order_by("language", "channel_kind")
    covered = [
        [list(row) for row in wordings.values_list("language", "channel_kind", "text")],
        [version.facts, sorted(version.channel_kinds), version.edit_level, version.review_every_days],
        [str(version.valid_from), str(version.valid_until)],
    ]
    return hashlib.sha256(json.dumps(covered).encode()).hexdigest()[:32]
