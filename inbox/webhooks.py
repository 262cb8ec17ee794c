"""Where networks push what happened: verified on the raw bytes, stored, answered; read afterwards."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox.actions.payloads import store_payload
from inbox.connectors.base import BadSignature, Charges, HearsWebhooks, ShakesHands, WebhookRequest
from inbox.connectors.registry import NoConnector, connector_for
from inbox.models import Channel

LARGEST_BODY = 1_000_000

app_name = "webhooks"


@csrf_exempt
@require_http_methods(["GET", "POST", "PUT"])
def receive(request: HttpRequest, channel_id: int, rest: str = "") -> HttpResponse:
    """Keep what a network says about this channel; whoever can't sign learns nothing but that.

    Some networks ask first whether the address is ours, and some add a path of their own to it.
    """
    channel = get_object_or_404(Channel, pk=channel_id, active=True)
    try:
        connector = connector_for(channel)
    except NoConnector:
        raise Http404 from None
    if not isinstance(connector, HearsWebhooks):
        raise Http404
    try:
        return _shake_hands(connector, request) if request.method == "GET" else _keep(connector, channel, request)
    except BadSignature:
        return _answer(403)


def _shake_hands(connector: HearsWebhooks, request: HttpRequest) -> HttpResponse:
    if not isinstance(connector, ShakesHands):
        return _answer(405)
    said = connector.answer_handshake(request.GET.dict())
    return HttpResponse(said, content_type="application/json" if said.startswith("{") else "text/plain")


def _keep(connector: HearsWebhooks, channel: Channel, request: HttpRequest) -> HttpResponse:
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return _answer(413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    pushed = WebhookRequest(body, headers, settings.SITE_URL + request.get_full_path())
    key = connector.verify_webhook(pushed)
    uses = connector.charges_for(body) if isinstance(connector, Charges) else None
    store_payload(channel, delivery_key=key, body=body, uses=uses)
    return _answer(200, connector)


def _answer(status: int, connector: HearsWebhooks | None = None) -> HttpResponse:
    # Some networks take an answer without a length for a broken one, and deliver again; some want to read something.
    body = getattr(connector, "thanks", "")
    kind = "application/json" if body.startswith("{") else "text/xml" if body.startswith("<") else "text/plain"
    return HttpResponse(body, status=status, content_type=kind, headers={"Content-Length": str(len(body))})


urlpatterns = [
    path("<int:channel_id>/", receive, name="receive"),
    path("<int:channel_id>/<path:rest>", receive, name="receive_below"),
]
