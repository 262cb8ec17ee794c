"""Signed wording for programs: what answers a customer's message."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from brandvoice.models.versions import CustomerScope
from brandvoice.queries.suggest import SuggestQuery, suggest
from inbox.api.documents import SuggestionList
from inbox.api.door import Door, encoded, query_of
from inbox.api.problems import not_found
from inbox.api.schema import documented
from inbox.api.shapes import SuggestQueryString
from inbox.queries.connectors import channel_for


class SuggestDoor(Door):
    """Suggests signed wording."""

    scope = Scope.POSITIONS_READ

    @documented(
        "suggest_wording",
        "Suggest the signed wordings that answer a customer's message on a channel, best first; or none.",
        query=SuggestQueryString,
        answers=SuggestionList,
        refuses=(404,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with what may be said."""
        query = query_of(request, SuggestQueryString)
        found = channel_for(self.key, query.channel)
        if found is None:
            raise not_found()
        channel = found[0]
        language = query.language or channel.brand.language
        place = (channel.organization_id, channel.brand_id, channel.network, language)
        scope = CustomerScope(region=query.region, audience=query.audience, product=query.product)
        return encoded(SuggestionList.of(suggest(SuggestQuery(*place, (query.text,), **scope, purpose=query.purpose))))
