"""Rows about people: organizations, brands, teams, users, invitations, hours, delegations and keys."""

from accounts.models.delegations import Delegation
from accounts.models.hours import Holiday, WorkingHours
from accounts.models.keys import ApiKey, Scope
from accounts.models.organizations import Brand, Organization, Team
from accounts.models.users import Invitation, Theme, User

__all__ = [
    "ApiKey",
    "Brand",
    "Delegation",
    "Holiday",
    "Invitation",
    "Organization",
    "Scope",
    "Team",
    "Theme",
    "User",
    "WorkingHours",
]
