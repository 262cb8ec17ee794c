#!/usr/bin/env python3
"""Onevoice's commands. Those that need the database start the embedded servers for as long as they run."""

import os
import sys

if sys.version_info < (3, 11):
    sys.exit("Onevoice needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])

# These touch no data, or (serve) hold the servers themselves.
WITHOUT_SERVERS = {"help", "--help", "-h", "version", "--version", "serve", "settings_table", "collectstatic"}
WITHOUT_SERVERS |= {"makemessages", "compilemessages", "diffsettings", "spectacular"}


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
    except ImportError:
        sys.exit("Onevoice's requirements are not installed: run `make setup` first.")
    from config import embedded

    try:
        _run(sys.argv)
    except (ImproperlyConfigured, embedded.EmbeddedError) as refusal:
        sys.exit(f"Onevoice can't start: {refusal}")


def _run(arguments: list[str]) -> None:
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from config import embedded

    if len(arguments) < 2 or arguments[1] in WITHOUT_SERVERS:
        settings.DATA_DIR  # noqa: B018 - a wrong setting is refused here, in one sentence
        execute_from_command_line(arguments)
        return
    with embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY):
        execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
