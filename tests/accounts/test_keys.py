"""Keys of connectors: shown once, stored as a hash, quick to check, quick to revoke."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.keys import create_key, revoke_key
from accounts.models import ApiKey, Organization, Scope
from accounts.permissions import PermissionDenied
from accounts.queries import keys
from accounts.queries.keys import find_key, touch_key


@pytest.fixture(autouse=True)
def _forget_everything():
    keys._known.clear()
    keys._touched.clear()


@pytest.fixture
def key_and_secret(northline, max_):
    return create_key("Bluesky bridge", organization=northline, scopes=[Scope.MESSAGES_WRITE], by=max_)


def test_a_secret_opens_the_door_and_is_nowhere_in_the_database(key_and_secret):
    key, secret = key_and_secret

    assert find_key(secret) == key
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert secret.split("_")[2] not in str(row)
    assert secret.startswith(f"ov_{row['prefix']}_")


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1] + "!", lambda s: s[3:], lambda s: "", lambda s: "ov__", lambda s: "ov_"]
)
def test_anything_else_opens_nothing(key_and_secret, spoil):
    _key, secret = key_and_secret

    assert find_key(spoil(secret)) is None


def test_the_prefix_of_one_key_with_the_secret_of_another_opens_nothing(northline, max_, key_and_secret):
    key, _secret = key_and_secret
    _other, other_secret = create_key("Other", organization=northline, scopes=[], by=max_)

    assert find_key(f"ov_{key.prefix}_{other_secret.split('_')[2]}") is None


def test_a_key_seen_a_moment_ago_costs_no_query(key_and_secret, django_assert_num_queries):
    _key, secret = key_and_secret
    find_key(secret)

    with django_assert_num_queries(0):
        found = find_key(secret)
        assert found.organization.name == "Northline Group"


def test_a_revoked_key_stops_at_once_in_this_process(key_and_secret, max_, django_capture_on_commit_callbacks):
    key, secret = key_and_secret
    find_key(secret)

    with django_capture_on_commit_callbacks(execute=True):
        revoke_key(key, by=max_)

    assert find_key(secret) is None


def test_a_key_revoked_elsewhere_stops_within_five_seconds(key_and_secret, monkeypatch):
    key, secret = key_and_secret
    now = keys.time.monotonic()
    find_key(secret)
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())

    monkeypatch.setattr(keys.time, "monotonic", lambda: now + 5.1)

    assert find_key(secret) is None


def test_use_is_noted_once_a_minute_at_most(key_and_secret, django_assert_num_queries, monkeypatch):
    key, _secret = key_and_secret
    touch_key(key)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None

    with django_assert_num_queries(0):
        touch_key(key)
    keys._touched.clear()  # another process
    touch_key(key)

    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=first - timedelta(minutes=2))
    keys._touched.clear()
    touch_key(key)
    key.refresh_from_db()
    assert key.last_used_at >= first


def test_a_key_does_what_its_scopes_say(key_and_secret):
    key, _secret = key_and_secret

    assert key.allows(Scope.MESSAGES_WRITE)
    assert not key.allows(Scope.TICKETS_READ)


def test_keys_are_for_managers_of_the_same_organization(northline, key_and_secret, agnes, oscar):
    key, _secret = key_and_secret

    with pytest.raises(PermissionDenied):
        create_key("Mine", organization=northline, scopes=[], by=agnes)
    with pytest.raises(PermissionDenied):
        revoke_key(key, by=agnes)
    with pytest.raises(Organization.DoesNotExist):
        create_key("Theirs", organization=northline, scopes=[], by=oscar)
    with pytest.raises(ApiKey.DoesNotExist):
        revoke_key(key, by=oscar)


def test_the_cache_of_keys_never_grows_without_end(key_and_secret, monkeypatch):
    _key, secret = key_and_secret
    monkeypatch.setattr(keys, "KNOWN_AT_MOST", 3)
    keys._known.update({str(number): (None, 0.0) for number in range(3)})

    find_key(secret)

    assert len(keys._known) == 1
