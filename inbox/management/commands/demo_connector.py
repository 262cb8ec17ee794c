"""Runs the demo's own connector: `manage.py serve` starts it beside the web processes where the demo is loaded."""

import logging
from argparse import ArgumentParser
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from inbox.management.demo.connector import open_desks, run
from inbox.management.demo.keys import kept_secrets


class Command(BaseCommand):
    """Take the replies of the demo's channels and pretend to post them."""

    help = "Accept the replies of the demo's channels over REST, as their networks would; nothing leaves this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where Onevoice runs."""
        parser.add_argument("--url", default=settings.SITE_URL, help="where Onevoice runs (default %(default)s)")

    def handle(self, *, url: str, **options: object) -> None:
        """Serve until stopped, or until the demo is gone."""
        logging.getLogger("httpx").setLevel(logging.WARNING)
        secrets = kept_secrets()
        if not secrets:
            self.stdout.write("The demo is not loaded here: there is nothing to do.")
            return
        run(open_desks(url, secrets.values(), _as_a_visitor(), self._say), self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _as_a_visitor() -> dict[str, str]:
    """Return the headers that a request has when it comes by the address that people type."""
    site = urlsplit(settings.SITE_URL)
    proxy = {"X-Forwarded-Proto": site.scheme} if settings.TRUSTED_PROXY else {}
    return {"Host": site.netloc, **proxy}
