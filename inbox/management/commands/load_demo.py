"""Loads the demo once: two organizations with people, signed wording and conversations that look alive."""

import time
from argparse import ArgumentParser
from collections.abc import Collection
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.models import Organization, Scope
from accounts.queries.keys import find_key
from brandvoice.actions.examples import embed_missing_examples
from inbox.actions import usage
from inbox.actions.coverage import count_days, days_back
from inbox.actions.deadlines import keep_deadlines
from inbox.actions.edits import find_habits
from inbox.actions.enrich import enrich_due
from inbox.actions.rollups import keep_rollups
from inbox.actions.spikes import find_spikes
from inbox.actions.view_members import keep_views
from inbox.management.demo import PASSWORD, SIGN_INS, clock
from inbox.management.demo.assignment import share_work
from inbox.management.demo.customers import tell_of_customers
from inbox.management.demo.data import OrganizationData, read_organizations, read_positions, read_threads
from inbox.management.demo.keys import keep_key, kept_secrets
from inbox.management.demo.macros import make_macros
from inbox.management.demo.past import earlier_threads
from inbox.management.demo.people import Company, open_company
from inbox.management.demo.posts import plan_posts
from inbox.management.demo.queues import make_queues
from inbox.management.demo.rules import make_rules
from inbox.management.demo.service import promise_service
from inbox.management.demo.surveys import ask_customers
from inbox.management.demo.talk import play_threads
from inbox.management.demo.templates import make_templates
from inbox.management.demo.voice import sign_positions
from inbox.management.demo.weeks import lay_weeks, spread_rumour
from inbox.models import Notification

# What happened longer ago the demo's people have seen.
NEWS = timedelta(hours=1)


class Command(BaseCommand):
    """Load the demo, unless it is there."""

    help = "Load the demo's two organizations; does nothing for one that exists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer keys for connectors."""
        parser.add_argument(
            "--with-keys", action="store_true", help="Also make an API key for each organization and print it once."
        )

    def handle(self, *, with_keys: bool = False, **options: object) -> None:
        """Load what is missing and say who can sign in."""
        begun = time.monotonic()
        _hurry()
        missing = [data for data in read_organizations() if not _exists(data)]
        companies = []
        for data in missing:
            self.stdout.write(f"{data['name']}…")
            with clock.in_silence():
                company = _load(data)
            companies.append(company)
            if with_keys:
                self.stdout.write(f"  API key of {data['name']}, shown once: {_make_key(company)}")
        for organization in Organization.objects.filter(slug__in=[data["slug"] for data in read_organizations()]):
            if find_key(kept_secrets().get(organization.slug, "")) is None:
                keep_key(organization)
        if not missing:
            self.stdout.write("The demo is there already.")
            return
        embed_missing_examples()
        enrich_due()
        _let_something_happen(companies)
        keep_deadlines()
        keep_views()
        keep_rollups(seconds=600)
        count_days(days_back(90))
        usage.count_days(days_back(30))
        find_habits()
        _see_old_notifications([data["slug"] for data in missing])
        self.stdout.write(f"Loaded in {time.monotonic() - begun:.1f} s. Everybody's password: {PASSWORD}")
        for person in SIGN_INS:
            self.stdout.write(f"  {person.email:<26} {person.role:<17} {person.name}, {person.organization}")


def _hurry() -> None:
    """Don't wait for the disk after each of some thousand small transactions: the demo can be loaded again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _let_something_happen(companies: Collection[Company]) -> None:
    """Have a rumour spread that nobody has heard in the weeks before, and be found."""
    now = timezone.now()
    lay_weeks(companies, now)
    with clock.in_silence():
        spread_rumour(companies, now)
        enrich_due()
        find_spikes()


def _see_old_notifications(organizations: Collection[str]) -> None:
    """Leave unseen what is news, and have no letters written about what the demo has made up."""
    now = timezone.now()
    told = Notification.objects.filter(organization__slug__in=organizations)
    told.filter(created_at__lt=now - NEWS).update(seen_at=now)
    told.update(mailed_at=now)


def _exists(data: OrganizationData) -> bool:
    return Organization.objects.filter(slug=data["slug"]).exists()


def _load(data: OrganizationData) -> Company:
    now = timezone.now()
    company = open_company(data)
    positions = read_positions(data)
    sign_positions(positions, company=company, now=now)
    make_macros(company)
    play_threads([*read_threads(data), *earlier_threads(data, positions)], company=company, now=now)
    with transaction.atomic():
        ask_customers(company, now)
    plan_posts(company)
    make_queues(company)
    make_templates(company)
    tell_of_customers(company)
    make_rules(company)
    with transaction.atomic():
        promise_service(company.organization, now.date())
        share_work(company)
    return company


def _make_key(company: Company) -> str:
    scopes = [Scope.MESSAGES_WRITE, Scope.OUTBOX, Scope.TICKETS_READ]
    _, secret = create_key("Demo connector", organization=company.organization, scopes=scopes, by=company.owner)
    return secret
