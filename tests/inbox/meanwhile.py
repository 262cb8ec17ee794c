"""Two at work in one moment: workers that wait for a table, and people who press the same button at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

SECONDS = 20


@contextmanager
def held_up(table, mode, work, workers=1):
    """Have workers do their work and wait, one at least for a table; inside, they wait, at the end they are through."""
    with ThreadPoolExecutor(1) as pool, psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
        worker = pool.submit(_finish, work)
        _wait_until_they_wait(workers)
        yield
        other.rollback()
        worker.result(SECONDS)


def _finish(work):
    try:
        work()
    finally:
        connections.close_all()


def _wait_until_they_wait(workers):
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    deadline = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(waiting)
            if cursor.fetchone()[0] == workers:
                return
            time.sleep(0.01)
    pytest.fail("they never came so far")


def at_once(person, address, said=()):
    """Return what two people do who press the same button at once, signed in as one."""

    def press(_number):
        try:
            client = Client()
            client.force_login(person)
            return client.post(address, dict(said)).status_code
        finally:
            connections.close_all()

    def both():
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(press, range(2))) == [302, 302]

    return both
