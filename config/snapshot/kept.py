"""The snapshot as it is kept: the migrations that it stands for, and the statements that do what they do."""

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

FILE = Path(__file__).with_name("schema.sql")
# A new database runs what is newer one by one; so many cost about five seconds.
MOST_NEWER = 20
HEADER = """\
-- Written by `make snapshot`: never edit or merge it by hand.
-- What these migrations make of an empty database; `migrate` loads it there and runs what is newer.
"""
STATEMENTS = re.compile(r"^-- statements ([0-9a-f]{16})$", re.MULTILINE)
MIGRATION = re.compile(r"^-- (\w+)\.(\w+) ([0-9a-f]{16})$", re.MULTILINE)

# The label of an app and the name of one of its migrations.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """SQL `statements`, their digest, and the digest of each migration's file that they stand for, in order."""

    statements: str
    digest: str
    migrations: dict[Key, str]

    def misfit(self) -> str:
        """Return in one sentence why this can't stand in for the migrations that are here; empty if it can."""
        if digest_of(self.statements.encode()) != self.digest:
            return "The snapshot of the database was changed by hand or by a merge."
        for key, digest in self.migrations.items():
            if file_digest(key) != digest:
                return f"Migration {'.'.join(key)} is not the one that the snapshot of the database was made of."
        return ""

    def lag(self) -> str:
        """Return in one sentence that many migrations are newer; empty if few are."""
        newer = len(MigrationLoader(None).disk_migrations.keys() - self.migrations.keys())
        return f"{newer} migrations are newer than the snapshot of the database." if newer > MOST_NEWER else ""


def read(file: Path = FILE) -> Snapshot | None:
    """Return the snapshot that is kept in `file`, or nothing where there is none."""
    if not file.exists():
        return None
    header, _, statements = file.read_text().partition("\n\n")
    digest = STATEMENTS.search(header)
    migrations = {(app, name): digest for app, name, digest in MIGRATION.findall(header)}
    return Snapshot(statements, digest[1] if digest else "", migrations)


def write(statements: str, migrations: list[Key], file: Path = FILE) -> None:
    """Keep these statements as what these migrations do."""
    lines = [f"-- {'.'.join(key)} {file_digest(key)}\n" for key in migrations]
    file.write_text("".join([HEADER, f"-- statements {digest_of(statements.encode())}\n", *lines, "\n", statements]))


def digest_of(content: bytes) -> str:
    """Return 16 hexadecimal digits that change with `content`."""
    return sha256(content).hexdigest()[:16]


def file_digest(key: Key) -> str:
    """Return the digest of a migration's file, empty where there is none."""
    try:
        package, _ = MigrationLoader.migrations_module(key[0])
        spec = find_spec(f"{package}.{key[1]}") if package else None
    except (LookupError, ModuleNotFoundError):
        return ""
    return digest_of(Path(spec.origin).read_bytes()) if spec and spec.origin else ""
