"""The console's part about people. Other rooms build their admins on `OrganizationAdmin`."""

from accounts.admin.base import OrganizationAdmin, OrganizationInline, OwnFilter, OwnForm, own
from accounts.admin.invitations import InvitationAdmin
from accounts.admin.keys import ApiKeyAdmin
from accounts.admin.organizations import BrandAdmin, CompanyAdmin, TeamAdmin
from accounts.admin.people import PersonAdmin

__all__ = [
    "ApiKeyAdmin",
    "BrandAdmin",
    "CompanyAdmin",
    "InvitationAdmin",
    "OrganizationAdmin",
    "OrganizationInline",
    "OwnFilter",
    "OwnForm",
    "PersonAdmin",
    "TeamAdmin",
    "own",
]
