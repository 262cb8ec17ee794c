"""Django's own command, which begins an empty database with the snapshot."""

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from config import snapshot

# With one of these not everything that there is is meant to be done.
PARTIAL = ("app_label", "check_unapplied", "fake", "fake_initial", "plan", "prune")


class Command(migrate.Command):
    """Migrate; an empty database is filled from the snapshot first."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Allow going without the snapshot."""
        super().add_arguments(parser)
        parser.add_argument(
            "--no-snapshot",
            action="store_false",
            dest="snapshot",
            help="Run every migration, also where the database is empty and the snapshot would do.",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Load the snapshot where it fits, then migrate."""
        if options["snapshot"] and not any(options[name] for name in PARTIAL):
            count = snapshot.load(connections[str(options["database"])])
            if count and options["verbosity"]:
                self.stdout.write(f"The snapshot stood in for {count} migrations.")
        super().handle(*args, **options)
