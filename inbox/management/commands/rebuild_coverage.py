"""Counts again what was asked, how it was answered and how signed words were used, as far back as wanted."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from tqdm import tqdm

from inbox.actions import usage
from inbox.actions.coverage import LONGEST, count_days, days_back
from inbox.actions.edits import find_habits


class Command(BaseCommand):
    """Count past days for the coverage page; the same rows come out however often it runs."""

    help = "Count what was asked in the last days, how it was answered and how signed words were used."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how far back."""
        parser.add_argument("--days", type=int, default=LONGEST.days, help="how many days back (default %(default)s)")

    def handle(self, *, days: int, **options: object) -> None:
        """Count day by day."""
        for day in tqdm(days_back(days), unit="day", disable=not self.stdout.isatty()):
            count_days([day])
            usage.count_days([day])
        find_habits()
        self.stdout.write(f"Counted {days} days.")
