"""Notes, when an agent resolves a ticket, that its customer is to be asked whether they were content."""

import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.models import ApiKey, User
from inbox.models import Survey, SurveyPolicy, SurveyState, Ticket


def plan_survey(ticket: Ticket, *, by: User | ApiKey | None) -> None:
    """Have the customer asked after a while, where their channel does so; part of an action on a locked ticket.

    What programs and rules resolve is asked about by nobody.
    """
    if not isinstance(by, User):
        return
    policy = SurveyPolicy.objects.filter(channel=ticket.channel_id, active=True).first()
    if policy is None:
        return
    Survey.objects.update_or_create(
        ticket=ticket,
        state=SurveyState.WAITING,
        defaults={
            "organization_id": ticket.organization_id,
            "channel_id": ticket.channel_id,
            "team_id": ticket.team_id,
            "person_id": ticket.assignee_id or by.pk,
            "key": secrets.token_urlsafe(16),
            "due_at": timezone.now() + timedelta(minutes=policy.delay_minutes),
        },
    )
