"""The addresses below /api/v1/accounts/<id>/contacts, and what every door of these programs shares."""

from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.models.keys import Scope
from inbox.actions.contacts import add_identity, change_customer
from inbox.api.authentication import KeyAuthentication, require_scope
from inbox.api.chatwoot.reading import Conditions, ContactChange, NewContact, sent_as
from inbox.api.door import Door, encoded
from inbox.api.problems import Problem, not_found
from inbox.api.sentences import Fault, invalid
from inbox.connectors.base import Author
from inbox.models import Channel, Contact, Identity
from inbox.queries import chatwoot as showing
from inbox.queries.connectors import channel_for
from inbox.queries.contacts import contact_of, contacts_called, conversations_of, find_contacts


class TokenAuthentication(KeyAuthentication):
    """Takes the key from Api-Access-Token, too, which `config.headers` makes of its twin with underscores."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        """Return nobody and the key; raises a 401 problem."""
        token = request.META.get("HTTP_API_ACCESS_TOKEN")
        if token:
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return super().authenticate(request)


class AccountDoor(Door):
    """A view of the key's own organization: any other's is not there."""

    schema = None
    authentication_classes = [TokenAuthentication]

    def count(self) -> None:
        """Count the request; raises a 404 problem in another organization, or a 429 problem."""
        if self.kwargs.get("account_id", self.key.organization_id) != self.key.organization_id:
            raise not_found()
        super().count()

    def channel(self, pk: int) -> Channel:
        """Return a channel that the key may speak for and that a program serves; raises a 404 or a 422 problem."""
        found = channel_for(self.key, pk)
        if found is None:
            raise not_found()
        if not found[0].external:
            raise Problem(422, "Onevoice speaks to this inbox's network itself.", kind="not-external")
        return found[0]

    def contact(self, pk: int) -> Contact:
        """Return a customer whom the key may see; raises a 404 problem."""
        found = contact_of(self.key, pk)
        if found is None:
            raise not_found()
        return found


def sent(request: Request) -> HttpRequest:
    """Return the request as Django knows it, its body unread."""
    return request._request


def accounts_of(contact: Contact) -> list[Identity]:
    """Return those accounts of a customer that the key may see."""
    accounts: list[Identity] = contact.shown  # type: ignore[attr-defined]  # by queries.contacts
    return accounts


def shown(contact: Contact) -> showing.Json:
    """Return a customer that was read with their accounts."""
    return showing.contact(contact, accounts_of(contact))


class ContactsDoor(AccountDoor):
    """Makes a customer known."""

    scope = Scope.MESSAGES_WRITE

    def post(self, request: Request, account_id: int) -> HttpResponse:
        """Answer with the customer, new or known."""
        new = sent_as(sent(request), NewContact)
        name = new.phone_number or new.email or ""
        author = Author(
            external_id=new.source_id or new.identifier or name or str(uuid4()),
            username=name,
            name=new.name or "",
            avatar_url=new.avatar_url or "",
        )
        identity = add_identity(self.channel(new.inbox_id), author)
        contact = self.contact(identity.contact_id)
        account = showing.contact_inbox(identity)
        return encoded({"payload": {"contact": shown(contact), "contact_inbox": account}})


class ContactDoor(AccountDoor):
    """Shows a customer, and hears what is new about them."""

    http_method_names = ["get", "head", "put", "patch"]

    def get(self, request: Request, account_id: int, contact_id: int) -> HttpResponse:
        """Answer with them."""
        require_scope(self.key, Scope.TICKETS_READ)
        return encoded({"payload": shown(self.contact(contact_id))})

    def put(self, request: Request, account_id: int, contact_id: int) -> HttpResponse:
        """Note what is new; answer with them."""
        require_scope(self.key, Scope.MESSAGES_WRITE)
        accounts, new = accounts_of(self.contact(contact_id)), sent_as(sent(request), ContactChange)
        account = next((one for one in accounts if one.channel.external), accounts[0])
        self.channel(account.channel_id)
        if new.identifier not in (None, account.external_id):
            raise invalid(Fault("identifier", "Can't be changed: it is what the network calls this customer."))
        username = new.phone_number or new.email
        change_customer(account, name=new.name or None, username=username, avatar_url=new.avatar_url, by=self.key)
        return encoded({"payload": shown(self.contact(contact_id))})

    patch = put


class ContactSearchDoor(AccountDoor):
    """Looks for customers by a part of their name."""

    scope = Scope.TICKETS_READ

    def get(self, request: Request, account_id: int) -> HttpResponse:
        """Answer with those found."""
        return listed(find_contacts(self.key, request.query_params.get("q", "").replace("\x00", "").strip()))


class ContactFilterDoor(AccountDoor):
    """Looks for customers by exact fields."""

    scope = Scope.TICKETS_READ

    def post(self, request: Request, account_id: int) -> HttpResponse:
        """Answer with those found."""
        wanted = sent_as(sent(request), Conditions).payload
        return listed(contacts_called(self.key, [name for each in wanted for name in each.names]))


class ContactConversationsDoor(AccountDoor):
    """Lists the conversations of a customer."""

    scope = Scope.TICKETS_READ

    def get(self, request: Request, account_id: int, contact_id: int) -> HttpResponse:
        """Answer with them, newest first."""
        tickets = conversations_of(self.key, self.contact(contact_id))
        return encoded({"payload": [showing.conversation(ticket) for ticket in tickets]})


class MergeDoor(AccountDoor):
    """Says that customers are not merged by programs."""

    scope = Scope.TICKETS_WRITE

    def post(self, request: Request, account_id: int) -> HttpResponse:
        """Refuse; raises a 422 problem."""
        raise Problem(422, "Customers are not merged here: each goes on as a customer of their own.", kind="no-merge")


def listed(contacts: list[Contact]) -> HttpResponse:
    """Answer with customers."""
    found = [shown(contact) for contact in contacts]
    return encoded({"meta": {"count": len(found), "current_page": 1}, "payload": found})
