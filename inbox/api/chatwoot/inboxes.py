"""The addresses /api/v1/accounts/<id>/inboxes: which there are, and new ones."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox import outside
from inbox.actions.inboxes import open_inbox
from inbox.api.authentication import require_scope
from inbox.api.chatwoot.doors import AccountDoor, sent
from inbox.api.chatwoot.reading import NewInbox, sent_as
from inbox.api.door import encoded
from inbox.api.problems import not_found
from inbox.api.sentences import Fault, invalid
from inbox.queries import chatwoot as showing
from inbox.queries.connectors import channel_for, channels_of, home_of


class InboxesDoor(AccountDoor):
    """Lists the inboxes and makes new ones."""

    def get(self, request: Request, account_id: int) -> HttpResponse:
        """Answer with all that the key may speak for."""
        return encoded({"payload": showing.inboxes(list(channels_of(self.key)))})

    def post(self, request: Request, account_id: int) -> HttpResponse:
        """Make an inbox whose webhook is told of replies; answer with it."""
        require_scope(self.key, Scope.CHANNELS_WRITE)
        new = sent_as(sent(request), NewInbox)
        brand, team = home_of(self.key, new.brand_id, new.team_id)
        if brand is None or team is None:
            missing = ["brand_id"] * (brand is None) + ["team_id"] * (team is None)
            words = "Say which; or let a manager make the channel in the console."
            raise invalid(*(Fault(name, words) for name in missing))
        try:
            channel = open_inbox(new.name, new.channel.webhook_url or "", brand=brand, team=team, by=self.key)
        except outside.Forbidden as refusal:
            raise invalid(Fault("channel.webhook_url", str(refusal))) from refusal
        return encoded(showing.inboxes([channel])[0])


class InboxDoor(AccountDoor):
    """Shows one inbox."""

    def get(self, request: Request, account_id: int, channel_id: int) -> HttpResponse:
        """Answer with it; raises a 404 problem."""
        found = channel_for(self.key, channel_id)
        if found is None:
            raise not_found()
        return encoded(showing.inboxes([found[0]])[0])
