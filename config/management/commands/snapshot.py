"""The command that writes the snapshot of the database, or says that it is due."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import snapshot
from config.snapshot.writing import write_snapshot


class Command(BaseCommand):
    """Write what the migrations make of an empty database to config/snapshot/schema.sql."""

    help = "Write the snapshot that new databases begin with; the migrations make it, on the embedded PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        """Allow only looking, and beginning from nothing."""
        parser.add_argument("--check", action="store_true", help="Only fail, with a reason, if it should be written.")
        parser.add_argument("--whole", action="store_true", help="Run every migration, not only those that are newer.")

    def handle(self, *args: object, check: bool, whole: bool, **options: object) -> None:
        """Write, or look."""
        if not check:
            self.stdout.write(f"The snapshot stands for {write_snapshot(whole=whole)} migrations.")
        elif reason := due():
            raise CommandError(f"{reason} Run `make snapshot` and commit what it writes.")


def due() -> str:
    """Return in one sentence why the snapshot should be written anew, or nothing."""
    kept = snapshot.read()
    return (kept.misfit() or kept.lag()) if kept else "There is no snapshot of the database."
