"""Reads one version: what it says, as a reader or a signer must be sure of."""

import hashlib
import json

from brandvoice.models import PositionVersion


def fingerprint(version: PositionVersion) -> str:
    """Return a mark of everything that a signature covers; another word, date or scope is another mark."""
    position = version.position
    wordings = version.wordings.order_by("language", "channel_kind", "variant")
    words = wordings.values_list("language", "channel_kind", "variant", "text", "media__digest", "media_text")
    covered = [
        [position.question, position.brand_id],
        [list(row) for row in words],
        [list(row) for row in version.fill_ins.order_by("name").values_list("name", "kind", "required")],
        [list(row) for row in version.evidence.order_by("pk").values_list("title", "url", "file__digest")],
        sorted(version.signers.values_list("person", flat=True)),
        sorted(version.named_people.values_list("person", flat=True)),
        [version.channel_kinds, version.regions, version.audiences, version.products],
        [version.facts, version.edit_level, version.review_every_days, *_who_may_say_what(version)],
        [str(version.valid_from), str(version.valid_until)],
    ]
    return hashlib.sha256(json.dumps(covered).encode()).hexdigest()[:32]


def _who_may_say_what(version: PositionVersion) -> list[str]:
    return [version.sensitivity, version.sign_rule, *version.topic_words]
