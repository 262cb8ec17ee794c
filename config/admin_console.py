"""How the managers' console looks: names, colours and callbacks for django-unfold."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Onevoice",
    "SITE_HEADER": "Onevoice",
    "SITE_SUBHEADER": _("Console"),
    "SITE_URL": "/inbox/",
    "SITE_ICON": lambda _request: static("img/icon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/icon.svg")}],
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "ENVIRONMENT": "inbox.admin.dashboard.name_environment",
    "DASHBOARD_CALLBACK": "inbox.admin.dashboard.show_dashboard",
    "THEME": "inbox.admin.dashboard.choose_theme",
    "STYLES": [lambda _request: static("css/console.css")],
    "ACCOUNT": {"navigation": [{"title": _("Your account"), "link": reverse_lazy("accounts:profile")}]},
    "SIDEBAR": {"show_search": True, "navigation": "inbox.admin.navigation.list_navigation"},
    # The scales of static/css/tokens.css: its page, lines and inks, and its one accent.
    "COLORS": {
        "base": {
            "50": "#f6f7f9",
            "100": "#f1f3f7",
            "200": "#e4e7ec",
            "300": "#c9cfd8",
            "400": "#a7afbb",
            "500": "#616975",
            "600": "#545c69",
            "700": "#262c35",
            "800": "#1c2129",
            "900": "#161a20",
            "950": "#0f1216",
        },
        "primary": {
            "50": "#f3f6fe",
            "100": "#e9eefc",
            "200": "#d3ddf8",
            "300": "#b3c4f5",
            "400": "#9db4ff",
            "500": "#7d9bff",
            "600": "#2f55d4",
            "700": "#2445b4",
            "800": "#1d3794",
            "900": "#1d2740",
            "950": "#141b2d",
        },
    },
}
