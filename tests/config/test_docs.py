"""The documentation is held against the code: what it names is there."""

import ast
import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from accounts.permissions import PERMISSIONS, Role
from config.settings import env

ROOT = settings.BASE_DIR
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(ROOT.glob("docs/**/*.md"))
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```[\s\S]*?```|^ {4}\S.*$|`[^`\n]+`", re.MULTILINE)
# Rows of the table of roles whose words don't say which permission they mean.
ROLE_ROWS = {
    "see tickets of the own teams": "ticket.view",
    "see all tickets": "ticket.view_all",
    "write notes": "note.write",
    "reply in private, assign": "reply.send",
    "reply in public": "reply.send_public",
    "approve replies": "reply.approve",
    "export and erase": "customer.privacy",
    "merge customers": "customer.merge",
    "mark customers": "customer.mark",
    "plan posts": "post.compose",
    "approve posts": "post.approve",
    "publish posts": "post.publish",
    "declare incidents": "incident.declare",
    "see the organization's figures": "reputation.view",
    "see the own figures": "reputation.own",
    "write positions": "position.edit",
    "sign positions": "position.sign",
    "withdraw positions": "position.withdraw",
    "enter the console": "console.enter",
    "change the organization": "organization.manage",
}
# How many things people look for in each part of docs/compared.md. They were gathered from the documentation and the
# issue threads of the products of our field, so none may go missing because it is not to our advantage.
LOOKED_FOR = {
    "Channels and what comes in": 8,
    "Tickets": 9,
    "The agent's screen, live": 10,
    "The brand's voice": 11,
    "Approvals, purposes, incidents": 7,
    "Figures and reputation": 4,
    "Automation, routing, deadlines": 6,
    "Working together, customers, running it": 14,
}


def read(name):
    return (ROOT / name).read_text()


def code_of(page):
    """Return what a page shows as code: blocks and words between backticks."""
    return [found.strip("`").strip() for found in CODE.findall(page.read_text())]


@EVERY_PAGE
def test_every_link_and_every_picture_leads_somewhere(page):
    targets = [target.partition("#")[0] for target in LINK.findall(page.read_text())]
    near = [target for target in targets if target and not target.startswith(("http://", "https://"))]

    assert [target for target in near if not (page.parent / target).exists()] == []


@EVERY_PAGE
def test_every_make_target_that_is_named_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))

    named = {name for code in code_of(page) for name in re.findall(r"\bmake (?:[A-Z]+=\S+ )?([a-z-]+)", code)}

    assert named - targets == set()


@EVERY_PAGE
def test_every_command_that_is_named_exists(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text()))

    assert named - set(get_commands()) == set()


@EVERY_PAGE
def test_every_file_that_is_named_exists(page):
    rooms = ("accounts", "brandvoice", "config", "docs", "inbox", "scripts", "static", "templates", "tests")
    words = [word for code in code_of(page) for word in code.split()]
    named = [word for word in words if word.partition("/")[0] in rooms and "/" in word and "<" not in word]

    assert [name for name in named if not (ROOT / name.partition("::")[0]).exists()] == []


def test_the_operators_pages_name_no_setting_that_does_not_exist():
    pages = [*ROOT.glob("docs/operator/*.md"), ROOT / "README.md"]
    words = {word.partition("=")[0].removeprefix("ONEVOICE_") for page in pages for word in code_of(page)}
    named = {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", word)}

    assert named - env.settings.keys() == {"SIGTERM"}


def test_every_page_of_the_documentation_is_in_its_menu():
    menu = read("mkdocs.yml").partition("\nnav:\n")[2]
    pages = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")}

    assert set(re.findall(r": (\S+\.md)$", menu, re.MULTILINE)) == pages


def test_the_agents_page_and_the_help_name_every_shortcut():
    script = read("static/js/keys.js")
    keys = re.findall(
        r"(?:^|[{,]) *\"?([a-zA-Z/?\[])\"?: ", script.partition("const KEYS")[2].partition("};")[0], re.MULTILINE
    )
    places = re.findall(r"(\w): \"", script.partition("const GO")[2].partition("};")[0])

    guide = read("docs/agent.md").partition("## Shortcuts")[2]
    assert len(keys) >= 12
    assert len(places) >= 6
    assert [key for key in [*keys, *places] if f"`{key}`" not in guide] == []
    assert [key for key in keys if f"<kbd>{key}</kbd>" not in read("templates/inbox/_help.html")] == []


def test_the_table_of_roles_says_what_the_permissions_say():
    table = read("docs/manager.md").partition("\n| | ")[2]
    rows = [line.split("|")[1:-1] for line in f"| | {table}".splitlines() if line.startswith("| ")]
    roles = [Role(cell.strip().replace(" ", "_")) for cell in rows[0][1:]]
    told = {
        permission: {role for role, cell in zip(roles, row[1:], strict=True) if cell.strip()}
        for row in rows[1:]
        for words, permission in ROLE_ROWS.items()
        if row[0].strip().startswith(words)
    }

    assert told == {permission: set(PERMISSIONS[permission]) for permission in ROLE_ROWS.values()}


def test_the_sentences_that_operators_look_up_are_those_that_the_code_says():
    files = [ROOT / "Makefile", ROOT / "manage.py", *ROOT.glob("scripts/*.sh")]
    files += [file for room in ("config", "inbox") for file in (ROOT / room).rglob("*.py")]
    said = "\n".join(file.read_text() for file in files)
    starting, running = read("docs/operator/trouble.md").split("While it runs:")

    cells = [line.split("|")[1] for line in starting.splitlines() if line.startswith("| ")][1:]
    sentences = [sentence for cell in cells for sentence in cell.split(" · ")]
    sentences += [code for line in running.splitlines() for code in re.findall(r"^\| `([^`]+)`", line)]
    parts = [part.strip(" .") for sentence in sentences for part in sentence.split("…")]

    assert len(sentences) > 20
    assert [part for part in parts if len(part) > 11 and part not in said] == []


def rows_of(part):
    """Return the cells of each row of a part's table, without its head."""
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines() if line.startswith("| ")][1:]


def names_of_tests(file):
    """Return the names of a file's tests as pytest says them, without parameters."""
    body = ast.parse(file.read_text()).body if file.exists() else []
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    inside = {f"{kind.name}::{test.name}" for kind in classes for test in kind.body if getattr(test, "name", "")}
    return inside | {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def compared():
    """Return the rows of each part of docs/compared.md."""
    parts = [part.partition("\n") for part in read("docs/compared.md").split("\n## ")[1:]]
    return {title: rows_of(part) for title, _newline, part in parts}


def test_nothing_that_people_look_for_is_left_out_of_the_comparison():
    assert {title: len(rows) for title, rows in compared().items()} == LOOKED_FOR


def test_every_row_of_the_comparison_that_claims_something_names_a_test_that_exists():
    rows = [row for part in compared().values() for row in part]

    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    named = {row[0]: re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", row[2]) for row in rows}
    unfounded = [what for what, does, _test in rows if not does.startswith("Not yet: ") and not named[what]]
    missing = [
        (file, name) for each in named.values() for file, name in each if name not in names_of_tests(ROOT / file)
    ]
    assert (unfounded, missing) == ([], [])
    assert all(row[2] == "–" or row[2].count("`") == 2 * len(named[row[0]]) for row in rows)
