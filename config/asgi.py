"""The one application that Daphne serves: pages, REST and sockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

# Only now may models be imported.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from config.headers import let_through  # noqa: E402
from config.readiness import get_ready  # noqa: E402
from inbox.api.fast_intake import FastIntake  # noqa: E402
from inbox.api.fast_replies import FastReplies  # noqa: E402
from inbox.routing import DirectSend, websocket_urlpatterns  # noqa: E402
from inbox.webhooks.fast import FastWebhooks  # noqa: E402

let_through()
application = ProtocolTypeRouter(
    {
        "http": FastWebhooks(FastReplies(FastIntake(django_application))),  # type: ignore[arg-type]  # Django's own words
        "websocket": DirectSend(AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))),
    }
)

if settings.ROLE == "web":
    get_ready()
