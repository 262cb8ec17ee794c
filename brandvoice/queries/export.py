"""Positions as records, to be written into a file."""

from datetime import datetime
from typing import Any

from accounts.models import User
from brandvoice.exchange import FillInRecord, LinkRecord, PositionRecord, WordingRecord
from brandvoice.models import Position, PositionVersion
from brandvoice.models.versions import OPEN
from brandvoice.queries.library import LibraryFilter, narrow_positions
from brandvoice.queries.positions import signed_at

# More than any library that people keep by hand.
MOST = 20_000


def export_positions(user: User, wanted: LibraryFilter, *, now: datetime) -> list[PositionRecord]:
    """Return what the positions say today: the signed version, else the one being written, else the last."""
    found = narrow_positions(Position.objects.visible_to(user), wanted, now).select_related("brand", "owner")
    versions = PositionVersion.objects.prefetch_related(
        "wordings", "fill_ins", "evidence", "signers__person", "named_people__person"
    ).order_by("-number")
    by_position: dict[int, list[PositionVersion]] = {}
    rows = list(found.order_by("question", "pk")[:MOST])
    for version in versions.filter(position__in=[row.pk for row in rows]):
        by_position.setdefault(version.position_id, []).append(version)
    return [_record(position, by_position.get(position.pk, []), now) for position in rows]


def _record(position: Position, versions: list[PositionVersion], now: datetime) -> PositionRecord:
    frame: dict[str, Any] = {
        "key": position.key,
        "question": position.question,
        "topic": position.topic,
        "brand": position.brand.slug if position.brand else "",
        "owner": position.owner.email,
        "purposes": tuple(position.purposes),
    }
    open_one = next((version for version in versions if version.status in OPEN), None)
    version = signed_at(versions, now)[0] or open_one or next(iter(versions), None)
    return PositionRecord(**frame, **_content(version)) if version else PositionRecord(**frame)


def _content(version: PositionVersion) -> dict[str, Any]:
    wordings = sorted(version.wordings.all(), key=lambda w: (w.language, w.channel_kind, w.variant))
    return {
        "facts": version.facts,
        "channel_kinds": tuple(version.channel_kinds),
        "regions": tuple(version.regions),
        "audiences": tuple(version.audiences),
        "products": tuple(version.products),
        "valid_from": version.valid_from.isoformat() if version.valid_from else "",
        "valid_until": version.valid_until.isoformat() if version.valid_until else "",
        "review_every_days": str(version.review_every_days or ""),
        "edit_level": version.edit_level,
        "sensitivity": version.sensitivity,
        "topic_words": tuple(version.topic_words),
        "sign_rule": version.sign_rule,
        "signers": tuple(sorted(signer.person.email for signer in version.signers.all())),
        "named_people": tuple(sorted(named.person.email for named in version.named_people.all())),
        "fill_ins": tuple(FillInRecord(f.name, f.kind, f.required) for f in version.fill_ins.all()),
        "links": tuple(LinkRecord(e.title, e.url) for e in version.evidence.all() if e.url),
        "wordings": tuple(WordingRecord(w.language, w.channel_kind, w.text) for w in wordings),
    }
