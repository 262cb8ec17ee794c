import os
import subprocess
import sys

from django.conf import settings

from config import embedded


def reset(folder):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "config.reset"]
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


def test_a_reset_forgets_our_data_and_nothing_else(tmp_path):
    home = embedded.find_home(tmp_path)
    (tmp_path / "secret_key").write_text("x" * 40)
    (tmp_path / "letter.txt").write_text("mine")

    done = reset(tmp_path)

    assert done.returncode == 0, done.stderr
    assert not home.path.exists()
    assert not (tmp_path / "secret_key").exists()
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_reset_is_refused_while_something_runs(tmp_path):
    home = embedded.find_home(tmp_path)
    with embedded.Hold(home, ("Valkey",)):
        done = reset(tmp_path)

    assert done.returncode == 1
    assert done.stderr == "Onevoice is running here: stop it first. Nothing was changed.\n"
    assert (home.path / "password").exists()
    assert reset(tmp_path).returncode == 0
