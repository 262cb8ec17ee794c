"""Rows about people: organizations, brands, teams, users, invitations, delegations and keys."""

from accounts.models.delegations import Delegation
from accounts.models.keys import ApiKey, Scope
from accounts.models.organizations import Brand, Organization, Team
from accounts.models.users import Invitation, Theme, User

__all__ = ["ApiKey", "Brand", "Delegation", "Invitation", "Organization", "Scope", "Team", "Theme", "User"]
