"""What X charges for, what of this month's budget is left, and what happens when nothing is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.connectors.base import Postponed, Uncertain
from inbox.connectors.network import Price, cost_of

POST_READ, USER_READ, DIRECT_READ = "post_read", "user_read", "dm_read"
POST, LINKED_POST, DIRECT = "post", "post_with_link", "dm"

# Where X has two prices for a thing, depending on what can't be seen from here, the higher one.
PRICES = (
    Price(POST_READ, gettext_lazy("Posts read, asked for or pushed"), Decimal("0.005")),
    Price(USER_READ, gettext_lazy("Accounts read"), Decimal("0.010")),
    Price(DIRECT_READ, gettext_lazy("Direct messages read, asked for or pushed"), Decimal("0.010")),
    Price(POST, gettext_lazy("Replies posted"), Decimal("0.015")),
    Price(LINKED_POST, gettext_lazy("Replies posted with a link"), Decimal("0.200")),
    Price(DIRECT, gettext_lazy("Direct messages sent"), Decimal("0.015")),
)
# What X pushes and is paid for; what is not here it pushes for nothing.
EVENTS = {
    "post.create": POST_READ,
    "post.delete": POST_READ,
    "post.mention.create": POST_READ,
    "post.reply.create": POST_READ,
    "post.quote.create": POST_READ,
    "post.repost.create": POST_READ,
    "dm.received": DIRECT_READ,
    "chat.received": DIRECT_READ,
}
NEARLY = Decimal("0.8")
# A budget that a manager raises is noticed within so many seconds.
LOOK_AGAIN = 600.0


class BudgetSpent(Postponed):
    """The month's money is gone: nothing that costs is asked for."""


@dataclass(frozen=True, slots=True)
class Meter:
    """The meter of one channel; without a budget it only counts."""

    budget: Decimal | None
    count_use: Callable[..., None]
    used: Callable[[], Mapping[str, int]]

    def count(self, name: str, number: int = 1, *, once_a_day: bool = False) -> None:
        """Note something that X charges for; X charges for the same account once a day."""
        self.count_use({name: number}, once_a_day=once_a_day)

    @contextmanager
    def charging(self, name: str) -> Iterator[None]:
        """Count what is posted inside, and what may have been."""
        try:
            yield
        except Uncertain:
            self.count(name)
            raise
        self.count(name)

    def spent(self) -> Decimal:
        """Return what this month has cost so far."""
        return cost_of(PRICES, self.used())

    def require_money(self) -> None:
        """Raise BudgetSpent when nothing of this month's budget is left."""
        if self.budget is None or (spent := self.spent()) < self.budget:
            return
        raise BudgetSpent(
            _(
                "This month's budget for X is spent ($%(spent)s of $%(budget)s): Onevoice asks X for nothing more. "
                "X goes on charging for what it pushes until its subscriptions are ended there."
            )
            % {"spent": number_format(round(spent, 2), 2), "budget": number_format(round(self.budget, 2), 2)},
            LOOK_AGAIN,
        )

    def remark(self) -> str:
        """Return a word of warning when the budget is nearly spent."""
        if self.budget is None or (spent := self.spent()) < self.budget * NEARLY:
            return ""
        return _("$%(spent)s of this month's $%(budget)s for X are spent.") % {
            "spent": number_format(round(spent, 2), 2),
            "budget": number_format(round(self.budget, 2), 2),
        }
