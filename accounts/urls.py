"""Addresses of signing in and of the people's own pages."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views import invitations, profile


@secure_admin_login
def enter_console(request: HttpRequest) -> HttpResponse:
    """Send whoever may enter to the console: there is one sign-in."""
    return redirect("admin:index")


# allauth's pages, without signing up and changing one's address: people come by invitation.
signing_in = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
own_pages = [
    path("profile/", profile.profile, name="profile"),
    path("sign-out-everywhere/", profile.sign_out, name="sign_out_everywhere"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
urlpatterns = [
    path("accounts/", include(signing_in)),
    path("accounts/", include((own_pages, "accounts"))),
    # Before the console's own: its password form would not know of second factors.
    path("console/login/", enter_console),
    path("console/logout/", account.logout),
    path("console/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
]
