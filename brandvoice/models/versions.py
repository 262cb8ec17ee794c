"""A version of a position: drafted, reviewed, signed; once signed it never changes."""

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models.positions import Position


class Status(models.TextChoices):
    """Where a version is in its life."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("To sign")
    SIGNED = "signed", _("Signed")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


# The whole life of a version; `_move` in actions/versions.py is the only one who walks it, and a
# trigger in the database refuses every step away from a signed version that is not here.
MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.IN_REVIEW}),
    Status.IN_REVIEW: frozenset({Status.DRAFT, Status.SIGNED}),
    Status.SIGNED: frozenset({Status.SUPERSEDED, Status.WITHDRAWN, Status.EXPIRED}),
    Status.SUPERSEDED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.EXPIRED: frozenset(),
}
OPEN = (Status.DRAFT, Status.IN_REVIEW)
# When a signed version is in use, as a range of the database.
IN_USE = Func(
    F("valid_from"), Least("valid_until", "gives_way_at"), function="tstzrange", output_field=DateTimeRangeField()
)


class EditLevel(models.TextChoices):
    """How much of the signed words an agent may change."""

    VERBATIM = "verbatim", _("Word for word")
    FILL_INS = "fill_ins", _("Fill-ins only")
    ADAPT = "adapt", _("May be adapted")


class SignRule(models.TextChoices):
    """How many of the named signers must sign."""

    ANY = "any", _("One of them")
    ALL = "all", _("All of them")


class Sensitivity(models.TextChoices):
    """Who may talk about it."""

    OPEN = "open", _("Everybody may use it")
    NAMED = "named", _("Named people only")
    # Its wording is all that may be said about the topic.
    SILENT = "silent", _("Not discussed: nothing but these words")


class CustomerScope(TypedDict):
    """What is known of a customer, for words that are signed for some only; "" where nobody knows."""

    region: str
    audience: str
    product: str


class PositionVersionQuerySet(models.QuerySet["PositionVersion"]):
    """Conditions on versions."""

    def visible_to(self, user: User) -> "PositionVersionQuerySet":
        """Return the versions of the user's organization."""
        return self.filter(organization=user.organization_id)

    def signed(self) -> "PositionVersionQuerySet":
        """Return the versions that are signed and neither replaced, withdrawn nor marked as expired."""
        return self.filter(status=Status.SIGNED)

    def live(self, now: datetime) -> "PositionVersionQuerySet":
        """Return the signed versions that are valid at `now`, whether or not a sweep has come by."""
        ends = Q(valid_until=None) | Q(valid_until__gt=now)
        way_given = Q(gives_way_at__lte=now)
        return self.signed().filter(ends, ~way_given, valid_from__lte=now)

    def in_review(self) -> "PositionVersionQuerySet":
        """Return the versions that wait for a signature."""
        return self.filter(status=Status.IN_REVIEW)

    def open(self) -> "PositionVersionQuerySet":
        """Return the versions that are still being written or wait for a signature."""
        return self.filter(status__in=OPEN)

    def due(self, now: datetime) -> "PositionVersionQuerySet":
        """Return the signed versions whose time is over, or whose successor has begun."""
        return self.signed().filter(Q(valid_until__lte=now) | Q(gives_way_at__lte=now))

    def for_brand(self, brand_id: int) -> "PositionVersionQuerySet":
        """Return the versions that speak for this brand."""
        return self.filter(Q(position__brand=brand_id) | Q(position__brand=None))

    def for_channel(self, network: str) -> "PositionVersionQuerySet":
        """Return the versions that may be used on this kind of channel."""
        return self.filter(Q(channel_kinds=[]) | Q(channel_kinds__contains=[network]))

    def for_scope(self, *, region: str = "", audience: str = "", product: str = "") -> "PositionVersionQuerySet":
        """Return the versions meant for this customer; one made for a region is not used where none is known."""
        asked = {"regions": region, "audiences": audience, "products": product}
        fits = (Q(**{name: []}) | Q(**{f"{name}__contains": [value.strip().lower()]}) for name, value in asked.items())
        return self.filter(*fits)

    def for_person(self, person_id: int | None) -> "PositionVersionQuerySet":
        """Return the versions that this person may use; None is somebody unknown."""
        named = PositionVersion.objects.filter(named_people__person=person_id).values("pk")
        return self.filter(~Q(sensitivity=Sensitivity.NAMED) | Q(pk__in=named))

    def silent(self) -> "PositionVersionQuerySet":
        """Return the versions of what is not discussed."""
        return self.filter(sensitivity=Sensitivity.SILENT)

    def lock(self, pk: int) -> "PositionVersion":
        """Return the version as it stands now, held until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("position").get(pk=pk)


class PositionVersion(models.Model):
    """One edition of a position: its facts, its scope, its dates and who stands behind it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, models.CASCADE, related_name="versions", verbose_name=_("position"))
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    facts = models.TextField(_("rests on"), blank=True)
    channel_kinds = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("kinds of channel")
    )
    regions = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("regions"))
    audiences = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("audiences"))
    products = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("products"))
    sensitivity = models.CharField(
        _("sensitivity"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.OPEN
    )
    # What is not discussed goes by these words; where there are none, by the position's topic.
    topic_words = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("its words"))
    sign_rule = models.CharField(_("signed by"), max_length=10, choices=SignRule.choices, default=SignRule.ANY)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    # When a version that was signed for later takes this one's place: the one date set after a signature.
    gives_way_at = models.DateTimeField(_("gives way"), null=True, blank=True)
    review_every_days = models.PositiveIntegerField(_("review every (days)"), null=True, blank=True)
    edit_level = models.CharField(_("agents may"), max_length=10, choices=EditLevel.choices, default=EditLevel.FILL_INS)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("created"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    # Whose name it is where a colleague has signed for them.
    signed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed for")
    )
    signed_at = models.DateTimeField(_("signed"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    # Why it was sent back or withdrawn.
    reason = models.TextField(_("reason"), blank=True)

    objects = PositionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["position", "number"], name="version_number_once"),
            ExclusionConstraint(
                name="version_signed_one_at_a_time",
                expressions=[
                    (F("position"), RangeOperators.EQUAL),
                    (IN_USE, RangeOperators.OVERLAPS),
                ],
                condition=Q(status="signed"),
            ),
            models.UniqueConstraint(
                fields=["position"], condition=Q(status__in=["draft", "in_review"]), name="version_open_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "in_review"])
                | Q(signed_by__isnull=False, signed_at__isnull=False, valid_from__isnull=False),
                name="version_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gt=models.F("valid_from")),
                name="version_window_not_empty",
            ),
        ]
        indexes = [
            # The hard filter before every suggestion, and what waits for a signature.
            models.Index(fields=["organization", "status"], name="version_by_status"),
            models.Index(fields=["valid_until"], condition=Q(status="signed"), name="version_due"),
            # What is not discussed is asked for before every text.
            models.Index(
                fields=["organization"], condition=Q(status="signed", sensitivity="silent"), name="version_silent"
            ),
            models.Index(
                fields=["gives_way_at"],
                condition=Q(status="signed", gives_way_at__isnull=False),
                name="version_gives_way",
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.number}

    @property
    def signed_name(self) -> str:
        """Return whose name stands under it: "Amira Ito", or "Lena Brandt for Amira Ito"."""
        if self.signed_by is None:
            return ""
        if self.signed_for is None:
            return self.signed_by.name
        return gettext("%(who)s for %(name)s") % {"who": self.signed_by.name, "name": self.signed_for.name}

    @property
    def ends_at(self) -> datetime | None:
        """Return when these words go out of use as things stand: at their own end, or for a successor."""
        return min(filter(None, (self.valid_until, self.gives_way_at)), default=None)

    @property
    def is_for_later(self) -> bool:
        """Return whether its time began, or will begin, after it was signed."""
        return self.signed_at is not None and self.valid_from is not None and self.valid_from > self.signed_at

    @property
    def is_scheduled(self) -> bool:
        """Return whether it is signed for a moment that has not come yet."""
        return self.status == Status.SIGNED and self.valid_from is not None and self.valid_from > timezone.now()
