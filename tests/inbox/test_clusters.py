"""Questions that nothing signed answers are put together, named in the customers' words, and answered in one click."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.models import Example, Position
from inbox.actions.clusters import find_clusters
from inbox.models import Cluster, Message, Question
from tests.cast import make_brand, make_ticket
from tests.inbox.meanwhile import at_once, held_up
from tests.inbox.signed_words import queue

pytestmark = pytest.mark.django_db
SCOOTERS = (
    "Can I take my e-scooter on the train?",
    "Are e-scooters allowed on your trains?",
    "Am I allowed to bring an e-scooter on board?",
    "May I take an electric scooter with me on the train?",
)
WIFI = (
    "Is there wifi on board?",
    "Why is there no wifi on board my train?",
    "Does the train have free wifi?",
)
GERMAN = (
    *(f"Darf ich meinen Hund im Zug mitnehmen, {how}?" for how in ("bitte", "ohne Korb", "und was kostet der Hund")),
    "Wann fährt der nächste Bus nach Köln?",
    "Meine Karte wurde zweimal belastet.",
    "Der Automat am Bahnhof nimmt kein Geld an.",
    "Wo bekomme ich eine Rechnung für die Fahrt?",
    "Ihr Fahrer war sehr unfreundlich zu mir.",
)


def read(channel, *texts, language="en", **facts):
    """Have customers write, each in a ticket of their own, and the messages be read as about no topic."""
    tickets = [make_ticket(channel, text, language=language, author=f"customer-{text}") for text in texts]
    Message.objects.filter(ticket__in=tickets).update(**({"enriched_at": timezone.now()} | facts))
    return tickets


def page(client, person, path="/coverage/"):
    client.force_login(person)
    return client.get(path)


class TestFinding:
    def test_messages_that_ask_the_same_are_one_question_in_a_customers_words(self, channel, rail):
        tickets = read(channel, *SCOOTERS, *WIFI, "My luggage is lost since Monday", "You closed the road in Leeds")

        assert find_clusters() == 2

        scooters, wifi = Cluster.objects.largest_first()
        assert (scooters.size, wifi.size) == (4, 3)
        assert scooters.question in SCOOTERS
        assert "wifi" in wifi.words
        assert (scooters.brand, scooters.languages) == (rail, ["en"])
        assert set(scooters.messages) == {ticket.messages.get().pk for ticket in tickets[:4]}

    def test_a_key_that_was_held_down_is_no_telling_word(self, channel):
        read(channel, *(f"{text} {'ha' * 60}" for text in SCOOTERS))
        find_clusters()
        assert Cluster.objects.get().words == ["scooter", "allowed", "take"]

    def test_other_languages_are_put_together_by_what_they_ask_too(self, channel):
        read(channel, *GERMAN, language="de")
        find_clusters()
        (dogs,) = Cluster.objects.all()
        assert (dogs.size, dogs.languages) == (3, ["de"])
        assert "hund" in dogs.words

    @pytest.mark.parametrize("facts", [{"topic": "Scooters"}, {"sent_at": timezone.now() - timedelta(days=31)}])
    def test_what_has_a_topic_or_is_old_is_left_alone(self, channel, facts):
        read(channel, *SCOOTERS, **facts)
        assert find_clusters() == 0

    def test_praise_asks_for_nothing(self, channel):
        read(channel, *(f"You are the best railway of all, {name}" for name in "abcd"), sentiment=1)
        assert find_clusters() == 0

    def test_a_signed_answer_takes_a_message_out_and_a_free_one_does_not(self, channel, signed, agnes):
        tickets = read(channel, *SCOOTERS)
        queue(tickets[0], signed, agnes)
        find_clusters()
        assert Cluster.objects.get().size == 3

    def test_what_the_library_knows_by_now_is_no_question_any_more(self, channel, lena, rail):
        read(channel, *SCOOTERS)
        assert find_clusters() == 1
        position = voice.create_position(SCOOTERS[0], by=lena, brand=rail)
        add_examples(position, SCOOTERS, language="en", by=lena)
        embed_missing_examples()
        assert find_clusters() == 0

    def test_a_customer_who_asks_three_times_is_one_customer(self, channel):
        ticket = read(channel, SCOOTERS[0])[0]
        for text in SCOOTERS[1:]:
            make_ticket(channel, text, thread=ticket.thread_key, language="en")
        Message.objects.update(enriched_at=timezone.now())
        find_clusters()
        assert [cluster.size for cluster in Cluster.objects.all()] == []

    def test_each_run_replaces_the_last_and_organizations_stay_apart(self, channel, oscar):
        read(channel, *SCOOTERS)
        find_clusters()
        find_clusters()
        assert Cluster.objects.get().organization_id == channel.organization_id


class TestThePage:
    def test_the_largest_lead_it_with_their_customers_words_and_tickets(self, client, channel, amira):
        tickets = read(channel, *SCOOTERS, *WIFI)
        find_clusters()
        html = page(client, amira).content.decode()
        assert html.index("4 customers") < html.index("3 customers") < html.index("By topic")
        assert all(f'href="/tickets/{ticket.number}/"' in html for ticket in tickets)

    @pytest.mark.parametrize("path", ["/coverage/", "/reputation/?cut=topic"])
    def test_it_costs_the_same_for_one_question_as_for_ten(self, client, channel, northline, amira, path):
        message = read(channel, "Where?")[0].messages.get().pk
        counts = []
        for size in (1, 9):
            for number in range(size):
                fields = {"question": f"{number}?", "size": 3, "messages": [message], "made_at": timezone.now()}
                Cluster.objects.create(organization=northline, **fields)
            page(client, amira, path)
            with CaptureQueriesContext(connection) as queries:
                page(client, amira, path)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTopics:
    def test_what_the_library_does_not_have_stands_beside_its_topics_by_its_telling_words(self, client, channel, amira):
        read(channel, *SCOOTERS, sentiment=-1)
        read(channel, *WIFI, sentiment=1)
        find_clusters()

        found = page(client, amira, "/reputation/?cut=topic").context["discovered"]

        scooters = Cluster.objects.largest_first().first()
        assert [(one.customers, one.negative.percent) for one in found] == [(4, 100), (3, 0)]
        assert found[0].name.split(" · ") == scooters.words
        html = page(client, amira, "/reputation/?cut=topic").content.decode()
        assert f'href="/coverage/#cluster-{scooters.pk}"' in html
        assert f'id="cluster-{scooters.pk}"' in page(client, amira).content.decode()

    @pytest.mark.parametrize("query", ["?cut=channel", "?cut=topic&brand={}"])
    def test_it_stands_with_topics_alone_and_with_those_of_the_brand(self, client, channel, northline, amira, query):
        read(channel, *SCOOTERS)
        find_clusters()
        air = make_brand(northline, "Northline Air")

        assert not page(client, amira, f"/reputation/{query.format(air.pk)}").context["discovered"]

    def test_who_may_not_see_what_is_asked_sees_none_of_it(self, client, channel, agnes):
        read(channel, *SCOOTERS)
        find_clusters()

        assert not page(client, agnes, "/reputation/?cut=topic").context["discovered"]


class TestAnswering:
    @pytest.fixture
    def cluster(self, channel):
        read(channel, *SCOOTERS)
        find_clusters()
        return Cluster.objects.get()

    def test_the_position_is_prefilled_and_taught_with_what_was_ticked(self, client, cluster, rail, amira):
        form = page(client, amira, f"/coverage/questions/{cluster.pk}/write/").context["form"]
        assert (form["question"].value(), form["brand"].value()) == (cluster.question, rail.pk)
        assert set(form["texts"].value()) == set(SCOOTERS)

        posted = {"question": "Do you take e-scooters?", "brand": rail.pk, "owner": amira.pk, "texts": SCOOTERS[:2]}
        posted |= {"purposes": ["inform"]}
        answer = client.post(f"/coverage/questions/{cluster.pk}/write/", posted)

        position = Position.objects.get()
        assert position.purposes == ["inform"]
        assert answer.url == f"/positions/{position.key}/draft/"
        taught = set(Example.objects.filter(position=position).values_list("text", flat=True))
        assert taught == {"Do you take e-scooters?", *SCOOTERS[:2]}
        assert page(client, amira).context["cards"] == ()
        assert not page(client, amira, "/reputation/?cut=topic").context["discovered"]

    def test_who_comes_later_gets_the_position_that_was_opened(self, client, cluster, amira, lena):
        posted = {"question": "Do you take e-scooters?", "owner": amira.pk, "texts": SCOOTERS[:2]}
        address = f"/coverage/questions/{cluster.pk}/write/"
        client.force_login(amira)
        first = client.post(address, posted)
        client.force_login(lena)

        assert client.get(address).url == client.post(address, posted).url == first.url
        assert Position.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_one_position_is_opened_where_two_open_it_at_once(self, cluster, amira):
        posted = {"question": "Do you take e-scooters?", "owner": amira.pk, "texts": SCOOTERS[:2]}
        address = f"/coverage/questions/{cluster.pk}/write/"

        with held_up("brandvoice_position", "SHARE", at_once(amira, address, posted), 2):
            pass

        assert Cluster.objects.get().position == Position.objects.get()

    def test_a_message_that_is_none_of_its_own_is_refused(self, client, cluster, amira):
        client.force_login(amira)
        posted = {"question": "Scooters?", "owner": amira.pk, "texts": ["Something else"]}
        assert client.post(f"/coverage/questions/{cluster.pk}/write/", posted).status_code == 422

    def test_the_desk_is_asked_once_for_all_its_tickets(self, client, cluster, lena, amira):
        client.force_login(lena)
        client.post(f"/coverage/questions/{cluster.pk}/ask/")
        question = Question.objects.get()
        assert (question.text, question.waiting.count(), question.owner) == (cluster.question, 4, amira)

    def test_asking_twice_asks_one_question(self, client, cluster, lena, amira):
        client.force_login(lena)
        for _ in range(2):
            client.post(f"/coverage/questions/{cluster.pk}/ask/")
        assert Question.objects.get().waiting.count() == 4

    def test_agents_do_neither_and_strangers_find_nothing(self, client, cluster, agnes, oscar):
        for person, status in ((agnes, 403), (oscar, 404)):
            assert page(client, person, f"/coverage/questions/{cluster.pk}/write/").status_code == status
        assert client.post(f"/coverage/questions/{cluster.pk}/ask/").status_code == 404
