"""The shapes of what the REST API takes and answers: each defined once, for the check, the answer and the schema."""

import msgspec

from inbox.models import Channel


class ChannelItem(msgspec.Struct, frozen=True):
    """A channel as a connector sees it."""

    id: int
    name: str
    network: str
    handle: str
    brand: str

    @classmethod
    def of(cls, channel: Channel) -> "ChannelItem":
        """Return the shape of a row."""
        return cls(channel.pk, channel.name, channel.network, channel.handle, channel.brand.name)


class ChannelList(msgspec.Struct, frozen=True):
    """All channels of a key."""

    channels: list[ChannelItem]
