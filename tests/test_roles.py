"""No page shows anybody a control that their role may not use, whatever pages there will be."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve

from accounts.models import Team
from accounts.permissions import PERMISSIONS, Role
from tests.cast import make_person
from tests.planted import plant
from tests.test_wall import ROUTES, fill, signed_in

# Pages of people's own accounts, of programs, customers and the console, whose doors ask for other things.
ELSEWHERE = ("accounts/", "api/", "public/", "chat/", "sandbox/", "s/", "files/", "console/", "platform/", "hooks/")
ADDRESSES = ("href", "action", "formaction", "hx-get", "hx-post")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Controls(HTMLParser):
    """Collects the addresses that a page leads to, each with the permissions without which it is not shown."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.found = set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in VOID:
            self.open.append((tag, given.get("data-needs")))
        needs = {need for _tag, need in self.open if need} | ({given["data-needs"]} if "data-needs" in given else set())
        self.found |= {(given[name].partition("?")[0], frozenset(needs)) for name in ADDRESSES if given.get(name)}

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass


def permission_at(address):
    """Return which permission the door at an address of ours asks for; "" where none or it is not ours."""
    if not address.startswith("/"):
        return ""
    if address.startswith("/console/"):
        return "console.enter"
    try:
        return getattr(resolve(address.partition("#")[0]).func, "permission", "")
    except Resolver404:
        return ""


def dead_controls(page, person):
    """Return what a page shows this person that leads where they may not go."""
    controls = Controls()
    controls.feed(page)
    hides = "<html" not in page or "data-may=" in page
    return {
        f"{address} ({permission_at(address)})"
        for address, needs in controls.found
        if (permission := permission_at(address)) and not person.may(permission)
        if not (hides and any(not person.may(need) for need in needs))
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MANAGER, Role.OWNER)])
def test_no_page_shows_a_control_that_its_reader_may_not_use(role, db):
    planted = plant()
    team = Team.objects.filter(organization=planted.organization)
    person = make_person("Robin Reader", planted.organization, role, teams=tuple(team))
    client, dead, seen = signed_in(person), {}, 0

    # Of a ticket about which nobody has asked the desk yet, too.
    for route in [*ROUTES, "tickets/2/voice/"]:
        if route.startswith(ELSEWHERE):
            continue
        address = "/" + fill(route, planted).lstrip("/")
        if not (permission := permission_at(address)) or not person.may(permission):
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            seen += 1
            if found := dead_controls(answer.content.decode(), person):
                dead[route] = sorted(found)

    assert dead == {}
    assert seen > 30


def test_what_needs_a_permission_is_hidden_by_the_style_from_those_without_it():
    style = (settings.BASE_DIR / "static/css/inbox.css").read_text()
    templates = "".join(file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html"))
    # Beside what is written out: a delivery's needs are put together.
    needed = {*re.findall(r'data-needs="([a-z_.]+)', templates), "reply.send_public"}

    assert needed <= PERMISSIONS.keys()
    assert [need for need in needed if f'body:not([data-may~="{need}"]) [data-needs="{need}"]' not in style] == []
