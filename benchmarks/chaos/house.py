"""The installation of the chaos run: who and what is in it, and when everything in it has come to rest."""

import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass

import django
from django.db import Error, close_old_connections

from benchmarks.chaos.network import Ledger


@dataclass(frozen=True, slots=True)
class Place:
    """The channel on the network, and a key for agents."""

    channel_id: int
    key: str


def wait_until_it_answers(site: str, seconds: float = 180.0) -> None:
    """Return when the installation answers; raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{site}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("The installation does not answer; see its log.")


def build(server: str, secret: str) -> Place:
    """Make an organization with a channel on the network and a key that may answer."""
    django.setup()
    from accounts.actions.keys import create_key
    from accounts.models import Brand, Organization, Team, User
    from accounts.permissions import Role
    from inbox.models import Channel

    organization = Organization.objects.create(name="Chaos", slug="chaos")
    brand = Brand.objects.create(organization=organization, name="Chaos", slug="chaos")
    team = Team.objects.create(organization=organization, name="Chaos")
    owner = User.objects.create_user("o@chaos.example", name="Olga", organization=organization, role=Role.OWNER)
    fields = {"organization": organization, "brand": brand, "team": team, "webhook_secret": secret}
    channel = Channel.objects.create(network="sandbox", name="Chaos", handle="chaos", external=False, **fields)
    channel.keep_access({"server": server})
    scopes = ["tickets:read", "tickets:write"]
    _, key = create_key("chaos", organization=organization, scopes=scopes, by=owner, per_minute=100_000_000)
    return Place(channel.pk, key)


def settle(seconds: float) -> float:
    """Wait until nothing is left to do; return the seconds it took. Raises TimeoutError."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            close_old_connections()
            left = _left()
        except Error:
            left = {"database": 1}
        if not any(left.values()):
            return time.monotonic() - began
        time.sleep(2)
    raise TimeoutError(f"Still to do: {left}")


def _left() -> dict[str, int]:
    from inbox.models import Delivery, Payload

    return {
        "payloads": Payload.objects.filter(processed_at=None).count(),
        "replies": Delivery.objects.filter(state__in=["queued", "sending"]).count(),
    }


def progress(began: float, ledger: Ledger, accepted: dict[int, list[str]], killed: Counter[str]) -> None:
    """Print one line about where the run is."""
    replies = sum(len(texts) for texts in list(accepted.values()))
    seconds = time.monotonic() - began
    told = f"{seconds:4.0f} s  said {len(ledger.said)}  answered {replies}  posted {len(ledger.posts)}"
    print(f"{told}  killed {sum(killed.values())}", flush=True)
