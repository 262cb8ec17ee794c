"""Takes positions over from a file: all of them as drafts, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from brandvoice import fill_ins
from brandvoice.actions.content import NewEvidence, NewFillIn, NewWording, VersionContent
from brandvoice.actions.positions import RESERVED, open_position
from brandvoice.actions.purposes import write_purposes
from brandvoice.actions.refusals import ContentRefused, Refused
from brandvoice.actions.versions import begin_version
from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.exchange import PositionRecord
from brandvoice.models import EditLevel, Position, Sensitivity, SignRule


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row can't be taken over."""

    row: int
    question: str
    what: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken over, or would be; with a problem nothing is."""

    new: int
    drafted: int
    problems: tuple[Problem, ...]


@transaction.atomic(durable=True)
def import_positions(
    records: Sequence[PositionRecord], *, by: User, dry_run: bool = False, now: datetime | None = None
) -> Imported:
    """Write every record as a draft: of a new position, or of the one with its key; with one problem write nothing."""
    by.require("position.edit")
    now, people = now or timezone.now(), _People(by)
    new, problems, seen = 0, list[Problem](), set[str]()
    for record in records:
        try:
            with transaction.atomic():
                _refuse_twice(record, seen)
                new += _take_over(record, people, now)
        except Refused as refusal:
            problems.append(Problem(record.row, record.question, str(refusal)))
    if problems or dry_run:
        transaction.set_rollback(True)
    return Imported(new, len(records) - new - len(problems), tuple(problems))


class _People:
    """Finds colleagues by e-mail and brands by their short name."""

    def __init__(self, by: User) -> None:
        self.by = by
        self._people = {person.email: person for person in User.objects.visible_to(by).filter(is_active=True)}
        self._brands = {brand.slug: brand for brand in Brand.objects.visible_to(by)}

    def find(self, email: str) -> User:
        """Return the colleague with this address."""
        person = self._people.get(email.strip().lower())
        if person is None:
            raise ContentRefused(_("Nobody here has the e-mail address “%s”.") % email)
        return person

    def ids(self, emails: Iterable[str]) -> tuple[int, ...]:
        """Return the colleagues' ids."""
        return tuple(self.find(email).pk for email in emails)

    def brand(self, slug: str) -> Brand | None:
        """Return the brand, None for all of them."""
        if slug and slug not in self._brands:
            raise ContentRefused(_one_of(_("brand"), slug, self._brands))
        return self._brands[slug] if slug else None


def _refuse_twice(record: PositionRecord, seen: set[str]) -> None:
    if record.key and record.key in seen:
        raise ContentRefused(_("The key “%s” is in the file twice.") % record.key)
    seen.add(record.key)


def _take_over(record: PositionRecord, people: _People, now: datetime) -> bool:
    """Write one record; return whether its position is new."""
    content = _content(record, people)
    positions = Position.objects.visible_to(people.by)
    position = positions.select_for_update(no_key=True, of=("self",)).filter(key=record.key).first()
    is_new = position is None or not record.key
    if position is None or not record.key:
        position = _open(record, people)
    if record.purposes:
        write_purposes(position, record.purposes, people.by, now)
    begin_version(position, content, people.by, now)
    return is_new


def _open(record: PositionRecord, people: _People) -> Position:
    question = record.question.strip()
    if not question or len(question) > 300:
        raise ContentRefused(_("A question of at most 300 characters is needed."))
    if len(record.topic) > 80:
        raise ContentRefused(_("A topic has at most 80 characters."))
    if record.key:
        try:
            validate_slug(record.key)
        except ValidationError as error:
            raise ContentRefused(_("“%s” can't be a key: letters, digits, - and _.") % record.key) from error
        if record.key in RESERVED or len(record.key) > 80:
            raise ContentRefused(_("“%s” can't be a key.") % record.key)
    owner = people.find(record.owner) if record.owner else people.by
    brand = people.brand(record.brand)
    return open_position(question, by=people.by, brand=brand, topic=record.topic, owner=owner, key=record.key)


def _content(record: PositionRecord, people: _People) -> VersionContent:
    days = record.review_every_days
    if days and not (days.isdecimal() and len(days) < 5 and 0 < int(days) <= 3650):
        raise ContentRefused(_("“%s” is not a number of days between 1 and 3650.") % days)
    return VersionContent(
        wordings=tuple(_wording(w.language, w.channel_kind, w.text) for w in record.wordings),
        facts=record.facts,
        evidence=tuple(NewEvidence(link.title[:200], _link(link.url)) for link in record.links),
        channel_kinds=tuple(_chosen(_("kind of channel"), kind, CHANNEL_KINDS) for kind in record.channel_kinds),
        regions=_words(record.regions),
        audiences=_words(record.audiences),
        products=_words(record.products),
        valid_from=_moment(record.valid_from),
        valid_until=_moment(record.valid_until),
        review_every_days=int(days) if days else None,
        edit_level=_chosen(_("edit level"), record.edit_level or EditLevel.FILL_INS, EditLevel.values),
        fill_ins=tuple(
            NewFillIn(f.name, _chosen(_("kind of fill-in"), f.kind, fill_ins.Kind.values), f.required)
            for f in record.fill_ins
        ),
        sensitivity=_chosen(_("sensitivity"), record.sensitivity or Sensitivity.OPEN, Sensitivity.values),
        topic_words=record.topic_words,
        named_people=people.ids(record.named_people),
        signers=people.ids(record.signers),
        sign_rule=_chosen(_("rule"), record.sign_rule or SignRule.ANY, SignRule.values),
    )


def _wording(language: str, kind: str, text: str) -> NewWording:
    _chosen(_("language"), language, dict(settings.LANGUAGES))
    if kind:
        _chosen(_("kind of channel"), kind, CHANNEL_KINDS)
    if len(text) > 10_000:
        raise ContentRefused(_("A wording has at most 10,000 characters."))
    return NewWording(text, language, kind)


def _chosen(what: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise ContentRefused(_one_of(what, value, allowed))
    return value


def _one_of(what: str, value: str, allowed: Iterable[str]) -> str:
    names = {"value": value, "what": what, "allowed": ", ".join(sorted(allowed))}
    return _("“%(value)s” is not a %(what)s. Allowed: %(allowed)s.") % names


def _words(words: Iterable[str]) -> tuple[str, ...]:
    words = tuple(words)
    if any(len(word) > 40 for word in words):
        raise ContentRefused(_("Regions, audiences and products have at most 40 characters each."))
    return words


def _link(url: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ContentRefused(_("“%s” is not a link that starts with https://.") % url) from error
    return url


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = parse_datetime(value) or parse_datetime(f"{value}T00:00")
    except ValueError:
        moment = None
    if moment is None:
        raise ContentRefused(_("“%s” is not a moment, such as 2026-12-31T23:59+01:00.") % value)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
