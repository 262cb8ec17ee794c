"""Writes, submits and signs the demo's positions, at the days on which the files say it happened."""

from datetime import datetime, timedelta

from accounts.models import User
from brandvoice.actions.examples import add_examples
from brandvoice.actions.positions import (
    NewFillIn,
    NewWording,
    VersionContent,
    create_position,
    draft_version,
    expire_due_versions,
    sign_version,
    submit_version,
    withdraw_version,
)
from brandvoice.models import Example, Position, PositionVersion, Status
from inbox.management.demo import clock
from inbox.management.demo.data import PositionData, VersionData
from inbox.management.demo.people import Company
from inbox.models import Purpose

# By organization and purpose.
_TONES = {
    "northline": {"de_escalate": "calm, short, no jokes", "thank": "warm, one line"},
    "verde": {"de_escalate": "con calma, breve, sin bromas"},
}
# Between writing a version and asking for a signature.
_THOUGHT = timedelta(hours=3)


def sign_positions(positions: list[PositionData], *, company: Company, now: datetime) -> None:
    """Bring every position to where its file says it stands, and say how messages of some purposes sound."""
    for key, tone in _TONES.get(company.organization.slug, {}).items():
        Purpose.objects.filter(organization=company.organization, key=key).update(tone=tone)
    for data in positions:
        _write_position(data, company, now)
    expire_due_versions(now)


def _write_position(data: PositionData, company: Company, now: datetime) -> None:
    owner = company.people[data["owner"]]
    brand = company.brands[data["brand"]] if data["brand"] else None
    with clock.set_to(now - timedelta(days=data["versions"][0]["drafted"], hours=4)):
        position = create_position(
            data["question"],
            by=owner,
            brand=brand,
            topic=data["topic"],
            key=data["key"],
            language="en",
            holding=data.get("holding", False),
            purposes=data.get("purposes", ()),
        )
        for language, texts in data["examples"].items():
            add_examples(position, texts, language=language, by=owner, source=Example.Source.SEED)
    for version in data["versions"]:
        _walk_version(position, version, company, now)


def _walk_version(position: Position, data: VersionData, company: Company, now: datetime) -> None:
    """Write a version and take it as far as it has come."""
    owner = position.owner
    drafted = now - timedelta(days=data["drafted"]) - _THOUGHT
    content = _content_of(data, now)
    writer = company.people[data["submitted_by"]] if "submitted_by" in data else owner
    version = draft_version(position, content, by=writer, now=drafted)
    if data["status"] == Status.DRAFT:
        return
    version = submit_version(version, by=writer, now=drafted + _THOUGHT)
    if "signed" in data:
        _sign(version, data, owner, now)


def _sign(version: PositionVersion, data: VersionData, owner: User, now: datetime) -> None:
    version = sign_version(version, by=owner, now=now - timedelta(days=data["signed"]))
    if "withdrawn" in data:
        withdraw_version(version, by=owner, reason=data["reason"], now=now - timedelta(days=data["withdrawn"]))


def _content_of(data: VersionData, now: datetime) -> VersionContent:
    wordings = tuple(
        NewWording(text, language, kind) for language, kinds in data["wordings"].items() for kind, text in kinds.items()
    )
    return VersionContent(
        wordings=wordings,
        facts=data["facts"],
        valid_until=now + timedelta(days=data["until"]),
        review_every_days=data["review_every"],
        edit_level=data["edit_level"],
        fill_ins=tuple(NewFillIn(name, kind) for name, kind in data.get("fill_ins", {}).items()),
    )
