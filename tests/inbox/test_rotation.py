"""`manage.py rotate_secrets` brings all that is encrypted at rest under the newest key, so that the old ones can go."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from inbox.actions import rotation
from inbox.actions.endpoints import create_endpoint
from inbox.actions.rotation import sealed_columns
from inbox.connectors.registry import connect
from inbox.connectors.sandbox.models import Account
from inbox.models import Channel, Endpoint
from tests.cast import make_channel
from tests.codes import code_of_the_phone

OLD, NEW = "o" * 40, "n" * 40
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def house(rail, care, olga, settings):
    """One of everything that is encrypted, written with the old key."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.ALLOW_PRIVATE_ADDRESSES = OLD, [], True
    channel = make_channel(rail, care, network="sandbox", handle="northline", external=False, webhook_secret="hush")
    channel.keep_access({"token": "hush-token"})
    connect(channel)
    endpoint = Endpoint(organization=rail.organization, name="Shop", url="http://127.0.0.1:9/")
    create_endpoint(endpoint, by=olga)
    TOTP.activate(olga, TOTP_SECRET)
    RecoveryCodes.activate(olga)
    return channel


def change_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def run():
    printed = StringIO()
    call_command("rotate_secrets", stdout=printed, stderr=printed)
    return printed.getvalue()


def read_all(person):
    """Return every secret in plain letters, as the code that needs it reads it."""
    channel = Channel.objects.get()
    factors = {one.type: one.wrap() for one in Authenticator.objects.filter(user=person)}
    return {
        "webhook": channel.webhook_secret,
        "access": channel.access(),
        "endpoint": Endpoint.objects.get().secret,
        "sandbox": Account.objects.get().secret,
        "totp": decrypt(factors["totp"].instance.data["secret"]),
        "codes": factors["recovery_codes"].generate_codes(),
    }


def stored():
    """Return what stands in the tables, by table."""
    with connection.cursor() as cursor:
        tables = {sealed.model._meta.db_table for sealed in sealed_columns()}
        return {table: rows_of(cursor, table) for table in tables}


def rows_of(cursor, table):
    cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
    return cursor.fetchall()


def test_what_the_old_key_encrypted_is_read_without_it_once_it_has_been_encrypted_anew(house, olga, settings):
    before = read_all(olga)
    change_key(settings)

    printed = run()

    settings.SECRET_KEY_FALLBACKS = []
    assert read_all(olga) == before
    assert before["webhook"] == "hush"
    assert before["access"] == {"token": "hush-token"}
    assert before["totp"] == TOTP_SECRET
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of_the_phone(TOTP_SECRET))
    assert "inbox.Channel.webhook_secret: 1 encrypted anew, 0 left as they are" in printed
    assert "mfa.Authenticator.data: 2 encrypted anew" in printed
    assert "hush" not in printed


def test_without_it_nothing_is_read(house, settings):
    settings.SECRET_KEY = NEW

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS"):
        Channel.objects.get()


def test_a_second_time_changes_nothing(house, settings):
    change_key(settings)
    run()
    once = stored()

    assert " 1 encrypted anew" not in run()
    assert stored() == once


def test_it_can_be_interrupted_and_begun_again(house, rail, care, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    for number in range(5):
        make_channel(rail, care, name=f"Channel {number}", webhook_secret=f"hush {number}")
    change_key(settings)
    column = next(sealed for sealed in sealed_columns() if sealed.model is Channel)
    rotation.rotate_batch(column, 0, rotation.Tally())  # and then somebody pulls the plug

    assert "inbox.Channel.webhook_secret: 4 encrypted anew, 2 left as they are" in run()
    settings.SECRET_KEY_FALLBACKS = []
    assert {channel.webhook_secret for channel in Channel.objects.all()} == {
        "hush",
        *(f"hush {number}" for number in range(5)),
    }


def test_what_no_key_reads_is_named_and_the_rest_is_encrypted_anew(house, rail, care, olga, settings):
    settings.SECRET_KEY = "k" * 40
    other = make_channel(rail, care, name="Another", webhook_secret="under a key that is lost")
    change_key(settings)

    with pytest.raises(CommandError, match=r"1 can't be read\. Put the key"):
        run()

    settings.SECRET_KEY_FALLBACKS = []
    assert Channel.objects.get(pk=house.pk).webhook_secret == "hush"
    with pytest.raises(ImproperlyConfigured):
        Channel.objects.get(pk=other.pk)


@pytest.mark.django_db(transaction=True)
def test_what_a_network_renews_meanwhile_is_kept(house, settings):
    """The row is locked by whoever keeps a new token; the rotation waits, and encrypts what is there then."""
    change_key(settings)
    kept, go_on = Barrier(2), Barrier(2)

    def keep():
        try:
            with transaction.atomic():
                house.keep_access({"token": "renewed"})
                kept.wait(10)
                go_on.wait(10)
        finally:
            connections.close_all()

    def rotate_all():
        try:
            return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        keeping = pool.submit(keep)
        kept.wait(10)
        rotating = pool.submit(rotate_all)
        go_on.wait(10)
        keeping.result(), rotating.result()

    settings.SECRET_KEY_FALLBACKS = []
    assert house.access() == {"token": "renewed"}


def test_every_column_that_is_encrypted_is_known(db):
    assert {str(sealed) for sealed in sealed_columns()} == {
        "inbox.Channel.webhook_secret",
        "inbox.ChannelAccess.settings",
        "inbox.Endpoint.secret",
        "inbox.Endpoint.old_secret",
        "inbox.PushKey.private",
        "inbox.PushBrowser.auth",
        "sandbox.Account.sealed_secret",
        "mfa.Authenticator.data",
    }
