"""The webhook door as a view: what networks ask first, and what they push. `fast` answers a plain POST the same."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox.connectors.base import WebhookRequest
from inbox.webhooks.keeping import LARGEST_BODY, find_hearing, keep_group, shake_hands


@csrf_exempt
@require_http_methods(["GET", "POST", "PUT"])
def receive(request: HttpRequest, channel_id: int, rest: str = "") -> HttpResponse:
    """Keep what a network says about this channel; whoever can't sign learns nothing but that.

    Some networks ask first whether the address is ours, and some add a path of their own to it.
    """
    hearing = find_hearing(channel_id)
    if hearing is None:
        raise Http404
    if request.method == "GET":
        answer = shake_hands(hearing, request.GET.dict())
    else:
        answer = keep_group(hearing, [_pushed(request)])[0]
    # Some networks take an answer without a length for a broken one, and deliver again.
    headers = {**answer.headers, "Content-Length": str(len(answer.content))}
    return HttpResponse(answer.content, status=answer.status, content_type=answer.media_type, headers=headers)


def _pushed(request: HttpRequest) -> WebhookRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return WebhookRequest(request.read(LARGEST_BODY + 1), headers, settings.SITE_URL + request.get_full_path())
