"""Counts the figures on volume, mood and service again, from the first event of the log."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from inbox.actions.rollups import rebuild_rollups
from inbox.models import Event


class Command(BaseCommand):
    """Forget the figures and read the whole log; the same figures come out."""

    help = "Count the figures of the reputation page again, from the first event of the log."

    def handle(self, **options: object) -> None:
        """Read the log, and say how far it is."""
        with tqdm(total=Event.objects.count(), unit="event", disable=not self.stdout.isatty()) as bar:
            for done in rebuild_rollups():
                bar.update(done - bar.n)
        self.stdout.write(f"Counted {bar.n:,} events.")
