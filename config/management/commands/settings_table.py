"""The command that writes docs/operator/settings.md."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.settings import env

INTRODUCTION = """# Settings

Onevoice reads its settings from the environment and from nowhere else. Each may be written plainly (`PORT`)
or with a prefix (`ONEVOICE_PORT`), which wins. A value that makes no sense, or an unknown name with the
prefix, refuses to start and says what is allowed.

This table is written by `manage.py settings_table`; a test compares it with the code.

| name | value | default | what for |
|---|---|---|---|
"""


def table() -> str:
    """Return the page."""
    rows = [
        f"| `{setting.name}` | {setting.kind.replace('|', 'or')} | {setting.default or '(empty)'} | {setting.help} |\n"
        for setting in sorted(env.settings.values(), key=lambda setting: setting.name)
    ]
    return INTRODUCTION + "".join(rows)


class Command(BaseCommand):
    """Write the settings table from the declarations in the code."""

    help = "Write docs/operator/settings.md from the settings' declarations."

    def add_arguments(self, parser: CommandParser) -> None:
        """Allow another place to write to."""
        parser.add_argument("path", nargs="?", type=Path, default=settings.BASE_DIR / "docs/operator/settings.md")

    def handle(self, *args: object, path: Path, **options: object) -> None:
        """Write the page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(table())
