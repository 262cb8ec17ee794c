"""The one hard filter: which wordings may be used here and now."""

from datetime import datetime

from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import PositionVersion, Wording
from brandvoice.models.wordings import WordingQuerySet


def usable_wordings(
    organization_id: int,
    brand_id: int,
    network: str,
    language: str,
    now: datetime,
    *,
    region: str = "",
    audience: str = "",
    product: str = "",
    person_id: int | None = None,
) -> WordingQuerySet:
    """Return what is signed, valid at `now` and written for this brand, network, language, customer and agent.

    Suggesting, inserting and sending all start here. English is let through beside the customer's
    language, for brands that have nothing else; an empty `language` asks for any. Where nothing is known of the
    customer or the agent, what was signed for some of them only is left out.
    """
    versions = PositionVersion.objects.filter(organization=organization_id)
    versions = versions.live(now).for_brand(brand_id).for_channel(network).for_person(person_id)
    versions = versions.for_scope(region=region, audience=audience, product=product)
    wordings = Wording.objects.filter(organization=organization_id, version__in=versions).for_channel(network)
    if language:
        wordings = wordings.filter(language__in={base_language(language), FALLBACK})
    return wordings


def variants_of(wording: Wording) -> WordingQuerySet:
    """Return the other signed ways to say the same: same version, language and kind of channel."""
    place = {"version": wording.version_id, "language": wording.language, "channel_kind": wording.channel_kind}
    return Wording.objects.filter(**place).exclude(pk=wording.pk).order_by("variant")
