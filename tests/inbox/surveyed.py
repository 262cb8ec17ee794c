"""Tickets whose customers are asked whether they were content."""

from datetime import timedelta

from django.core.signing import Signer
from django.utils import timezone

from inbox.actions.replies import NewReply, send_reply
from inbox.actions.surveys import ask_due
from inbox.actions.tickets import resolve_ticket
from inbox.models import Survey, SurveyPolicy
from inbox.queries.surveys import address_of
from tests.cast import make_channel, make_ticket


def make_mail(brand, team, **fields):
    """Return a channel on which customers write privately, and are asked an hour after."""
    channel = make_channel(brand, team, **({"network": "sandbox", "external": False} | fields))
    SurveyPolicy.objects.create(organization=channel.organization, channel=channel, active=True)
    return channel


def helped(channel, by, **fields):
    """Return a ticket that somebody has written, and that was answered and resolved."""
    ticket = make_ticket(channel, **({"visibility": "direct"} | fields))
    newest = ticket.messages.latest("pk").pk
    send_reply(ticket, NewReply("It leaves at nine.", "", seen=newest), by=by)
    return resolve_ticket(ticket, by=by)


def later(hours=2):
    return timezone.now() + timedelta(hours=hours)


def asked(channel, by, **fields):
    """Return the survey of a ticket that was resolved, once its time has come."""
    ticket = helped(channel, by, **fields)
    ask_due(later())
    return Survey.objects.get(ticket=ticket)


def path_of(survey):
    return "/s/" + address_of(survey).split("/s/")[1]


def make_survey(ticket, person, score=None, *, team=None, days=0, **fields):
    """Return a survey that a customer was sent so many days ago, answered where a score is said."""
    at = timezone.now() - timedelta(days=days)
    place = {"organization_id": ticket.organization_id, "channel_id": ticket.channel_id, "ticket": ticket}
    said = {"state": "asked", "due_at": at, "asked_at": at, "expires_at": at + timedelta(days=14), "language": "en"}
    said |= {"team": team or ticket.team, "person": person, "key": Signer().signature(str(Survey.objects.count()))[:32]}
    said |= {"score": score, "answered_at": at if score else None}
    return Survey.objects.create(**place, **said | fields)
