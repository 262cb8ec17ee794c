import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment


def refusal_of(read):
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    return str(refused.value)


def test_the_prefixed_name_wins_over_the_plain_one():
    env = Environment({"PORT": "8001", "ONEVOICE_PORT": "8002"})

    assert env.number("PORT", default=8000, least=1, most=65535, help="") == 8002


def test_an_unset_or_empty_setting_has_its_default():
    env = Environment({"PORT": "", "DEBUG": "  "})

    assert env.number("PORT", default=8000, least=1, most=65535, help="") == 8000
    assert env.flag("DEBUG", default=True, help="") is True
    assert env.words("ALLOWED_HOSTS", default="a, b,", help="") == ["a", "b"]


@pytest.mark.parametrize("value", ["eight", "0", "65536", "-1", "8.5", "²"])
def test_a_nonsensical_number_is_refused_with_what_was_allowed(value):
    env = Environment({"PORT": value})

    refusal = refusal_of(lambda: env.number("PORT", default=8000, least=1, most=65535, help=""))

    assert refusal == f"PORT is {value!r}; allowed is a whole number from 1 to 65535."


def test_a_nonsensical_flag_is_refused_with_what_was_allowed():
    env = Environment({"DEBUG": "maybe"})

    refusal = refusal_of(lambda: env.flag("DEBUG", default=False, help=""))

    assert refusal == "DEBUG is 'maybe'; allowed is one of 1, true, yes, on, 0, false, no, off."


@pytest.mark.parametrize("value", ["mysql://db/x", "postgres://", "nonsense", "postgres://h:port/x", "postgres://[/x"])
def test_a_wrong_url_is_refused_without_repeating_its_password(value):
    env = Environment({"DATABASE_URL": value})

    refusal = refusal_of(lambda: env.url("DATABASE_URL", schemes=("postgres",), help=""))

    assert refusal == "DATABASE_URL is a URL of another kind; allowed is a URL that starts with postgres://."


def test_a_short_secret_is_refused_without_repeating_it():
    env = Environment({"SECRET_KEY": "hunter2"})

    refusal = refusal_of(lambda: env.secret("SECRET_KEY", shown="", help=""))

    assert refusal == "SECRET_KEY is too short; allowed is at least 32 characters."


def test_several_secrets_are_read_in_their_order_and_none_may_be_short():
    one, two = "a" * 32, "b" * 32

    assert Environment({"OLD": f"{one}, {two}"}).secrets("OLD", help="") == [one, two]
    assert Environment({}).secrets("OLD", help="") == []
    refusal = refusal_of(lambda: Environment({"OLD": f"{one},hunter2"}).secrets("OLD", help=""))
    assert refusal == "OLD is too short; allowed is at least 32 characters."


def test_an_unknown_name_with_our_prefix_is_refused_with_the_likely_one():
    env = Environment({"ONEVOICE_ALOWED_HOSTS": "example.org", "ALOWED_HOSTS": "not ours to judge"})
    env.words("ALLOWED_HOSTS", default="", help="")

    refusal = refusal_of(env.refuse_unknown)

    assert refusal == "ONEVOICE_ALOWED_HOSTS is not a setting of Onevoice. Did you mean ONEVOICE_ALLOWED_HOSTS?"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ONEVOICE_DEBUG": "perhaps"}, "DEBUG is 'perhaps'; allowed is one of"),
        ({"ONEVOICE_COLOUR": "red"}, "ONEVOICE_COLOUR is not a setting of Onevoice."),
        ({"DATABASE_URL": "postgres://db/onevoice"}, "SECRET_KEY is unset; with a DATABASE_URL it must be given"),
    ],
)
def test_a_wrong_environment_refuses_to_start_in_one_sentence(variables, sentence):
    command = [sys.executable, settings.BASE_DIR / "manage.py", "version"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(settings.DATA_DIR), **variables}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Onevoice can't start: {sentence}")
    assert done.stderr.count("\n") == 1
