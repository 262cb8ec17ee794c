"""The shapes of the demo's files, and how they are read."""

import json
from typing import Literal, NotRequired, TypedDict

from inbox.management.demo import FOLDER


class BrandData(TypedDict):
    """A brand; the first of its languages is its main one."""

    key: str
    slug: str
    name: str
    languages: list[str]


class NamedData(TypedDict):
    """A team."""

    key: str
    name: str


class PersonData(TypedDict):
    """Somebody who signs in."""

    key: str
    name: str
    title: str
    email: str
    role: str
    teams: list[str]


class ChannelData(TypedDict):
    """A channel of a brand, answered by a team."""

    key: str
    brand: str
    team: str
    network: str
    name: str
    handle: str


class TermData(TypedDict):
    """A word that a brand does not use."""

    brand: str | None
    language: str
    kind: str
    text: str
    replacement: str
    reason: str


class OrganizationData(TypedDict):
    """A company with its people."""

    slug: str
    name: str
    brands: list[BrandData]
    teams: list[NamedData]
    people: list[PersonData]
    channels: list[ChannelData]
    terms: list[TermData]


class VersionData(TypedDict):
    """A version and how far it has come; moments are days before now, `until` days after it."""

    status: str
    facts: str
    edit_level: str
    drafted: float
    submitted_by: NotRequired[str]
    signed: NotRequired[float]
    withdrawn: NotRequired[float]
    reason: NotRequired[str]
    until: float
    review_every: int
    fill_ins: NotRequired[dict[str, str]]
    wordings: dict[str, dict[str, str]]


class PositionData(TypedDict):
    """What a brand (or every brand of the organization) says about one question."""

    key: str
    brand: str | None
    topic: str
    owner: str
    question: str
    purposes: NotRequired[list[str]]
    holding: NotRequired[bool]
    versions: list[VersionData]
    examples: dict[str, list[str]]


class SaidData(TypedDict):
    """One thing said `ago` minutes before now: by the customer, `by` a colleague, or as a colleague's `note`.

    A reply that `use`s a position holds its words where its text has "{signed}", perhaps after an `edit` of
    some words into others; one that `refused` a position had been offered it. A `picture` goes along, with
    what is to be seen on it.
    """

    ago: int
    text: NotRequired[str]
    html: NotRequired[str]
    by: NotRequired[str]
    note: NotRequired[str]
    use: NotRequired[str]
    edit: NotRequired[tuple[str, str]]
    refused: NotRequired[str]
    fill: NotRequired[dict[str, str]]
    outcome: NotRequired[str]
    words: NotRequired[str]
    picture: NotRequired[str]
    alt: NotRequired[str]


class ThreadData(TypedDict):
    """One conversation, and where it stands; `snooze` is in minutes from now, `later` a reply for tomorrow morning."""

    channel: str
    kind: Literal["public", "comment", "direct"]
    lang: str
    who: tuple[str, str, int]
    subject: NotRequired[str]
    assign: NotRequired[str]
    status: NotRequired[str]
    snooze: NotRequired[int]
    later: NotRequired[str]
    priority: NotRequired[str]
    labels: NotRequired[list[str]]
    messages: list[SaidData]


def read_organizations() -> list[OrganizationData]:
    """Return the demo's two companies."""
    organizations: list[OrganizationData] = json.loads(_text("organizations"))["organizations"]
    return organizations


def read_positions(organization: OrganizationData) -> list[PositionData]:
    """Return the positions of a company's brands."""
    positions: list[PositionData] = []
    for brand in organization["brands"]:
        positions += json.loads(_text(f"positions_{brand['key']}"))
    return positions


def read_threads(organization: OrganizationData) -> list[ThreadData]:
    """Return the conversations on a company's channels."""
    channels = {channel["key"] for channel in organization["channels"]}
    threads: list[ThreadData] = []
    for file in sorted(FOLDER.glob("threads_*.json")):
        threads += json.loads(file.read_text(encoding="utf-8"))
    return [thread for thread in threads if thread["channel"] in channels]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")
