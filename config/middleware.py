"""Headers that every page carries."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

HEADER = "Content-Security-Policy"
COMMON = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# The console's widgets (Alpine in django-unfold) evaluate attributes and set styles; only managers get there.
CONSOLE = {"script-src": "'self' 'unsafe-inline' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}


class ContentSecurityPolicy:
    """Sends a strict Content-Security-Policy; a template may use `request.csp_nonce` for one inline block."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and add the policy unless the view has set its own."""
        nonce = secrets.token_urlsafe(16)
        # Made readable for templates; an attribute that HttpRequest's type does not declare.
        setattr(request, "csp_nonce", nonce)  # noqa: B010
        response = self.get_response(request)
        own = {"script-src": f"'self' 'nonce-{nonce}'", "style-src": f"'self' 'nonce-{nonce}'"}
        rules = COMMON | (CONSOLE if request.path.startswith("/console/") else own)
        response.headers.setdefault(HEADER, "; ".join(f"{name} {value}" for name, value in rules.items()))
        return response
