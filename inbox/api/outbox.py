"""What is to be posted, leased to the connector of a channel, and what it reports."""

from collections import Counter
from collections.abc import Iterator

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions.deliveries import lease_deliveries, report_status
from inbox.actions.reports import NetworkReport, report_statuses
from inbox.api.documents import DeliveryDocument
from inbox.api.door import ChannelDoor, body_of, encoded, query_of
from inbox.api.outbox_documents import Leased, Outbox, Reported, ReportsAnswer
from inbox.api.problems import not_found
from inbox.api.schema import Schema, documented, reference_to
from inbox.api.sentences import MALFORMED, Fault, fault_in, unstorable
from inbox.api.shapes import OutboxQuery, Report, ReportOn, Reports
from inbox.models import Delivery
from inbox.queries.connectors import delivery_in
from inbox.queries.surveys import sent_texts

SEVERAL: Schema = {
    "type": "object",
    "properties": {"reports": {"type": "array", "items": reference_to(ReportOn), "minItems": 1, "maxItems": 500}},
    "required": ["reports"],
    "additionalProperties": False,
}


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
        texts = sent_texts([delivery.message for delivery in leased if delivery.message])
        return encoded(Outbox([Leased.of(delivery, texts.get(delivery.message_id or 0, "")) for delivery in leased]))


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


class ReportsDoor(ChannelDoor):
    """Takes the connector's word on many replies."""

    scope = Scope.OUTBOX

    @documented(
        "report_on_replies",
        "Report what became of up to 500 replies. Each is answered for itself: `noted` with where the reply stands, "
        "`unknown` when the channel has no such reply, or `invalid` with what was allowed. Saying the same twice is "
        "harmless.",
        takes=SEVERAL,
        answers=ReportsAnswer,
        example={"reports": [{"delivery": 7, "status": "sent", "external_id": "3kf2q"}]},
    )
    def post(self, request: Request, channel_id: int) -> HttpResponse:
        """Note those that can be read, and answer for each."""
        items = [_read(raw) for raw in body_of(request, Reports).reports]
        reports = [_network_report(item) for item in items if isinstance(item, ReportOn)]
        noted = iter(report_statuses(self.channel, reports, by=self.key))
        results = [_result(index, item, noted) for index, item in enumerate(items)]
        count = Counter(result.status for result in results)
        return encoded(ReportsAnswer(count["noted"], count["unknown"], count["invalid"], results))


def _read(raw: msgspec.Raw) -> ReportOn | list[Fault]:
    """Return one report, decoded by itself so that it can't spoil the others."""
    try:
        report = msgspec.json.decode(raw, type=ReportOn)
    except msgspec.ValidationError as error:
        return [fault_in(error, ReportOn)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [Fault("", MALFORMED)]
    return list(unstorable(report)) or report


def _network_report(report: ReportOn) -> NetworkReport:
    return NetworkReport(report.delivery, report.status, report.external_id, report.url, report.reason)


def _result(index: int, item: ReportOn | list[Fault], noted: Iterator[Delivery | None]) -> Reported:
    if isinstance(item, list):
        return Reported(index, "invalid", errors=item)
    delivery = next(noted)
    if delivery is None:
        return Reported(index, "unknown")
    return Reported(index, "noted", DeliveryDocument.of(delivery))
