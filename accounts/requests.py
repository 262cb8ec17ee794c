"""What views may rely on."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
