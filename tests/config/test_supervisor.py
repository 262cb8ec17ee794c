import math
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.processes import Child, stop_all
from config.supervisor import _revive, children_of, listen
from config.terminal import Terminal
from inbox.management.demo.keys import keep_key

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
START_SECONDS = 180


def wait_until(condition, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
    return answer


class Served:
    """A supervisor in its own folder, as `make run` would start it."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "serve.log"
        # Started without PORT, it takes the next free one when another Onevoice has 8000.
        names = ("PATH", "HOME", "LANG")
        self.environment = {name: os.environ[name] for name in names if name in os.environ} | {
            "DATA_DIR": str(folder),
            "DEMO": "no",
            "DEBUG": "yes",
            "WEB_PROCESSES": "2",
        }

    def start(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*MANAGE, "serve"], env=self.environment, stdout=log, stderr=log)
        found = wait_until(lambda: re.search(r"Onevoice runs at (\S+)", self.said()) or self.process.poll() is not None)
        assert found is not True, self.said()
        self.address = found[1]

    def said(self):
        return self.log.read_text()

    def status(self):
        try:
            with urllib.request.urlopen(f"{self.address}/accounts/login/", timeout=20) as answer:
                return answer.status
        except OSError:
            return 0

    def processes(self, *words):
        """Return everything that belongs to this folder, whoever its parent is now."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                ours = mark in (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes().decode().replace("\0", " ")
            except OSError:
                continue
            if ours and all(word in command for word in words):
                found.append(int(entry.name))
        return found + embedded_processes(self.folder) if not words else found

    def stop(self, number=signal.SIGINT):
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - started


def embedded_processes(folder):
    from config.embedded.servers import processes_in

    return processes_in(embedded.find_home(folder).path)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    served = Served(folder)
    try:
        served.start()
        yield served
    finally:
        served.process.kill()
        served.process.wait()
        wait_until(lambda: not served.processes())
        shutil.rmtree(embedded.find_home(folder).path)


def test_it_serves_pages_at_the_address_it_prints(served):
    assert served.status() == 200
    assert len(served.processes("daphne")) == 2


def test_a_second_one_in_the_same_folder_is_refused_in_one_sentence(served):
    done = subprocess.run([*MANAGE, "serve"], env=served.environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == f"Onevoice can't start: it already runs from {served.folder}, at {served.address}.\n"


def test_what_dies_is_started_again_and_the_rest_goes_on_answering(served):
    killed, other = served.processes("daphne")
    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: "starting it again" in served.said())
    assert served.status() == 200
    wait_until(lambda: len(served.processes("daphne")) == 2)
    assert other in served.processes("daphne")


def test_killed_outright_it_leaves_no_process_and_starts_again(served):
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not served.processes(), seconds=20)

    served.start()

    assert served.status() == 200


def test_ctrl_c_stops_everything_in_time(served):
    wait_until(lambda: served.processes("celery", "beat"))

    seconds = served.stop()

    assert seconds < 10
    assert served.process.returncode == 0
    wait_until(lambda: not served.processes(), seconds=10)


def test_a_chosen_port_that_is_taken_is_refused_and_an_unchosen_one_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(ImproperlyConfigured, match=f"PORT is {port}, which another program uses"):
            listen("127.0.0.1", port, chosen=True)
        with listen("127.0.0.1", port, chosen=False) as listener:
            assert listener.getsockname()[1] > port


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ImproperlyConfigured, match=r"HOST is '192\.0\.2\.1'"):
        listen("192.0.2.1", 8000, chosen=True)


def test_a_child_that_ignores_every_request_is_killed():
    stubborn = "import signal, time\nfor n in (15, 3, 2): signal.signal(n, signal.SIG_IGN)\nprint('deaf', flush=True)\n"
    child = Child("deaf", [sys.executable, "-c", stubborn + "time.sleep(60)"], dict(os.environ))
    child.start()
    wait_until(lambda: child.lines() == ["deaf"], seconds=10)

    stop_all([child], polite=0.3, firm=0.3)

    assert not child.is_running()


def test_a_child_that_dies_young_waits_longer_each_time():
    child = Child("weak", [sys.executable, "-c", ""], dict(os.environ))

    pauses = [child.plan_restart(now=1.0) for _ in range(7)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_child_can_stand_back_for_the_others():
    child = Child("patient", [sys.executable, "-c", "import os; print(os.nice(0))"], dict(os.environ), niceness=3)
    child.start()
    child.process.wait(20)

    assert child.lines() == [str(os.nice(0) + 3)]


def test_a_child_that_may_end_is_not_started_again_unless_it_fails():
    printed = StringIO()
    done = Child("done", [sys.executable, "-c", ""], dict(os.environ), may_end=True)
    failed = Child("failed", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), may_end=True)
    with selectors.DefaultSelector() as selector:
        for child in (done, failed):
            child.start()
        wait_until(lambda: not done.is_running() and not failed.is_running(), seconds=20)
        _revive([done, failed], selector, Terminal(printed))

    assert done.start_at == math.inf
    assert "failed ended (code 3)" in printed.getvalue()
    assert "done ended" not in printed.getvalue()


@pytest.mark.django_db
def test_the_demos_connector_runs_only_where_the_demo_is_loaded(settings, tmp_path, northline, olga):
    settings.DATA_DIR = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as listener:
        without = [child.name for child in children_of(listener)]
        keep_key(northline)
        (added,) = children_of(listener)[len(without) :]

        assert "demo net" not in without
        assert added.name == "demo net"
        assert added.command[-2:] == ["--url", f"http://127.0.0.1:{listener.getsockname()[1]}"]
