"""Rows about people: organizations, brands, teams, users, invitations and keys."""

from accounts.models.keys import ApiKey, Scope
from accounts.models.organizations import Brand, Organization, Team
from accounts.models.users import Invitation, Theme, User

__all__ = ["ApiKey", "Brand", "Invitation", "Organization", "Scope", "Team", "Theme", "User"]
