"""The command that runs everything."""

from django.core.management.base import BaseCommand

from config.supervisor import serve


class Command(BaseCommand):
    """Start the embedded servers, web, workers and scheduler, and stop them together."""

    help = "Run Onevoice: database, Valkey, web, workers and scheduler. Ctrl-C stops all."

    def handle(self, *args: object, **options: object) -> None:
        """Serve until asked to stop."""
        serve()
