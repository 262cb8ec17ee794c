"""What Onevoice knows of a network: how to speak to it, what a manager enters, what it allows."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django_stubs_ext import StrOrPromise

from inbox.connectors.base import Budget, Connector, Window

# The setting that says what a month may cost, for every network that charges by use.
BUDGET = "monthly_budget"


class Presence(Protocol):
    """What a connector may know of a channel."""

    @property
    def pk(self) -> int:
        """Return the channel's id, part of its webhook address."""

    @property
    def network(self) -> str:
        """Return the network it lives on."""

    @property
    def handle(self) -> str:
        """Return its name on that network."""

    @property
    def name(self) -> str:
        """Return its name among us."""

    @property
    def webhook_secret(self) -> str:
        """Return the secret that it shares with its network."""

    def access(self) -> Mapping[str, str]:
        """Return what opens its account: the settings of its network, decrypted."""

    def keep_access(self, changes: Mapping[str, str]) -> None:
        """Store settings that the network has renewed, such as a token."""

    def renewing(self) -> AbstractContextManager[Mapping[str, str]]:
        """Be the only worker that renews the access, for networks that take each token once; raises Unavailable.

        What it yields is stored now: another worker may have been quicker.
        """

    def count_use(self, uses: Mapping[str, int], *, once_a_day: bool = False) -> None:
        """Note what the network will charge for, by the names of its prices."""

    def used(self) -> Mapping[str, int]:
        """Return what the network has charged for this month, by the names of its prices."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a manager enters to connect a channel; a secret one is never shown again."""

    name: str
    label: StrOrPromise
    help: StrOrPromise = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    # The network renews it by itself; nobody enters it.
    kept: bool = False
    # A box to tick, stored as "yes".
    flag: bool = False
    # Raise Django's ValidationError for what can't be meant.
    validators: tuple[Callable[[str], None], ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a network charges for one thing, in US dollars."""

    name: str
    label: StrOrPromise
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Consent:
    """How an account's owner lets us in on the network's own page and comes back with a code: OAuth 2 with PKCE.

    `page` gives that page's address for where to come back to, a state and a verifier; `take` the settings that
    the network gives for the code. Both raise Rejected, `take` also Unavailable and Uncertain.
    """

    page: Callable[[Presence, str, str, str], str]
    take: Callable[[Presence, str, str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """What Onevoice knows of a network: how to speak to it, what it needs, what it allows."""

    connect: Callable[[Presence], Connector]
    settings: tuple[Setting, ...] = ()
    # Of networks that charge by use, and where the prices were read and when.
    prices: tuple[Price, ...] = ()
    prices_from: StrOrPromise = ""
    # Whether the connector publishes posts of the brand's own, beside its replies.
    publishes: bool = False
    # The network's id of the post at the top of a thread, from the thread's key; "" where the key does not tell.
    root: Callable[[str], str] | None = None
    # Of posts, for one account.
    budget: Budget | None = None
    window: Window | None = None
    # What a manager does on the network's own pages, step by step; %(address)s is where the network should push,
    # %(secret)s what it should know it by, %(back)s where it sends back who gave consent.
    steps: tuple[StrOrPromise, ...] = ()
    # What is put into somebody's own pages: %(site)s is this installation, %(channel)s the channel's number.
    snippet: str = ""
    consent: Consent | None = None
    # Whether what was asked in public can be answered directly, too; where everything is direct it makes no difference.
    private_replies: bool = True
    # Called when a channel was connected or changed; for networks where that takes no person.
    open_account: Callable[[Presence], None] | None = None
    # Of networks that are ours: erases what the network keeps of a customer's account, and returns how much.
    forget: Callable[[Presence, str], int] | None = None


def cost_of(prices: Iterable[Price], used: Mapping[str, int]) -> Decimal:
    """Return what so much use costs, in US dollars."""
    return sum((price.dollars * used.get(price.name, 0) for price in prices), Decimal())
