"""What is to be posted, leased to the connector of a channel, and what it reports."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions.deliveries import lease_deliveries, report_status
from inbox.api.documents import DeliveryDocument, Leased, Outbox
from inbox.api.door import ChannelDoor, body_of, encoded, query_of
from inbox.api.problems import not_found
from inbox.api.schema import documented
from inbox.api.shapes import OutboxQuery, Report
from inbox.queries.connectors import delivery_in


class OutboxDoor(ChannelDoor):
    """Leases replies."""

    scope = Scope.OUTBOX

    @documented(
        "lease_replies",
        "Lease replies to post. What is not reported on before `lease_until` comes back to the next who asks.",
        query=OutboxQuery,
        answers=Outbox,
    )
    def get(self, request: Request, channel_id: int) -> HttpResponse:
        """Answer with what the connector should post now."""
        query = query_of(request, OutboxQuery)
        leased = lease_deliveries(self.channel, limit=query.limit, seconds=query.lease)
        return encoded(Outbox([Leased.of(delivery) for delivery in leased]))


class ReportDoor(ChannelDoor):
    """Takes the connector's word on a reply."""

    scope = Scope.OUTBOX

    @documented(
        "report_on_reply",
        "Report what became of a reply. Statuses only move forward: a late one changes nothing, and saying the "
        "same twice is harmless. The answer is where the reply stands.",
        takes=Report,
        answers=DeliveryDocument,
        example={"status": "sent", "external_id": "3kf2q", "url": "https://social.example/@acme/3kf2q"},
    )
    def post(self, request: Request, channel_id: int, delivery_id: int) -> HttpResponse:
        """Note it and answer with where the reply stands."""
        report = body_of(request, Report)
        delivery = delivery_in(self.channel, delivery_id)
        if delivery is None:
            raise not_found()
        reported = report_status(
            delivery,
            report.status,
            external_id=report.external_id,
            url=report.url,
            words=report.reason,
            by=self.key,
        )
        return encoded(DeliveryDocument.of(reported))
