"""Spikes: found while they last, proposed once, declared by one click, dismissed for a week."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from accounts.models import Organization
from inbox.actions.spikes import find_spikes
from inbox.models import (
    Event,
    Incident,
    IncidentLevel,
    Message,
    Notification,
    Spike,
    SpikeCount,
    SpikeMessage,
    SpikeWord,
)
from inbox.queries import spike_counts
from inbox.spike_findings import Series
from inbox.spikes import window_of
from tests.cast import make_brand, make_channel, make_organization, make_team
from tests.inbox.spike_weeks import RUMOUR, USUAL, come, remember_weeks, stand_still


@pytest.fixture(autouse=True)
def weeks(channel, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    stand_still(monkeypatch)
    remember_weeks(channel)


def rumour(channel, many=12, **fields):
    come(channel, [RUMOUR] * many, **fields)
    find_spikes()
    return Spike.objects.get()


def test_a_rumour_for_which_nobody_has_a_topic_is_found_by_its_words_and_named_by_them(channel, rail):
    spike = rumour(channel)

    assert spike.phrases == ["bridge is cracked"]
    assert (spike.brand, spike.count, spike.minutes) == (rail, 12, 10)
    assert spike.figures == "12 customers in 10 minutes, none are usual"
    assert SpikeMessage.objects.filter(spike=spike).count() == 12


def test_it_is_one_spike_while_it_lasts_and_one_notification(channel, lena, agnes):
    spike = rumour(channel)
    come(channel, [RUMOUR] * 20)
    find_spikes()
    find_spikes()

    grown = Spike.objects.get()
    assert (grown.pk, grown.count) == (spike.pk, 32)
    assert grown.behind.count() == 32
    told = Notification.objects.get()
    assert (told.user, told.reason, told.spike) == (lena, "spike", spike)
    assert "12 customers in 10 minutes" in told.excerpt
    assert Event.objects.filter(kind="spike.found").count() == 1


def test_much_more_than_usual_is_found_without_any_words(channel):
    come(channel, USUAL * 7)
    find_spikes()

    spike = Spike.objects.get()
    assert (spike.topics, spike.phrases, spike.channel) == ([], [], channel)
    assert spike.count == 42
    assert spike.usual == "3"


def test_an_angry_hour_is_found_though_no_more_come_than_usual(channel):
    come(channel, [f"{text} This is terrible, I hate you, what a disgrace!" for text in USUAL * 2])
    Message.objects.update(sentiment=-1)
    SpikeCount.objects.filter(looked=False).update(negative=12)
    SpikeWord.objects.all().delete()
    SpikeCount.objects.filter(looked=True).update(customers=15)
    find_spikes()

    spike = Spike.objects.get()
    assert (spike.signal, spike.count, spike.customers_then) == ("anger", 12, 12)
    assert spike.figures == "12 of 12 customers in 60 minutes, 0.8 are usual"


def test_as_much_as_ever_is_no_spike(channel):
    come(channel, USUAL[:3])
    find_spikes()

    assert not Spike.objects.exists()


def test_it_ends_by_itself_and_what_comes_back_soon_is_the_same(channel, lena):
    spike = rumour(channel, ago=timedelta(minutes=5))
    Message.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    SpikeCount.objects.filter(looked=False).delete()
    find_spikes()
    spike.refresh_from_db()
    assert spike.ended_at

    come(channel, [RUMOUR] * 12)
    find_spikes()

    assert Spike.objects.get().ended_at is None
    assert Notification.objects.count() == 1


def test_what_has_not_changed_is_not_looked_at_again(channel):
    come(channel, ["Where is my train?"])
    find_spikes()

    with CaptureQueriesContext(connection) as queries:
        find_spikes()
    assert len(queries) == 1


def test_a_backlog_of_yesterday_is_no_spike_of_today(channel):
    come(channel, [RUMOUR] * 30, ago=timedelta(hours=20))
    find_spikes()

    assert not Spike.objects.exists()


def test_what_is_dismissed_is_not_proposed_again_for_the_same_words(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)

    answer = client.post(reverse("inbox:dismiss_spike", args=[spike.pk]), {"reason": "Our own advert"})
    come(channel, [RUMOUR] * 30)
    find_spikes()

    assert answer.status_code == 302
    spike = Spike.objects.get()
    assert (spike.dismissed_by, spike.reason, spike.ended_at is None) == (lena, "Our own advert", False)
    assert b"Our own advert" in client.get(reverse("inbox:spike", args=[spike.pk])).content


def test_a_second_dismissal_is_refused(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)
    address = reverse("inbox:dismiss_spike", args=[spike.pk])
    client.post(address, {"reason": "x"})

    assert client.post(address, {"reason": "y"}).status_code == 409


def test_it_is_proposed_on_every_page_of_those_who_may_declare_and_of_nobody_else(channel, lena, agnes, oscar):
    rumour(channel)
    for person, sees in ((lena, True), (agnes, False), (oscar, False)):
        page = Client()
        page.force_login(person)
        assert (b"Much more than usual about" in page.get(reverse("inbox:incident_bar")).content) is sees


@pytest.mark.parametrize("named", ["0", "-1", "bridge", "9" * 18, "9" * 5000])
def test_a_proposal_that_nobody_made_is_not_found(lena, client, named):
    client.force_login(lena)

    assert client.get(f"{reverse('inbox:declare_incident')}?spike={named}").status_code == 404


def test_one_click_and_enter_declare_the_incident_that_is_proposed(channel, rail, lena, client):
    spike = rumour(channel)
    client.force_login(lena)
    address = f"{reverse('inbox:declare_incident')}?spike={spike.pk}"
    form = client.get(address).context["form"]
    said = {
        name: field.value().pk if hasattr(field.value(), "pk") else field.value() or ""
        for name in form.fields
        if (field := form[name]).value() is not False
    }
    client.post(address, said)

    incident = Incident.objects.get()
    assert incident.phrases == spike.phrases
    assert (incident.brand, incident.level.rank) == (rail, 1)
    assert incident.gathered.count() == 12
    spike.refresh_from_db()
    assert (spike.incident, spike.answered_at) == (incident, incident.declared_at)
    assert b"Much more than usual" not in client.get(reverse("inbox:incident_bar")).content.split(b"</div>")[-2]


def test_its_page_shows_the_messages_behind_it_and_whether_it_helped(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)
    level = IncidentLevel.objects.get(organization=channel.organization, rank=1)
    said = {"name": "Bridge", "level": level.pk, "phrases": "bridge"}
    client.post(f"{reverse('inbox:declare_incident')}?spike={spike.pk}", said)

    page = client.get(reverse("inbox:spike", args=[spike.pk])).content.decode()

    assert page.count(RUMOUR) == 12
    assert "Whether it helped" in page
    assert "Customers an hour" in page


def test_the_desk_is_asked_once_on_behalf_of_all_by_one_click(channel, lena, amira, client):
    spike = rumour(channel)
    client.force_login(lena)
    address = reverse("inbox:ask_about_spike", args=[spike.pk])

    client.post(address)
    client.post(address)

    spike.refresh_from_db()
    assert spike.question.text == "What do we say about “bridge is cracked”?"
    assert spike.question.waiting.count() == 12
    assert spike.answered_at


def test_the_position_that_would_answer_it_is_opened_with_its_customers_words(channel, rail, lena, amira, client):
    spike = rumour(channel)
    client.force_login(lena)
    address = reverse("inbox:write_spike_position", args=[spike.pk])
    form = client.get(address).context["form"]
    assert form.initial["texts"] == [RUMOUR]
    said = {"question": form.initial["question"], "brand": rail.pk, "texts": [RUMOUR], "owner": amira.pk}

    answer = client.post(address, said)

    spike.refresh_from_db()
    assert answer.status_code == 302, answer.context["form"].errors
    assert spike.position.question == "What do we say about “bridge is cracked”?"
    assert RUMOUR in spike.position.examples.values_list("text", flat=True)
    assert "Whether it helped" in client.get(reverse("inbox:spike", args=[spike.pk])).content.decode()


def test_a_page_of_ten_messages_takes_as_many_queries_as_one_of_one(channel, lena, client):
    client.force_login(lena)
    spike = rumour(channel)
    address = reverse("inbox:spike", args=[spike.pk])

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    ten = cost()
    SpikeMessage.objects.exclude(pk=SpikeMessage.objects.latest("pk").pk).delete()
    assert cost() == ten


def test_the_list_takes_as_many_queries_for_ten_spikes_as_for_one(channel, lena, client):
    client.force_login(lena)
    spike = rumour(channel)
    address = reverse("inbox:spikes")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one = cost()
    for _ in range(9):
        spike.pk = None
        spike.save()
        make_brand(channel.organization)
    assert cost() == one


def test_a_phrase_of_any_length_is_no_trouble(channel):
    come(channel, [f"{'ha' * 60} is cracked"] * 12)
    find_spikes()

    assert Spike.objects.get().phrases == ["cracked"]


def test_a_brand_that_fails_is_logged_and_the_others_are_looked_at(channel, northline, caplog):
    come(channel, [RUMOUR] * 12)
    Organization.objects.filter(pk=northline.pk).update(time_zone="Nowhere/Atlantis")
    company = make_organization("Otherline")
    other = make_channel(make_brand(company), make_team(company))
    remember_weeks(other)
    come(other, [RUMOUR] * 12)

    find_spikes()

    assert Spike.objects.get().brand == other.brand
    assert f"Brand {channel.brand_id} could not be looked at for spikes" in caplog.text
    assert SpikeCount.objects.filter(brand=channel.brand, looked=False).exists(), "it is looked at again"


def test_ten_topics_take_as_many_queries_as_one(channel):
    def cost(topics):
        SpikeCount.objects.filter(window=window_of(timezone.now())).delete()
        place = {"organization": channel.organization, "brand": channel.brand, "customers": 5, "negative": 0}
        keys = [(Series.BRAND, ""), *((Series.TOPIC, f"topic {number}") for number in range(topics))]
        SpikeCount.objects.bulk_create(
            SpikeCount(**place, series=series, key=key, window=window_of(timezone.now())) for series, key in keys
        )
        with CaptureQueriesContext(connection) as queries:
            find_spikes()
        return len(queries)

    assert cost(1) == cost(10)


def test_of_a_busy_hour_the_words_of_what_is_read_stand_for_all_of_it(channel, monkeypatch):
    monkeypatch.setattr(spike_counts, "MOST_READ", 60)
    SpikeWord.objects.update(uses=F("uses") * 0.15)
    SpikeCount.objects.filter(looked=True).update(customers=200)

    come(channel, [text for _ in range(60) for text in (*USUAL[:3], RUMOUR)])
    find_spikes()

    assert Spike.objects.get().phrases == ["bridge is cracked"]


def test_a_brand_is_only_learned_from_for_two_weeks(channel):
    SpikeCount.objects.filter(window__lt=timezone.now() - timedelta(days=13)).delete()
    come(channel, [RUMOUR] * 12)
    find_spikes()

    assert not Spike.objects.exists()


def test_the_page_names_the_brands_that_are_only_learned_from(channel, northline, lena, client):
    client.force_login(lena)

    def said():
        return " ".join(strip_tags(client.get(reverse("inbox:spikes")).content.decode()).split())

    assert "Not judged yet" not in said()
    begun = window_of(timezone.now()) - timedelta(days=13)
    SpikeCount.objects.filter(window__lt=begun).delete()
    make_brand(northline, "Northline Bus")

    tomorrow = date_format(begun + timedelta(days=14), "j M Y")
    assert f"Not judged yet: Northline Bus (nothing has come in), Northline Rail (from {tomorrow} on)" in said()
