"""Brands as a person sees them: those among which they may choose, and the one to which their lists are narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import Brand, User
from accounts.models.organizations import BrandQuerySet
from inbox.models import Channel


@dataclass(frozen=True, slots=True)
class BrandChoice:
    """What the switcher of the rail offers: more than one brand, and the one that is chosen, or None for all."""

    brands: Sequence[Brand]
    chosen: Brand | None


def brands_of(user: User) -> BrandQuerySet:
    """Return the brands whose tickets reach the person: by the channels of their teams, or all.

    A team without channels of its own is given its tickets by people and rules, of whatever brand.
    """
    brands = Brand.objects.visible_to(user).order_by("name", "pk")
    if user.may("ticket.view_all"):
        return brands
    channels = Channel.objects.visible_to(user)
    anything = Exists(user.teams.exclude(pk__in=channels.values("team")))
    theirs = Exists(channels.filter(brand=OuterRef("pk"), team__in=user.teams.values("pk")))
    return brands.filter(anything | theirs)


def brand_choice(user: User) -> BrandChoice | None:
    """Return what the person may narrow their lists to, or None where there is nothing to choose."""
    brands = list(brands_of(user)) if user.organization_id else []
    if len(brands) < 2:
        return None
    return BrandChoice(brands, next((brand for brand in brands if brand.pk == user.shown_brand_id), None))


def narrowed_to(user: User) -> Brand | None:
    """Return the brand to which the person's lists are narrowed; None where they show all that the person may see."""
    choice = brand_choice(user) if user.shown_brand_id else None
    return choice.chosen if choice else None


def of_brand(brand: Brand | None) -> Q:
    """Return the condition on tickets that narrows a list to a brand."""
    return Q(brand=brand) if brand else Q()
