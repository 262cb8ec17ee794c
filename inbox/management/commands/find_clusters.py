"""Puts together, now, what customers ask and nothing signed answers."""

from django.core.management.base import BaseCommand

from inbox.actions.clusters import find_clusters


class Command(BaseCommand):
    """Look for questions without an answer in every organization."""

    help = "Put together what customers ask and nothing signed answers, for the coverage page."

    def handle(self, **options: object) -> None:
        """Look, and say how many there are."""
        self.stdout.write(f"Found {find_clusters()} questions without an answer.")
