"""The search line completes tokens as they are typed, and remembers what a person has searched for."""

import html
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions.recent_searches import MOST
from inbox.actions.tickets import set_labels
from inbox.models import RecentSearch
from tests.cast import make_channel, make_team, make_ticket


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def offered(client, word="", **more):
    answer = client.get(f"/search/completions/?{urlencode({'word': word, **more})}")
    assert answer.status_code == 200
    return [html.unescape(text) for text in re.findall(r'data-text="([^"]*)"', answer.content.decode())]


def test_names_of_tokens_and_their_values_are_completed(agent, channel, agnes, jonas, rail):
    ticket = make_ticket(channel, "Hello", author="priya raman", language="en")
    set_labels(ticket, ["refund", "lost property"], by=agnes)
    wanted = {
        "la": ["label:", "language:"], "-la": ["-label:", "-language:"], "zz": [], "a": [],
        "is:un": ["is:unassigned", "is:unanswered"], "-is:res": ["-is:resolved"], "is:mi": ["is:mine"],
        "label:": ["label:\"lost property\"", "label:refund"], "label:ref": ["label:refund"],
        "label:refund,lo": ['label:refund,"lost property"'], 'label:"lost p': ['label:"lost property"'],
        "assignee:jo": ['assignee:"Jonas Okafor"'], "assignee:m": ["assignee:me"],
        "brand:rail": ['brand:"Northline Rail"'], "team:care": ['team:"Rail care"'],
        "network:blue": ["network:bluesky"], "language:e": ["language:en"], "has:": ["has:file", "has:label"],
        "from:pri": ['from:"@priya raman"'], "from:@pri": ['from:"@priya raman"'], "from:p": [],
        "before:y": ["before:yesterday"], "priority:ur": ["priority:urgent"], "feeling:neg": ["feeling:negative"],
        "http://x": [], "quux:a": [], "\0%": [], "label:" + "x" * 300: [],
    }  # fmt: skip
    for word, texts in wanted.items():
        found = offered(agent, word, typed=1)
        assert found[: len(texts)] == texts, word
        assert bool(found) == bool(texts), word


def test_nothing_of_others_is_offered(client, channel, rail, northline, agnes, oscar, max_):
    hotel = make_channel(rail, make_team(northline, "Hotel care"))
    ticket = make_ticket(hotel, "Hello", author="secretive")
    set_labels(ticket, ["secret"], by=max_)
    client.force_login(agnes)
    assert offered(client, "from:secret") == []
    client.force_login(oscar)
    for word in ("from:secret", "label:sec", "team:hotel", "assignee:agnes", "brand:rail", "channel:north"):
        assert offered(client, word) == [], word


def test_recent_searches_are_remembered_for_oneself_newest_first_and_a_few(agent, client, agnes, jonas):
    for text in ("refund", "late  train", "refund", " ", "\0"):
        assert agent.post("/search/recent/", {"q": text}).status_code == 204
    assert offered(agent) == ["refund", "late train"]
    assert offered(agent, typed=1) == []

    for number in range(MOST + 2):
        agent.post("/search/recent/", {"q": f"word {number}"})
    assert offered(agent) == [f"word {number}" for number in reversed(range(2, MOST + 2))]
    assert RecentSearch.objects.count() == MOST

    client.force_login(jonas)
    assert offered(client) == []


def test_recent_searches_are_forgotten_one_by_one_or_all(client, agnes, jonas):
    for person in (jonas, agnes):
        client.force_login(person)
        for text in ("refund", "late"):
            client.post("/search/recent/", {"q": text})
    left = client.post("/search/recent/forget/", {"q": "refund"}).content.decode()
    assert re.findall(r'data-text="([^"]*)"', left) == ["late"]
    client.post("/search/recent/forget/")
    assert offered(client) == []
    client.force_login(jonas)
    assert offered(client) == ["late", "refund"]


@pytest.mark.parametrize("word", ["", "label:", "from:pri"])
def test_completing_asks_as_often_for_ten_as_for_one(agent, channel, agnes, word):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            offered(agent, word)
        return len(queries)

    def add(number):
        set_labels(make_ticket(channel, "Hi", author=f"priya{number}"), [f"label {number}"], by=agnes)
        agent.post("/search/recent/", {"q": f"word {number}"})

    add(0)
    offered(agent, word)
    one = cost()
    for number in range(1, 10):
        add(number)
    assert cost() == one
