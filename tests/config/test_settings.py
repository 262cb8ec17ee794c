import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import call_command

from config.addresses import broker_from, database_from, email_from


def test_the_settings_table_is_what_the_code_declares(tmp_path):
    call_command("settings_table", tmp_path / "settings.md")

    written = settings.BASE_DIR / "docs" / "operator" / "settings.md"
    assert written.read_text() == (tmp_path / "settings.md").read_text(), "run `make settings-table`"


def test_every_setting_that_the_code_reads_has_a_row_that_says_what_it_is_for():
    source = (settings.BASE_DIR / "config" / "settings.py").read_text()
    table = (settings.BASE_DIR / "docs" / "operator" / "settings.md").read_text()

    read = re.findall(r"env\.(?:text|secrets?|flag|number|choice|words|url)\(\s*\"([A-Z_]+)\"", source)
    rows = re.findall(r"^\| `([A-Z_]+)` \| [^|]+ \| [^|]+ \| [^|]{5,} \|$", table, re.MULTILINE)

    assert sorted(read) == rows


def test_nobody_else_reads_the_environment():
    rooms = [settings.BASE_DIR / room for room in ("accounts", "brandvoice", "inbox")]

    readers = [
        file for room in rooms for file in room.rglob("*.py") if re.search(r"os\.(environ|getenv)", file.read_text())
    ]

    assert readers == []


def test_a_database_in_a_folder_with_a_space_is_understood():
    folder = quote("/home/ada/one voice/run")

    database = database_from(f"postgres://ada:p%40ss@/onevoice?host={folder}&sslmode=disable")

    assert database["HOST"] == "/home/ada/one voice/run"
    assert database["PASSWORD"] == "p@ss"
    assert database["OPTIONS"]["sslmode"] == "disable"


def test_a_kept_connection_is_never_asked_for_and_only_web_processes_pool():
    plain = database_from("postgres://ada@db:5433/onevoice")
    web = database_from("postgres://ada@db:5433/onevoice", pool=8)

    assert plain["CONN_MAX_AGE"] == web["CONN_MAX_AGE"] == 0
    assert "pool" not in plain["OPTIONS"]
    assert web["OPTIONS"]["pool"]["max_size"] == 8


def test_celery_hears_of_a_socket_in_its_own_spelling():
    assert broker_from("unix:///run/one%20voice/valkey.sock") == (
        "redis+socket:///run/one%20voice/valkey.sock?virtual_host=0"
    )
    assert broker_from("redis://:secret@cache:6379/2") == "redis://:secret@cache:6379/2"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://ada:secret@mail.example", 587, True, False),
        ("smtps://ada:secret@mail.example", 465, False, True),
        ("smtp://localhost:25", 25, False, False),
    ],
)
def test_a_mail_password_never_travels_in_the_clear(url, port, tls, ssl):
    mail = email_from(url)

    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (port, tls, ssl)


def test_a_mail_server_that_says_nothing_is_given_up_long_before_its_task_is():
    assert email_from("smtp://mail.example")["EMAIL_TIMEOUT"] * 10 < settings.CELERY_TASK_SOFT_TIME_LIMIT
