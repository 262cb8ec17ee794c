"""Figures kept by the log: what was asked, answered and resolved, by hour and by day, so that no page counts messages.

No row holds anything of a customer; agents are in it by their ids. `inbox.rollups` says what each column counts.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Brand, Organization
from inbox.models.tickets import Ticket


class Rollup(models.Model):
    """What was counted for one brand in one stretch of time, under one value of one kind; "all" has the value ""."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    # A key, or the id of a row; "" is none or unknown.
    value = models.CharField(max_length=80, blank=True)
    # Customers' messages: the first ones of their tickets, all, how they feel, how soon somebody should look.
    opened = models.IntegerField(db_default=0)
    asked = models.IntegerField(db_default=0)
    positive = models.IntegerField(db_default=0)
    neutral = models.IntegerField(db_default=0)
    negative = models.IntegerField(db_default=0)
    whenever = models.IntegerField(db_default=0)
    in_turn = models.IntegerField(db_default=0)
    soon = models.IntegerField(db_default=0)
    at_once = models.IntegerField(db_default=0)
    # Our replies: all, those with signed words, and how their customers sounded in their next message.
    replies = models.IntegerField(db_default=0)
    signed = models.IntegerField(db_default=0)
    better = models.IntegerField(db_default=0)
    same = models.IntegerField(db_default=0)
    worse = models.IntegerField(db_default=0)
    # Tickets: resolved here, and opened again after that.
    resolved = models.IntegerField(db_default=0)
    reopened = models.IntegerField(db_default=0)
    # Surveys that customers have answered, and of these how many say that they were content.
    rated = models.IntegerField(db_default=0)
    content = models.IntegerField(db_default=0)
    # How many took how long, by the classes of `inbox.rollup_facts.BOUNDS`; what is missing at the end is 0.
    first_reply = ArrayField(models.IntegerField(), default=list)
    resolution = ArrayField(models.IntegerField(), default=list)

    class Meta:
        abstract = True


class RollupHour(Rollup):
    """An hour of UTC."""

    pk = models.CompositePrimaryKey("organization_id", "kind", "hour", "brand_id", "value")
    hour = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.value} at {self.hour}"


class RollupDay(Rollup):
    """A day by the organization's clock: the hours of UTC that begin in it, 23 to 25 of them."""

    pk = models.CompositePrimaryKey("organization_id", "kind", "day", "brand_id", "value")
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.kind} {self.value} on {self.day}"


class RollupMonth(Rollup):
    """A month by the organization's clock, by its first day: the sum of its days. A year is read in few rows."""

    pk = models.CompositePrimaryKey("organization_id", "kind", "month", "brand_id", "value")
    month = models.DateField()

    def __str__(self) -> str:
        return f"{self.kind} {self.value} in {self.month:%Y-%m}"


class TicketStory(models.Model):
    """A ticket as `inbox.rollup_facts.Story` has it: what its next event may need in order to be counted."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="story", db_constraint=False)
    state = models.JSONField()

    def __str__(self) -> str:
        return f"story of {self.ticket_id}"
