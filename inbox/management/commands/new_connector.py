"""Makes the folder of a new network's connector, with a simulator on which every case of conformance passes."""

import re
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inbox.connectors.registry import NETWORKS
from inbox.models import Network

TEMPLATES = Path(__file__).parent.parent / "new_connector"
_IMPORTS = re.compile(r"(?:^from (?:inbox|tests)\..*\n)+", re.MULTILINE)
# Where each template goes, below the project.
PLACES = {
    "door.py": "inbox/connectors/{name}",
    "connector.py": "inbox/connectors/{name}",
    "reading.py": "inbox/connectors/{name}",
    "stage.py": "tests/connectors/{name}",
}


class Command(BaseCommand):
    """Start a connector."""

    help = "Make the folder of a new network's connector, and enter it where networks are listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="the network's name: small letters, as it stands in addresses")

    def handle(self, *_args: object, name: str, **_options: object) -> None:
        """Write the files and say what comes next."""
        if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name):
            raise CommandError(f"{name!r}: small letters and figures only, a letter first, 20 at most.")
        if name in NETWORKS or (settings.BASE_DIR / "inbox" / "connectors" / name).exists():
            raise CommandError(f"There is a connector for {name} already.")
        self._write_files(name)
        _enter(settings.BASE_DIR / "inbox/connectors/registry.py", f"inbox.connectors.{name}.door", name.upper(), name)
        stage = f"{name.title()}Stage"
        _enter(settings.BASE_DIR / "tests/connectors/stages.py", f"tests.connectors.{name}.stage", stage, name)
        self.stdout.write(f"Made inbox/connectors/{name} and tests/connectors/{name}, and entered both.")
        if name not in Network.values:
            channels = settings.BASE_DIR / "inbox/models/channels.py"
            source = channels.read_text()
            line = f'    {name.upper()} = "{name}", "{name.title()}"\n'
            channels.write_text(source.replace('    OTHER = "other"', line + '    OTHER = "other"', 1))
            self.stdout.write("Entered the network in inbox/models/channels.py: run `manage.py makemigrations inbox`.")
        self.stdout.write(f'Now: make conformance ARGS="-k {name}"; then make it speak to the real network.')

    def _write_files(self, name: str) -> None:
        words = {"name": name, "NAME": name.upper(), "Class": name.title(), "Title": name.title()}
        for file, place in PLACES.items():
            folder = settings.BASE_DIR / place.format(name=name)
            folder.mkdir(parents=True, exist_ok=True)
            what = "connector of" if place.startswith("inbox") else "tests of"
            (folder / "__init__.py").write_text(f'"""The {what} {name.title()}."""\n')
            text = (TEMPLATES / f"{file}.txt").read_text()
            for word, value in words.items():
                text = text.replace("{" + word + "}", value)
            (folder / file).write_text(_IMPORTS.sub(_in_order, text))


def _in_order(imports: re.Match[str]) -> str:
    return "".join(sorted(imports[0].splitlines(keepends=True)))


def _enter(path: Path, module: str, thing: str, name: str) -> None:
    """Import a thing and enter it in the file's one literal, in alphabetical order."""
    source = path.read_text()
    lines = source.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith(f"from {module.split('.')[0]}."))
    last = max(number for number, line in enumerate(lines) if line.startswith("from ") and number >= first)
    imports = sorted([*lines[first : last + 1], f"from {module} import {thing}\n"])
    source = "".join([*lines[:first], *imports, *lines[last + 1 :]])
    path.write_text(re.sub(r"(= \{\n)", rf'\g<1>    "{name}": {thing},\n', source, count=1))
