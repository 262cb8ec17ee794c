"""Where networks push what happened: verified on the raw bytes, stored, answered; read afterwards."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from inbox.actions.payloads import store_payload
from inbox.connectors.base import BadSignature
from inbox.connectors.registry import NoConnector, connector_for
from inbox.models import Channel

LARGEST_BODY = 1_000_000

app_name = "webhooks"


@csrf_exempt
@require_POST
def receive(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Keep what a network says about this channel; whoever can't sign learns nothing but that."""
    channel = get_object_or_404(Channel, pk=channel_id, active=True)
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return _answer(413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        delivery_key = connector_for(channel).verify_webhook(body, headers)
    except NoConnector:
        raise Http404 from None
    except BadSignature:
        return _answer(403)
    store_payload(channel, delivery_key=delivery_key, body=body)
    return _answer(200)


def _answer(status: int) -> HttpResponse:
    # Some networks take an answer without a length for a broken one, and deliver again.
    return HttpResponse(status=status, headers={"Content-Length": "0"})


urlpatterns = [path("<int:channel_id>/", receive, name="receive")]
