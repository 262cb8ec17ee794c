"""Which signed wordings may be said in a planned post, on all of the channels that say the same."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from brandvoice.languages import base_language
from brandvoice.models import Wording
from brandvoice.models.wordings import WordingQuerySet
from brandvoice.queries.wordings import usable_wordings
from inbox.models import Channel

# No list is longer.
MOST = 200


def offered(user: User, channels: Sequence[Channel], language: str) -> WordingQuerySet:
    """Return what may be said on each of these channels, loaded with their brands; nothing where there is none.

    An empty `language` asks for that of each channel's brand.
    """
    now = timezone.now()
    found = Wording.objects.visible_to(user) if channels else Wording.objects.none()
    for channel in channels:
        spoken = base_language(language or channel.brand.language)
        usable = usable_wordings(
            channel.organization_id, channel.brand_id, channel.network, "", now, person_id=user.pk
        ).filter(language=spoken)
        found = found.filter(pk__in=usable.values("pk"))
    related = found.select_related("version__position", "version__signed_by")
    return related.order_by("version__position__question", "-channel_kind", "variant", "pk")
