"""Where the embedded servers keep their data, whose it is, and under which addresses they answer."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# Linux refuses longer socket paths (sun_path holds 108 bytes with the closing zero).
LONGEST_SOCKET = 107
# Root's own folders are often closed to others, and PostgreSQL refuses to run as root.
SYSTEM_DIR = Path("/var/lib/onevoice")
SYSTEM_USER = "onevoice"
NAME = "onevoice"
# What the guardian answers when all servers run; anything else is a sentence about what failed.
READY = "ready"


class EmbeddedError(Exception):
    """An embedded server can't run here; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one pair of embedded servers, and the user they run as."""

    path: Path
    uid: int
    gid: int

    @property
    def postgres(self) -> Path:
        """Return the folder of PostgreSQL's data."""
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        """Return the folder Valkey works in."""
        return self.path / "valkey"

    @property
    def sockets(self) -> Path:
        """Return the folder of the sockets, moved to /tmp where the home's own path is too long."""
        own = self.path / "run"
        if len(os.fsencode(own / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return own
        return Path("/tmp") / f"{NAME}-{_digest(self.path)}"  # noqa: S108 - made by us with 0700 and checked

    @property
    def valkey_socket(self) -> Path:
        """Return the socket Valkey listens on."""
        return self.sockets / "valkey.sock"

    @property
    def valkey_paused(self) -> Path:
        """Return the note that keeps the guardian from starting Valkey again."""
        return self.path / "valkey.paused"

    def password(self) -> str:
        """Return the database password, which only the owner can read."""
        try:
            return (self.path / "password").read_text().strip()
        except PermissionError as error:
            raise EmbeddedError(
                f"The data in {self.path} belongs to another user: "
                "run as that user or as root, or choose another DATA_DIR."
            ) from error


def find_home(data_dir: Path) -> Home:
    """Return the home that belongs to `data_dir`, making it on first use."""
    data_dir = data_dir.resolve()
    inside = data_dir / "embedded"
    outside = SYSTEM_DIR / _digest(data_dir)
    moved = os.geteuid() == 0 and (outside.exists() or not (inside.exists() or open_to_all(data_dir)))
    path = outside if moved else inside
    if not (path / "password").exists() and os.access(path if path.exists() else "/", os.X_OK):
        _make_home(path)
    facts = path.stat()
    return Home(path, facts.st_uid, facts.st_gid)


def database_url(home: Home) -> str:
    """Return the address of the embedded PostgreSQL."""
    return f"postgres://{NAME}:{home.password()}@/{NAME}?host={quote(str(home.sockets), safe='/')}"


def valkey_url(home: Home) -> str:
    """Return the address of the embedded Valkey."""
    return f"unix://{quote(str(home.valkey_socket), safe='/')}"


def make_private(folder: Path, home: Home) -> None:
    """Make `folder` with 0700 for the servers' user; refuse one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, home.uid, home.gid)
    except FileExistsError:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != home.uid:
            raise EmbeddedError(f"{folder} is in the way: it is not ours. Remove it and start again.") from None


def open_to_all(path: Path) -> bool:
    """Return whether every user can reach `path` through all its parents."""
    found = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in found)


def _make_home(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        uid, gid = _server_user() if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        if path.stat().st_uid == 0:
            os.chown(path, uid, gid)
        _write_password(path)
    except OSError as error:
        raise EmbeddedError(f"{path} can't be made: {error.strerror}. Choose another DATA_DIR.") from error


def _write_password(home: Path) -> None:
    """Write a new password in one step, so that two first starts at once agree on one."""
    draft = home / f"password.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(24))
    owner = home.stat()
    os.chown(draft, owner.st_uid, owner.st_gid)
    try:
        os.link(draft, home / "password")
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _server_user() -> tuple[int, int]:
    """Return the system user that the servers run as under root, made on first use."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    for attempt in ("look", "make"):
        try:
            user = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt == "look" and useradd:
                options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
                subprocess.run([useradd, *options, SYSTEM_USER], check=False, capture_output=True)
        else:
            return user.pw_uid, user.pw_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]
