import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import psycopg
import pytest
import redis
from django.conf import settings

from config import embedded
from config.embedded.home import LONGEST_SOCKET
from config.embedded.servers import processes_in

SOON = 20


def wait_until(condition):
    deadline = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def forget(data_dir):
    home = embedded.find_home(data_dir)
    wait_until(lambda: not processes_in(home.path))
    shutil.rmtree(home.sockets, ignore_errors=True)
    shutil.rmtree(home.path)


def ask(home, sql):
    with psycopg.connect(embedded.database_url(home), autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


def ping(home):
    with redis.Redis.from_url(embedded.valkey_url(home)) as client:
        return client.ping()


def guardian_of(home):
    found = subprocess.run(["pgrep", "-f", f"config.embedded.guardian {home.path} "], capture_output=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A folder that others can't enter, with a space in its path, where the servers were started once."""
    folder = tmp_path_factory.mktemp("a private") / "one voice"
    folder.mkdir(mode=0o700)
    with embedded.hold(folder) as hold:
        ask(hold.home, "CREATE TABLE kept (word text)")
        ask(hold.home, "INSERT INTO kept VALUES ('still here')")
    yield folder
    forget(folder)


def test_the_data_is_still_there_after_a_stop_and_a_start(data_dir):
    with embedded.hold(data_dir) as hold:
        assert ask(hold.home, "SELECT word FROM kept") == [("still here",)]
        assert ping(hold.home)


def test_the_servers_end_with_their_last_holder_and_not_before(data_dir):
    with embedded.hold(data_dir) as first:
        with embedded.hold(data_dir):
            pass
        assert ping(first.home)

    wait_until(lambda: not processes_in(first.home.path) and not guardian_of(first.home))


def test_a_holder_that_is_killed_leaves_no_server_behind(data_dir):
    script = (
        "import pathlib, sys, time; from config import embedded\n"
        "with embedded.hold(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, data_dir], stdout=subprocess.PIPE, cwd=settings.BASE_DIR)
    assert holder.stdout.readline() == b"held\n"
    home = embedded.find_home(data_dir)
    assert processes_in(home.path)

    holder.kill()
    holder.communicate()

    wait_until(lambda: not processes_in(home.path))


def test_a_killed_guardian_is_replaced_and_the_data_survives(data_dir):
    with embedded.hold(data_dir) as hold:
        for pid in guardian_of(hold.home):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: guardian_of(hold.home) == [])

        hold.ensure()

        assert ask(hold.home, "SELECT word FROM kept") == [("still here",)]
        assert ping(hold.home)


def test_a_postgres_that_is_killed_comes_back_by_itself(data_dir):
    with embedded.hold(data_dir) as hold:
        ended = (hold.home.postgres / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(ended), signal.SIGKILL)

        def is_back():
            try:
                return ask(hold.home, "SELECT word FROM kept") == [("still here",)]
            except psycopg.OperationalError:
                return False

        wait_until(lambda: not os.path.exists(f"/proc/{ended}"))
        wait_until(is_back)


def test_valkey_can_be_taken_down_and_brought_back_alone(data_dir):
    with embedded.hold(data_dir) as hold:
        embedded.pause_valkey(data_dir)
        with pytest.raises(redis.ConnectionError):
            ping(hold.home)
        assert ask(hold.home, "SELECT 1") == [(1,)]

        embedded.resume_valkey(data_dir)
        assert ping(hold.home)

        embedded.restart_valkey(data_dir)
        assert ping(hold.home)


def test_only_the_owner_gets_in(data_dir):
    home = embedded.find_home(data_dir)

    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.path / "password").stat().st_mode) == 0o600
    with embedded.hold(data_dir):
        assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(embedded.database_url(home).replace(home.password(), "guess"))
    # Nothing outside our own folder was opened to let the servers in.
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_a_long_path_has_its_sockets_elsewhere(tmp_path):
    home = embedded.Home(tmp_path / ("deep" * 30), os.geteuid(), os.getegid())

    assert len(os.fsencode(home.valkey_socket)) <= LONGEST_SOCKET
    assert len(os.fsencode(home.sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET


def test_data_of_another_version_is_refused_in_one_sentence(data_dir):
    home = embedded.find_home(data_dir)
    wait_until(lambda: not processes_in(home.path))
    version = home.postgres / "data" / "PG_VERSION"
    written = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match="was written by PostgreSQL 9 and this is 18"):
            embedded.hold(data_dir).acquire()
    finally:
        version.write_text(written)
