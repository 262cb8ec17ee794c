"""Opens the demo's organizations: people, teams, brands, channels and the words they avoid."""

import secrets
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.actions.people import change_members, create_organization
from accounts.models import Brand, Organization, Team, User
from accounts.permissions import Role
from brandvoice.actions.rules import RuleDraft, create_rules
from inbox.connectors.registry import connect
from inbox.management.demo import PASSWORD
from inbox.management.demo.data import ChannelData, OrganizationData, PersonData
from inbox.models import Channel, Network

_CLOCKS = {"northline": "Europe/Berlin", "verde": "Europe/Madrid"}


@dataclass(frozen=True, slots=True)
class Company:
    """An organization of the demo and its rows by the keys that the files use."""

    organization: Organization
    owner: User
    lead: User
    people: dict[str, User]
    brands: dict[str, Brand]
    channels: dict[str, Channel]


def open_company(data: OrganizationData) -> Company:
    """Make an organization with everybody and everything in it but talk."""
    organization, people = _bring_people(data)
    roles = {person["role"]: people[person["key"]] for person in data["people"]}
    owner, lead = roles[Role.OWNER], roles[Role.LEAD]
    brands = {
        brand["key"]: Brand.objects.create(
            organization=organization, slug=brand["slug"], name=brand["name"], language=brand["languages"][0]
        )
        for brand in data["brands"]
    }
    teams = _form_teams(data, organization, owner, people)
    channels = {
        channel["key"]: _open_channel(channel, brands[channel["brand"]], teams[channel["team"]])
        for channel in data["channels"]
    }
    _write_rules(data, organization, owner, brands)
    return Company(organization, owner, lead, people, brands, channels)


def _bring_people(data: OrganizationData) -> tuple[Organization, dict[str, User]]:
    owner = next(person for person in data["people"] if person["role"] == Role.OWNER)
    organization = create_organization(
        data["name"], slug=data["slug"], owner_email=owner["email"], owner_name=owner["name"], by=None
    )
    organization.time_zone = _CLOCKS.get(data["slug"], "UTC")
    organization.save(update_fields=["time_zone"])
    # One hash for all: hashing is slow on purpose, and here everybody's password is the same.
    password = _hashed()
    people = {person["key"]: _bring_person(person, organization, password) for person in data["people"]}
    return organization, people


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _bring_person(data: PersonData, organization: Organization, password: str) -> User:
    person, _ = User.objects.update_or_create(
        email=data["email"],
        defaults={
            "organization": organization,
            "name": data["name"],
            "title": data["title"],
            "role": Role(data["role"]),
            "password": password,
        },
    )
    return person


def _form_teams(
    data: OrganizationData, organization: Organization, owner: User, people: dict[str, User]
) -> dict[str, Team]:
    teams = {}
    for team in data["teams"]:
        teams[team["key"]] = Team.objects.create(organization=organization, name=team["name"])
        members = [people[person["key"]] for person in data["people"] if team["key"] in person["teams"]]
        change_members(teams[team["key"]], members=members, by=owner)
    return teams


def _open_channel(data: ChannelData, brand: Brand, team: Team) -> Channel:
    """Open a channel; the sandbox's is posted to by our own connector, the others wait for external ones."""
    channel = Channel.objects.create(
        organization=brand.organization,
        brand=brand,
        team=team,
        network=data["network"],
        name=data["name"],
        handle=data["handle"],
        external=data["network"] != Network.SANDBOX,
        webhook_secret=secrets.token_urlsafe(32),
    )
    connect(channel)
    return channel


def _write_rules(data: OrganizationData, organization: Organization, owner: User, brands: dict[str, Brand]) -> None:
    create_rules(
        organization,
        [
            RuleDraft(
                f"term.{term['kind']}",
                {"phrases": [term["text"]], "replacement": term["replacement"], "reason": term["reason"]},
                brand=brands[term["brand"]] if term["brand"] else None,
                language=term["language"],
            )
            for term in data["terms"]
        ],
        by=owner,
    )
