"""Programs declare incidents over REST and stand them down: once, in their own name, and no further than they reach."""

from uuid import uuid4

import pytest

from accounts.models.keys import Scope
from inbox.actions.incidents import NewIncident, declare_incident
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Delivery, Event, Incident, IncidentLevel
from inbox.queries.incident_reports import report_of
from tests.cast import make_brand, make_channel, make_key, make_organization, make_ticket
from tests.inbox.doors import Api

BRIDGE = {"name": "Bridge closed", "level": "Serious", "phrases": ["bridge"]}


@pytest.fixture
def key(northline):
    return make_key(northline, *Scope.values)


@pytest.fixture
def api(key):
    return Api(key[1])


def allowed(answer):
    """Return what is wrong with which field."""
    assert answer.status_code == 422, answer.content
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


def only_on(key, channel):
    key.all_channels = False
    key.save()
    channel.keys.create(key=key)


def test_a_program_declares_an_incident_that_holds_what_is_on_its_way_and_stands_it_down(
    api, key, client, channel, agnes, lena
):
    ticket = make_ticket(channel, "Is the bridge closed?")
    reply = send_reply(ticket, NewReply("The bridge opens at nine.", "public", seen=10**9), by=agnes)

    answer = api.post("incidents/declare", {**BRIDGE, "briefing": "Say nothing of reopening."})

    assert (answer.status_code, answer.json()["state"], answer.json()["briefing"]) == (
        201,
        "live",
        "Say nothing of reopening.",
    )
    assert Delivery.objects.get(message=reply).state == "held"
    incident = Incident.objects.get()
    assert [one.ticket for one in incident.gathered.all()] == [ticket]
    ended = api.post(f"incidents/{incident.pk}/stand-down")
    assert (ended.status_code, ended.json()["state"]) == (200, "over")
    client.force_login(lena)
    assert "declared by connector" in client.get(f"/incidents/{incident.pk}/").content.decode()
    events = Event.objects.filter(kind__in=("incident.declared", "incident.ended")).order_by("pk")
    assert [(event.kind, event.key, event.actor) for event in events] == [
        ("incident.declared", key[0], None),
        ("incident.ended", key[0], None),
    ]
    incident.refresh_from_db()
    told = {one.what for one in report_of(incident, lena).story if one.who == "connector"}
    assert told == {"Declared", "Stood down"}
    assert (incident.declarer, incident.ender) == ("connector", "connector")


def test_the_same_request_declares_once_and_does_not_begin_again_what_is_over(api, northline):
    said = {**BRIDGE, "client_uuid": str(uuid4())}

    first, again = (api.post("incidents/declare", said).json()["id"] for _time in range(2))
    api.post(f"incidents/{first}/stand-down")
    late = api.post("incidents/declare", said)

    assert (again, late.status_code, late.json()["id"], late.json()["state"]) == (first, 201, first, "over")
    assert Incident.objects.count() == 1
    assert Event.objects.filter(kind="incident.declared").count() == 1
    assert api.post("incidents/declare", {**said, "client_uuid": str(uuid4())}).json()["id"] != first


def test_the_name_of_a_request_is_its_organizations_own(api):
    said = {**BRIDGE, "client_uuid": str(uuid4())}
    theirs = Api(make_key(make_organization("Verde Market"), *Scope.values)[1])

    assert api.post("incidents/declare", said).json()["id"] != theirs.post("incidents/declare", said).json()["id"]


def test_an_incident_is_stood_down_once(api, northline):
    pk = api.post("incidents/declare", BRIDGE).json()["id"]
    api.post(f"incidents/{pk}/stand-down")

    again = api.post(f"incidents/{pk}/stand-down")

    assert (again.status_code, again.json()["type"]) == (409, "urn:onevoice:problem:incident-is-over")
    assert "not live any more" in again.json()["detail"]


def test_what_is_wrong_is_answered_with_what_is_allowed(api, northline, rail):
    wrong = {"name": " ", "level": "Grave", "brand": "Verde", "holding": 2**63 - 1}

    assert allowed(api.post("incidents/declare", wrong)) == {
        "name": "Must say what has happened.",
        "everything": "Must be true, or else `phrases` or `topics` must say what it is about; never both.",
        "level": "Must be one of “Watch”, “Serious”, “Crisis”.",
        "brand": f"Must be one of “{rail.name}”, or null for all.",
        "holding": "Must be the id of a position with signed wording.",
    }
    assert "everything" in allowed(api.post("incidents/declare", {**BRIDGE, "everything": True}))
    assert "everything" in allowed(api.post("incidents/declare", {**BRIDGE, "phrases": ["  "]}))
    assert "phrases[0]" in allowed(api.post("incidents/declare", {**BRIDGE, "phrases": ["\x00"]}))
    assert not Incident.objects.exists()


def test_all_of_it_can_be_said(api, signed, rail):
    said = {"topics": [" Fares ", "Fares"], "phrases": [], "brand": rail.name, "holding": signed.position_id}

    answer = api.post("incidents/declare", {**BRIDGE, **said, "level": "Crisis", "drill": True})

    incident = Incident.objects.get()
    assert (answer.json()["topics"], answer.json()["drill"], incident.holding) == (["Fares"], True, signed.position)
    assert api.post("incidents/declare", {**BRIDGE, "phrases": [], "everything": True}).status_code == 201


def test_a_key_with_some_channels_declares_for_their_brands_alone(key, api, channel, rail, care, northline, lena):
    other = make_brand(northline, "Northline Air")
    make_channel(other, care)
    only_on(key[0], channel)
    level = IncidentLevel.objects.get(organization=northline, name="Watch")
    of_all, of_air = (
        declare_incident(NewIncident(name="Storm", level=level, brand=brand), by=lena) for brand in (None, other)
    )

    assert allowed(api.post("incidents/declare", BRIDGE)) == {
        "brand": f"Must be one of “{rail.name}”; this key speaks of no other."
    }
    assert "brand" in allowed(api.post("incidents/declare", {**BRIDGE, "brand": other.name}))
    mine = api.post("incidents/declare", {**BRIDGE, "brand": rail.name})
    refused = api.post(f"incidents/{of_all.pk}/stand-down")

    assert (refused.status_code, rail.name in refused.json()["detail"]) == (403, True)
    assert api.post(f"incidents/{of_air.pk}/stand-down").status_code == 404
    assert api.post(f"incidents/{mine.json()['id']}/stand-down").status_code == 200
    assert set(Incident.objects.live()) == {of_all, of_air}


def test_other_organizations_incidents_and_levels_are_not_there(api, northline, oscar):
    level = IncidentLevel.objects.filter(organization=oscar.organization).first()
    level.name = "Theirs"
    level.save()
    theirs = declare_incident(NewIncident(name="Flood", level=level), by=oscar)

    assert api.post(f"incidents/{theirs.pk}/stand-down").status_code == 404
    assert "level" in allowed(api.post("incidents/declare", {**BRIDGE, "level": "Theirs"}))
