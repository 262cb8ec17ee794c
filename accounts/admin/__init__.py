"""The console's part about people. Other rooms build their admins on `OrganizationAdmin`."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin.base import OrganizationAdmin, OrganizationInline, OwnFilter, OwnForm, own
from accounts.admin.delegations import DelegationAdmin
from accounts.admin.invitations import InvitationAdmin
from accounts.admin.keys import ApiKeyAdmin
from accounts.admin.organizations import BrandAdmin, CompanyAdmin, TeamAdmin
from accounts.admin.people import PersonAdmin

__all__ = [
    "ApiKeyAdmin",
    "BrandAdmin",
    "CompanyAdmin",
    "DelegationAdmin",
    "InvitationAdmin",
    "OrganizationAdmin",
    "OrganizationInline",
    "OwnFilter",
    "OwnForm",
    "PersonAdmin",
    "TeamAdmin",
    "own",
]

# Django's and allauth's own admins know nothing of the wall, and nothing that a manager needs.
admin.site.unregister([EmailAddress, Authenticator, UserSession, Group])
