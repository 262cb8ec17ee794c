"""Whatever people do in whatever order: no words are usable that were not signed for here and now, and what was
signed stays as it was signed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.actions.delegations import DelegationRefused, delegate_signing
from accounts.permissions import PermissionDenied, Role
from brandvoice import guard
from brandvoice.actions.bulk import send_back_positions, sign_versions, submit_positions
from brandvoice.actions.examples import embed_missing_examples
from brandvoice.actions.imports import import_positions
from brandvoice.actions.positions import (
    NewEvidence,
    NewWording,
    Refused,
    VersionContent,
    begin_due_versions,
    create_position,
    draft_version,
    expire_due_versions,
    revise_version,
    send_back_version,
    sign_version,
    submit_version,
    withdraw_version,
)
from brandvoice.exchange import PositionRecord, WordingRecord
from brandvoice.models import PositionVersion, Wording
from brandvoice.queries.suggest import SuggestQuery, suggest
from brandvoice.queries.versions import fingerprint
from brandvoice.queries.wordings import usable_wordings
from brandvoice.spans import Span
from tests import cast

QUESTION = "How do I get my money back?"
# Most of what is written would be usable, so that each single reason not to use it is met alone.
STARTS = st.sampled_from([None, None, None, -2, 1, 3])
LASTS = st.sampled_from([None, None, 1, 3, 6])
KINDS = st.sampled_from([(), (), ("bluesky",), ("email",), ("bluesky", "email")])
TABLES = ("wording", "fillin", "evidence", "signer", "namedperson", "signature")


@dataclass
class Known:
    """What the test itself knows of a version, from what it did."""

    content: VersionContent
    position: int
    signed_at: datetime | None = None
    # When it begins, and how many were signed before it: among those that have begun the last is in use.
    turn: tuple[datetime, int] | None = None
    withdrawn: bool = False
    snapshot: object = None
    asked: set = field(default_factory=set)
    given: set = field(default_factory=set)


def snapshot(version):
    """Return every row that the signature covers, as the database holds it."""
    rows = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t) FROM brandvoice_{table} t WHERE version_id = %s ORDER BY id", [version])
            rows.append(cursor.fetchall())
        changing = "'status', 'withdrawn_by_id', 'withdrawn_at', 'reason', 'gives_way_at'"
        frame = f"SELECT to_jsonb(t) - ARRAY[{changing}] FROM brandvoice_positionversion t WHERE id = %s"
        cursor.execute(frame, [version])
        rows.append(cursor.fetchall())
    return rows


class Life(RuleBasedStateMachine):
    """People work on the positions of one organization, while time goes by."""

    @initialize()
    def found(self):
        self.organization = cast.make_organization("Northline Group")
        self.brands = [cast.make_brand(self.organization, name) for name in ("Rail", "Bus")]
        roles = {"agnes": Role.AGENT, "lena": Role.LEAD, "amira": Role.EXECUTIVE, "olga": Role.OWNER}
        self.people = {name: cast.make_person(name.title(), self.organization, role) for name, role in roles.items()}
        self.now = timezone.now()
        self.known = {}
        self.signatures = 0
        self.positions = []
        self.open_position(brand=None)

    def attempt(self, do, *args, **kwargs):
        """Do it, or be refused: both are fine, as long as the invariants hold."""
        try:
            return do(*args, **kwargs)
        except (Refused, PermissionDenied, DelegationRefused, PositionVersion.DoesNotExist):
            return None

    def pick(self, index):
        pks = list(self.known)
        return PositionVersion.objects.get(pk=pks[index % len(pks)]) if pks else None

    @rule(brand=st.sampled_from([None, 0, 1]))
    def open_position(self, brand):
        of = None if brand is None else self.brands[brand]
        self.positions.append(create_position(QUESTION, by=self.people["lena"], brand=of))

    def content(self, starts, lasts, kinds, region, named, signers, text):
        start = None if starts is None else self.now + timedelta(hours=starts)
        people = self.people
        return VersionContent(
            (NewWording(f"You get it back {text}."), NewWording(f"Voilà {text}.", "de")),
            channel_kinds=kinds,
            regions=(region,) if region else (),
            valid_from=start,
            valid_until=None if lasts is None else (start or self.now) + timedelta(hours=lasts),
            sensitivity="named" if named else "open",
            named_people=(people["agnes"].pk,) if named else (),
            signers=(people["amira"].pk, people["olga"].pk) if signers else (),
            sign_rule=signers or "any",
            evidence=(NewEvidence("Rules", url="https://northline.example"),),
        )

    CONTENT = {
        "starts": STARTS,
        "lasts": LASTS,
        "kinds": KINDS,
        "region": st.sampled_from(["", "at"]),
        "named": st.sampled_from([False, False, True]),
        "signers": st.sampled_from(["", "any", "all"]),
        "text": st.integers(0, 9),
    }

    @rule(index=st.integers(0, 9), **CONTENT)
    def draft(self, index, **fields):
        position = self.positions[index % len(self.positions)]
        content = self.content(**fields)
        version = self.attempt(draft_version, position, content, by=self.people["lena"], now=self.now)
        if version:
            self.known[version.pk] = Known(content, position.pk)

    @rule(index=st.integers(0, 9), **CONTENT)
    def publish(self, index, **fields):
        """The straight way, so that much is signed: written, asked for, signed by all who are asked."""
        self.draft(index, **fields)
        position, lena = self.positions[index % len(self.positions)], self.people["lena"]
        version = PositionVersion.objects.open().filter(position=position).first()
        if version:
            self.attempt(submit_version, version, by=lena, now=self.now)
            for name in ("amira", "olga"):
                self.attempt(sign_version, version, by=self.people[name], now=self.now)
            self.note_signature(version)

    @rule(index=st.integers(0, 9), who=st.sampled_from(["lena", "amira"]), **CONTENT)
    def revise(self, index, who, **fields):
        version, content = self.pick(index), self.content(**fields)
        if version and self.attempt(revise_version, version, content, by=self.people[who]):
            self.known[version.pk].content, self.known[version.pk].given = content, set()

    @rule(index=st.integers(0, 9), at_once=st.booleans())
    def submit(self, index, at_once):
        version = self.pick(index)
        if version and at_once:
            submit_positions([version.position_id], by=self.people["lena"], now=self.now)
        elif version:
            self.attempt(submit_version, version, by=self.people["lena"], now=self.now)

    @rule(index=st.integers(0, 9), at_once=st.booleans())
    def send_back(self, index, at_once):
        version = self.pick(index)
        if version is None:
            return
        if at_once:
            send_back_positions([version.position_id], by=self.people["amira"], reason="No.", now=self.now)
        else:
            self.attempt(send_back_version, version, by=self.people["amira"], reason="No.", now=self.now)

    @rule(
        index=st.integers(0, 9),
        who=st.sampled_from(["agnes", "lena", "amira", "olga"]),
        name=st.sampled_from([None, "amira", "olga"]),
        at_once=st.booleans(),
    )
    def sign(self, index, who, name, at_once):
        version, by = self.pick(index), self.people[who]
        if version is None:
            return
        if at_once:
            self.attempt(sign_versions, {version.pk: fingerprint(version)}, by=by, now=self.now)
        else:
            on_behalf_of = self.people[name] if name else None
            self.attempt(sign_version, version, by=by, on_behalf_of=on_behalf_of, now=self.now)
        self.note_signature(version)

    def note_signature(self, version):
        version.refresh_from_db()
        known = self.known[version.pk]
        if version.status != "signed" or known.signed_at:
            return
        known.signed_at, known.snapshot = self.now, snapshot(version.pk)
        self.signatures += 1
        known.turn = (max(self.now, known.content.valid_from or self.now), self.signatures)
        names = {signature.name_id for signature in version.signatures.all()}
        signers = {self.people["amira"].pk, self.people["olga"].pk}
        assert names, "nothing is signed without a name"
        assert names <= signers, "only those who may sign have signed"
        if known.content.sign_rule == "all" and known.content.signers:
            assert names == signers, "all of them have signed"

    @rule(index=st.integers(0, 9), who=st.sampled_from(["lena", "amira"]))
    def withdraw(self, index, who):
        version = self.pick(index)
        if version and self.attempt(withdraw_version, version, by=self.people[who], reason="No.", now=self.now):
            self.known[version.pk].withdrawn = True

    @rule(who=st.sampled_from(["agnes", "lena"]), hours=st.integers(1, 4))
    def delegate(self, who, hours):
        until = self.now + timedelta(hours=hours)
        self.attempt(delegate_signing, self.people[who], by=self.people["amira"], ends_at=until, now=self.now)

    @rule(index=st.integers(0, 9))
    def take_over_a_file(self, index):
        key = self.positions[index % len(self.positions)].key
        record = PositionRecord(key, QUESTION, wordings=(WordingRecord("en", "", "Imported words."),))
        result = import_positions([record], by=self.people["lena"], now=self.now)
        if not result.problems:
            version = PositionVersion.objects.filter(organization=self.organization).latest("pk")
            assert version.status == "draft"
            self.known[version.pk] = Known(VersionContent((NewWording("Imported words."),)), version.position_id)

    @rule(hours=st.integers(1, 3), sweep=st.booleans())
    def let_time_go_by(self, hours, sweep):
        self.now += timedelta(hours=hours)
        if sweep:
            expire_due_versions(self.now)
            begin_due_versions(self.now)

    @rule(index=st.integers(0, 9), table=st.sampled_from((*TABLES, "positionversion")), verb=st.sampled_from("ud"))
    def tamper(self, index, table, verb):
        """SQL by hand: what is signed refuses it, and the rest is undone again."""
        version = self.pick(index)
        if version is None:
            return
        column = "id" if table == "positionversion" else "version_id"
        what = (
            "UPDATE brandvoice_{0} SET {2} WHERE {1} = %s"
            if verb == "u"
            else "DELETE FROM brandvoice_{0} WHERE {1} = %s"
        )
        change = "facts = 'forged'" if table == "positionversion" else "organization_id = organization_id"
        with transaction.atomic(), connection.cursor() as cursor:
            point = transaction.savepoint()
            try:
                cursor.execute(what.format(table, column, change), [version.pk])
                assert not (self.known[version.pk].signed_at and cursor.rowcount), "a signed row was changed"
            except IntegrityError:
                pass
            transaction.savepoint_rollback(point)

    def allowed(self, brand, network, region, person):
        """Return the versions whose words may be used, from what the test knows."""
        found = set()
        for pk, known in self.known.items():
            content = known.content
            position = next(p for p in self.positions if p.pk == known.position)
            checks = (
                known.signed_at is not None and not known.withdrawn,
                content.valid_from is None or content.valid_from <= self.now,
                content.valid_until is None or content.valid_until > self.now,
                position.brand_id in (None, brand.pk),
                not content.channel_kinds or network in content.channel_kinds,
                not content.regions or region in content.regions,
                content.sensitivity != "named" or person in content.named_people,
                known.turn is None or not self.replaced(known),
            )
            if all(checks):
                found.add(pk)
        return found

    def replaced(self, known):
        """Return whether a version whose turn is later has begun, and was not withdrawn before it could."""
        return any(
            other.position == known.position
            and other.turn is not None
            and not other.withdrawn
            and other.turn > known.turn
            and other.turn[0] <= self.now
            for other in self.known.values()
        )

    @invariant()
    def nothing_else_is_usable(self):
        if not hasattr(self, "known"):
            return
        agnes = self.people["agnes"].pk
        for brand, network, region, person in (
            (self.brands[0], "bluesky", "", None),
            (self.brands[1], "email", "at", agnes),
            (self.brands[1], "x", "es", None),
        ):
            scope = {"region": region, "person_id": person}
            usable = usable_wordings(self.organization.pk, brand.pk, network, "", self.now, **scope)
            assert {w.version_id for w in usable} <= self.allowed(brand, network, region, person)

    @invariant()
    def what_was_signed_stays(self):
        for pk, known in getattr(self, "known", {}).items():
            if known.signed_at:
                assert snapshot(pk) == known.snapshot

    @rule()
    def ask(self):
        """Neither is anything else suggested, nor does the guard let it pass."""
        brand, network = self.brands[0], "bluesky"
        allowed = self.allowed(brand, network, "", None)
        embed_missing_examples()
        query = SuggestQuery(self.organization.pk, brand.pk, network, "en", (QUESTION,))
        assert {item.version_id for item in suggest(query, now=self.now).items} <= allowed
        for wording in Wording.objects.filter(organization=self.organization).exclude(version__in=allowed):
            spans = (Span(wording.pk, 0, len(wording.text)),)
            context = guard.GuardContext(
                self.organization.pk, brand.pk, network, "en", "direct", spans, purpose="inform"
            )
            assert guard.check(wording.text, context, now=self.now).outcome == guard.Outcome.BLOCK


@pytest.mark.django_db
def test_no_sequence_of_actions_makes_unsigned_words_usable_or_changes_signed_ones():
    quick = settings(
        max_examples=15,
        stateful_step_count=20,
        # Finding a shorter way to the same failure would take minutes.
        phases=(Phase.explicit, Phase.generate),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Life, settings=quick)
