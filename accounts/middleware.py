"""Speaks to each person in their own language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class PersonalLanguage:
    """Prefers the signed-in person's language to the browser's; stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the language that the person chose."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
        return self.get_response(request)
