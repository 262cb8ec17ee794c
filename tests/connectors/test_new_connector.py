"""A connector begins as a working folder: made by one command, every case passes on it before a line is written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

ROOMS = ("accounts", "brandvoice", "config", "inbox", "static", "templates", "tests")
HEAVY = shutil.ignore_patterns("__pycache__", "*.onnx", "vendor", "browser")


@pytest.fixture
def copy(tmp_path):
    """The project, copied without what is heavy, which is linked."""
    for room in ROOMS:
        shutil.copytree(settings.BASE_DIR / room, tmp_path / room, ignore=HEAVY)
    for file in ("manage.py", "pyproject.toml"):
        shutil.copy(settings.BASE_DIR / file, tmp_path / file)
    for model in settings.BASE_DIR.glob("brandvoice/*/*.onnx"):
        (tmp_path / model.relative_to(settings.BASE_DIR)).symlink_to(model)
    return tmp_path


def run(folder: Path, *command: str) -> str:
    # The database of this run serves the copy as well.
    env = os.environ | {"ONEVOICE_DATA_DIR": str(settings.DATA_DIR)}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False, timeout=400, env=env
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_a_new_connector_passes_every_case_before_a_line_of_it_is_written(copy, django_db_setup):
    said = run(copy, "manage.py", "new_connector", "acme")

    assert 'ARGS="-k acme"' in said
    run(copy, "-m", "ruff", "check", "inbox/connectors", "tests/connectors")
    run(copy, "-m", "ruff", "format", "--check", "inbox/connectors", "tests/connectors")
    table = run(copy, "-m", "pytest", "-q", "--reuse-db", "tests/connectors/test_conformance.py", "-k", "acme")
    assert table.count(" yes") >= 13
    assert "FAILED" not in table


@pytest.mark.parametrize("name", ["Sandbox", "9lives", "sandbox", "../evil", ""])
def test_a_name_that_is_none_or_taken_is_refused(name):
    with pytest.raises(CommandError):
        call_command("new_connector", name)
