"""Makes channels for programs that bring their own."""

from django.db import transaction

from accounts.models import ApiKey, Brand, Team
from inbox import events, outside
from inbox.actions.endpoints import new_secret, open_reader
from inbox.models import Channel, ChannelKey, Endpoint, Network, Shape


@transaction.atomic(durable=True)
def open_inbox(name: str, webhook_url: str, *, brand: Brand, team: Team, by: ApiKey) -> Channel:
    """Make a channel that a program serves, and tell its address of replies; raises outside.Forbidden.

    A key that may not speak for every channel may speak for this one, too.
    """
    if webhook_url:
        outside.resolve(webhook_url)
    channel = Channel.objects.create(
        organization_id=by.organization_id, brand=brand, team=team, network=Network.OTHER, name=name, external=True
    )
    if not by.all_channels:
        ChannelKey.objects.create(channel=channel, key=by, per_minute=by.per_minute)
    facts = {"channel": channel.pk}
    events.record_about_organization(by.organization_id, "channel.connected", by=by, facts=facts)
    if webhook_url:
        _tell(channel, webhook_url, by)
    return channel


def _tell(channel: Channel, webhook_url: str, by: ApiKey) -> None:
    endpoint = Endpoint.objects.create(
        organization_id=channel.organization_id,
        name=channel.name,
        url=webhook_url,
        channel=channel,
        shape=Shape.CHATWOOT,
        secret=new_secret(),
    )
    open_reader()
    facts = {"endpoint": endpoint.pk}
    events.record_about_organization(channel.organization_id, "endpoint.created", by=by, facts=facts)
