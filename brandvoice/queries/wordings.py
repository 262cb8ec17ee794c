"""The one hard filter: which wordings may be used here and now."""

from datetime import datetime

from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import PositionVersion, Wording
from brandvoice.models.wordings import WordingQuerySet


def usable_wordings(organization_id: int, brand_id: int, network: str, language: str, now: datetime) -> WordingQuerySet:
    """Return what is signed, valid at `now` and written for this brand, network and language.

    Suggesting, inserting and sending all start here. English is let through beside the customer's
    language, for brands that have nothing else; an empty `language` asks for any.
    """
    versions = PositionVersion.objects.filter(organization=organization_id)
    versions = versions.live(now).for_brand(brand_id).for_channel(network)
    wordings = Wording.objects.filter(organization=organization_id, version__in=versions).for_channel(network)
    if language:
        wordings = wordings.filter(language__in={base_language(language), FALLBACK})
    return wordings
