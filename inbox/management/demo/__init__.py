"""The demo: two organizations, three brands, their signed wording and their conversations. All of it is invented."""

import json
from pathlib import Path
from typing import Final, NamedTuple

# Every demo sign-in has this password; `manage.py load_demo` prints it.
PASSWORD: Final = "onevoice-demo"  # noqa: S105 (it is meant to be read)

FOLDER: Final = Path(__file__).parent


class SignIn(NamedTuple):
    """One person of the demo, as the terminal shows them."""

    email: str
    password: str
    role: str
    name: str
    organization: str


def sign_ins() -> list[SignIn]:
    """Return everybody who may sign in to the demo; all with PASSWORD."""
    organizations = json.loads((FOLDER / "organizations.json").read_text(encoding="utf-8"))["organizations"]
    return [
        SignIn(person["email"], PASSWORD, person["role"], person["name"], organization["name"])
        for organization in organizations
        for person in organization["people"]
    ]


SIGN_INS: Final = sign_ins()
