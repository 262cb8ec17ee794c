"""Reads what a connector's key may see: its channels."""

from accounts.models import ApiKey
from inbox.models import Channel, ChannelKey
from inbox.models.channels import ChannelQuerySet


def channels_of(key: ApiKey) -> ChannelQuerySet:
    """Return the channels that the key may speak for, with their brands, in a fixed order."""
    return Channel.objects.open_to(key).select_related("brand").order_by("pk")


def channel_for(key: ApiKey, pk: int) -> tuple[Channel, int] | None:
    """Return a channel that the key may speak for, and how many requests a minute the key may make there."""
    channel = Channel.objects.open_to(key).filter(pk=pk).first()
    if channel is None:
        return None
    own = ChannelKey.objects.filter(channel=channel, key=key).values_list("per_minute", flat=True).first()
    return channel, key.per_minute if own is None else own
