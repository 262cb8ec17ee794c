"""Reads webhook bodies again that are stored: after a mistake of ours in reading them is mended."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from inbox.intake import replay_payload
from inbox.models import Payload


class Command(BaseCommand):
    """Process payloads again, one after the other."""

    help = "Process stored webhook bodies again; messages that are there already stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which ones."""
        parser.add_argument("ids", nargs="+", type=int, metavar="ID", help="a payload's id, as the console shows it")

    def handle(self, *, ids: list[int], **options: object) -> None:
        """Process all of them and say what became of each; fails when one could not be read."""
        found = Payload.objects.in_bulk(ids)
        if unknown := [str(pk) for pk in ids if pk not in found]:
            raise CommandError(f"There is no payload {', '.join(unknown)}. Nothing was done.")
        unread = 0
        for pk in ids:
            payload = replay_payload(found[pk])
            unread += payload.processed_at is None
            self.stdout.write(f"{pk}: {payload.error or 'read'}")
        if unread:
            raise CommandError(f"{unread} of {len(ids)} could not be read.")
