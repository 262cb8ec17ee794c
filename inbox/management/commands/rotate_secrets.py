"""Brings everything that is encrypted at rest under the newest key, so that the older ones can be dropped."""

from django.core.management.base import BaseCommand, CommandError

from inbox.actions.rotation import rotate, sealed_columns


class Command(BaseCommand):
    """Encrypt anew what an older key encrypted."""

    help = (
        "Encrypt all stored secrets with SECRET_KEY; after that SECRET_KEY_FALLBACKS is no longer needed to read them."
    )

    def handle(self, **options: object) -> None:
        """Go through every column and say what became of it; fails where something can't be read by any key."""
        lost = 0
        for sealed in sealed_columns():
            tally = rotate(sealed)
            self.stdout.write(f"{sealed}: {tally.renewed} encrypted anew, {tally.kept} left as they are")
            if tally.lost:
                lost += len(tally.lost)
                self.stderr.write(f"{sealed}: no key reads {', '.join(map(str, tally.lost))}")
        if lost:
            raise CommandError(
                f"{lost} can't be read. Put the key that they were encrypted with in SECRET_KEY_FALLBACKS."
            )
