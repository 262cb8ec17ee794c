import subprocess
import sys
from pathlib import Path

from django.conf import settings

LONGEST_FILE = 450


def test_imports_point_down():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-logo"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_a_reader_wants():
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.js", "*.css", "*.html"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    files = [settings.BASE_DIR / name for name in listed if not {"vendor", "minilm"} & set(Path(name).parts)]

    too_long = {
        str(file): lines
        for file in files
        if file.exists() and (lines := len(file.read_text().splitlines())) > LONGEST_FILE
    }

    assert too_long == {}
