"""Views that people save: conditions under a name, and which tickets fulfil them, kept beside the tickets."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Team
from inbox.models.tickets import Ticket

if TYPE_CHECKING:
    from accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Conditions on saved views."""

    def visible_to(self, user: "User") -> "SavedViewQuerySet":
        """Return the user's own views, those of their teams and everybody's; who may share sees every team's."""
        shared = Q(owner=None)
        if not user.may("view.share"):
            shared &= Q(team=None) | Q(team__in=user.teams.values("pk"))
        return self.filter(Q(owner=user) | shared, organization=user.organization_id)

    def in_order(self) -> "SavedViewQuerySet":
        """Return views as the rail lists them."""
        return self.order_by("position", "name", "pk")


class SavedView(models.Model):
    """Conditions under a name. It is a person's, a team's, or everybody's where it names neither."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    # What search understands: tokens, without words.
    query = models.CharField(_("conditions"), max_length=300)
    # What the conditions say of whoever looks: the ticket is theirs, it is not, or nothing (None). The members are
    # those of all other conditions.
    mine = models.BooleanField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    # When the members were last found from scratch, None until they have been; and after which ticket that goes on,
    # None where nobody asks for it.
    built_at = models.DateTimeField(null=True, blank=True)
    build_from = models.BigIntegerField(null=True, blank=True, default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of tickets", "view")
        verbose_name_plural = pgettext_lazy("of tickets", "views")
        constraints = [models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="view_has_one_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Return what addresses and pages call it."""
        return f"v{self.pk}"

    def may_be_changed_by(self, user: "User") -> bool:
        """Return whether a person who sees the view may change it: everybody their own, leaders what is shared."""
        return self.owner_id == user.pk if self.owner_id else user.may("view.share")


class ViewMember(models.Model):
    """A ticket that fulfils a view's conditions, with whose it was, and its place, when it was last judged."""

    pk = models.CompositePrimaryKey("view_id", "ticket_id")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="members", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="memberships")
    team_id = models.BigIntegerField()
    # 0: nobody's.
    assignee_id = models.BigIntegerField()
    last_message_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # The list of a view, newest first, however many tickets it holds and however many it doesn't.
            models.Index(F("view"), F("last_message_at").desc(), F("ticket").desc(), name="view_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.view_id}: {self.ticket_id}"


class ViewCount(models.Model):
    """How many members a view has of one team and one assignee: what anybody's count is summed from."""

    pk = models.CompositePrimaryKey("view_id", "team_id", "assignee_id")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="counts", db_index=False)
    team_id = models.BigIntegerField()
    # 0: nobody's.
    assignee_id = models.BigIntegerField()
    tickets = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.view_id}: {self.tickets}"
