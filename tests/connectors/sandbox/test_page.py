"""The make-believe network's page: a customer writes and sees what is theirs to see."""

import pytest
from django.test import Client

from inbox.connectors import registry
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.models import Account, Post
from tests.cast import make_channel


def write(client, account, **fields):
    said = {"account": account.pk, "name": "Robin Meyer", "text": "Where is my train?", "visibility": "public"}
    return client.post("/sandbox/", said | fields)


def test_a_customer_writes_to_a_brand_and_sees_it(client, account):
    answer = write(client, account)

    assert answer.status_code == 302
    post = Post.objects.get()
    assert (post.author, post.author_name, post.text) == ("robin-meyer", "Robin Meyer", "Where is my train?")
    page = client.get(answer["Location"])
    assert "Where is my train?" in page.content.decode()
    assert 'value="Robin Meyer"' in page.content.decode()


def test_a_customer_goes_on_with_a_conversation(client, account):
    first = network.say(account, author="robin-meyer", name="Robin Meyer", text="Hello", visibility="public")
    page = client.get(f"/sandbox/?account={account.pk}&as=Robin+Meyer&thread={first.thread}")
    assert "In the conversation “Hello”" in page.content.decode()

    write(client, account, thread=first.thread, text="Anybody?")

    assert set(Post.objects.values_list("thread", flat=True)) == {first.thread}


def test_what_customers_write_is_shown_as_text(client, account):
    write(client, account, text="<script>alert(1)</script>", name="<b>Robin</b>")

    page = client.get(f"/sandbox/?account={account.pk}&as=<b>Robin</b>").content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>Robin" not in page


def test_direct_messages_are_shown_to_their_customer_alone(client, account):
    write(client, account, text="my number is 0170", visibility="direct")

    assert "0170" in client.get(f"/sandbox/feed/?account={account.pk}&as=Robin+Meyer").content.decode()
    assert "0170" not in client.get(f"/sandbox/feed/?account={account.pk}&as=Somebody").content.decode()


def test_a_strangers_direct_conversation_cannot_be_continued_by_guessing_it(client, account):
    secret = network.say(account, author="robin-meyer", name="Robin Meyer", text="secret", visibility="direct")

    page = client.get(f"/sandbox/?account={account.pk}&as=Eve&thread={secret.thread}").content.decode()

    assert "secret" not in page


def test_nothing_said_is_refused_and_says_why(client, account):
    answer = write(client, account, text="   ")

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert not Post.objects.exists()


def test_the_page_explains_itself_where_no_brand_has_an_account(client, db):
    assert "No brand has an account here yet" in client.get("/sandbox/").content.decode()


@pytest.mark.parametrize("query", ["", "?account=x", "?account=99999", "?account=" + "9" * 30])
def test_an_account_that_is_not_there_is_not_there(client, account, query):
    assert client.get(f"/sandbox/feed/{query}").status_code == 404
    assert client.get(f"/sandbox/{query}").status_code == 200


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/sandbox/"),
        ("post", "/sandbox/"),
        ("get", "/sandbox/feed/"),
        ("post", "/sandbox/api/posts"),
        ("get", "/sandbox/api/posts/by-key/6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
    ],
)
def test_where_the_sandbox_is_off_nothing_is_there(client, account, settings, method, address):
    settings.SANDBOX = False

    assert getattr(client, method)(address).status_code == 404


def test_another_sites_form_cannot_write_here(account):
    assert write(Client(enforce_csrf_checks=True), account).status_code == 403


def test_the_page_costs_the_same_statements_for_one_conversation_and_ten(client, account, django_assert_num_queries):
    for number in range(10):
        network.say(account, author="robin", name="Robin", text=str(number), visibility="public")
        if number in (0, 9):
            with django_assert_num_queries(3):
                client.get(f"/sandbox/feed/?account={account.pk}")


def test_a_handle_belongs_to_one_channel(sandbox, rail, care):
    other = make_channel(rail, care, network="sandbox", handle=sandbox.handle, webhook_secret="x")

    with pytest.raises(network.HandleTaken):
        registry.connect(other)


def test_connecting_a_channel_again_brings_its_account_up_to_date(sandbox):
    sandbox.name, sandbox.webhook_secret = "Northline", "another secret"
    registry.connect(sandbox)

    account = Account.objects.get()
    assert (account.name, account.secret) == ("Northline", "another secret")
    assert "another secret" not in account.sealed_secret


def test_a_channel_without_a_secret_cannot_be_connected(sandbox):
    sandbox.webhook_secret = ""

    with pytest.raises(network.NoSecret):
        registry.connect(sandbox)
