"""What a version is made of, as forms and files hand it over, and how it is written down."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import fill_ins
from brandvoice.actions.refusals import ContentRefused, NotASigner, UnknownFillIn, WindowOver
from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import (
    EditLevel,
    Evidence,
    FillIn,
    NamedPerson,
    PositionVersion,
    Sensitivity,
    Signer,
    SignRule,
    StoredFile,
    Wording,
)
from brandvoice.rule_kinds import LONGEST_PHRASE, MOST_PHRASES


@dataclass(frozen=True, slots=True)
class NewWording:
    """What a version says in one language, on one kind of channel ("" is any); further ones there are variants."""

    text: str
    language: str = FALLBACK
    channel_kind: str = ""
    media_id: int | None = None
    media_text: str = ""


@dataclass(frozen=True, slots=True)
class NewFillIn:
    """A gap that the wordings may hold."""

    name: str
    kind: str = fill_ins.Kind.TEXT
    required: bool = True


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A link or a file that the version rests on."""

    title: str
    url: str = ""
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class VersionContent:
    """Everything that a signature will cover; people and files by their ids."""

    wordings: tuple[NewWording, ...]
    facts: str = ""
    evidence: tuple[NewEvidence, ...] = ()
    channel_kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    review_every_days: int | None = None
    edit_level: str = EditLevel.FILL_INS
    fill_ins: tuple[NewFillIn, ...] = ()
    sensitivity: str = Sensitivity.OPEN
    topic_words: tuple[str, ...] = ()
    named_people: tuple[int, ...] = ()
    signers: tuple[int, ...] = ()
    sign_rule: str = SignRule.ANY


def write_content(version: PositionVersion, content: VersionContent, by: User) -> None:
    """Write an unsigned version's columns and rows in place of what it said; empty wordings are left out."""
    wordings = [wording for wording in content.wordings if wording.text.strip()]
    _check_window(content)
    _check_fill_ins(content, wordings)
    _check_variants(wordings)
    _check_people(content, by)
    _check_files(content, by)
    _write_columns(version, content)
    _clear(version)
    shared = {"organization_id": version.organization_id, "version": version}
    Wording.objects.bulk_create(Wording(**shared, **fields) for fields in _numbered(wordings))
    FillIn.objects.bulk_create(
        FillIn(**shared, name=f.name, kind=f.kind, required=f.required) for f in content.fill_ins
    )
    Evidence.objects.bulk_create(
        Evidence(**shared, title=e.title or e.url, url=e.url, file_id=e.file_id) for e in content.evidence
    )
    Signer.objects.bulk_create(Signer(**shared, person_id=person) for person in sorted(set(content.signers)))
    if content.sensitivity != Sensitivity.OPEN:
        NamedPerson.objects.bulk_create(
            NamedPerson(**shared, person_id=person) for person in sorted(set(content.named_people))
        )


def read_content(version: PositionVersion) -> VersionContent:
    """Return what a version says, ready to be written into another."""
    wordings = version.wordings.order_by("language", "channel_kind", "variant")
    return VersionContent(
        wordings=tuple(NewWording(w.text, w.language, w.channel_kind, w.media_id, w.media_text) for w in wordings),
        facts=version.facts,
        evidence=tuple(NewEvidence(e.title, e.url, e.file_id) for e in version.evidence.order_by("pk")),
        channel_kinds=tuple(version.channel_kinds),
        regions=tuple(version.regions),
        audiences=tuple(version.audiences),
        products=tuple(version.products),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        review_every_days=version.review_every_days,
        edit_level=version.edit_level,
        fill_ins=tuple(NewFillIn(f.name, f.kind, f.required) for f in version.fill_ins.order_by("pk")),
        sensitivity=version.sensitivity,
        topic_words=tuple(version.topic_words),
        named_people=tuple(version.named_people.order_by("person").values_list("person", flat=True)),
        signers=tuple(version.signers.order_by("person").values_list("person", flat=True)),
        sign_rule=version.sign_rule,
    )


def _write_columns(version: PositionVersion, content: VersionContent) -> None:
    version.facts = _clean(content.facts)
    version.channel_kinds = sorted(set(content.channel_kinds))
    version.regions, version.audiences, version.products = (
        sorted({word.strip().lower() for word in words if word.strip()})
        for words in (content.regions, content.audiences, content.products)
    )
    version.valid_from, version.valid_until = content.valid_from, content.valid_until
    version.review_every_days = content.review_every_days
    version.sensitivity, version.sign_rule = content.sensitivity, content.sign_rule
    # What is not discussed is said in exactly these words or not at all.
    is_silent = content.sensitivity == Sensitivity.SILENT
    version.edit_level = EditLevel.VERBATIM if is_silent else content.edit_level
    version.topic_words = _phrases(content.topic_words) if is_silent else []
    version.save()


def _phrases(words: Iterable[str]) -> list[str]:
    """Return what a topic goes by, each once, with single blanks."""
    phrases = list(dict.fromkeys(" ".join(phrase.split()) for phrase in words if phrase.strip()))
    if len(phrases) > MOST_PHRASES or any(len(phrase) > LONGEST_PHRASE for phrase in phrases):
        raise ContentRefused(
            _("A topic goes by at most %(most)d words or phrases of at most %(longest)d characters.")
            % {"most": MOST_PHRASES, "longest": LONGEST_PHRASE}
        )
    return phrases


def _clear(version: PositionVersion) -> None:
    """Take away what the version said before; signatures under it are signatures no more."""
    for rows in (version.wordings, version.fill_ins, version.evidence, version.signers, version.named_people):
        rows.all().delete()
    version.signatures.all().delete()


def _numbered(wordings: Iterable[NewWording]) -> Iterable[dict[str, object]]:
    places: Counter[tuple[str, str]] = Counter()
    for wording in wordings:
        language = base_language(wording.language)
        places[language, wording.channel_kind] += 1
        yield {
            "language": language,
            "channel_kind": wording.channel_kind,
            "variant": places[language, wording.channel_kind],
            "text": _clean(wording.text),
            "media_id": wording.media_id,
            "media_text": wording.media_text,
        }


def _clean(text: str) -> str:
    """Browsers end lines in their own way; what is counted, compared and signed has one."""
    return text.replace("\r\n", "\n").strip()


def _check_window(content: VersionContent) -> None:
    if content.valid_until and content.valid_from and content.valid_until <= content.valid_from:
        raise WindowOver


def _check_fill_ins(content: VersionContent, wordings: Iterable[NewWording]) -> None:
    names = [declared.name for declared in content.fill_ins]
    for name in names:
        if not fill_ins.is_name(name):
            raise ContentRefused(
                _("“%s” can't be a fill-in: small letters, digits and _, such as order_number.") % name
            )
    if len(set(names)) < len(names):
        raise ContentRefused(_("Two fill-ins have the same name."))
    unknown = [name for wording in wordings for name in fill_ins.unknown_gaps(wording.text, names)]
    if unknown:
        raise UnknownFillIn(list(dict.fromkeys(unknown)), names)


def _check_variants(wordings: Iterable[NewWording]) -> None:
    said = Counter((base_language(w.language), w.channel_kind, _clean(w.text)) for w in wordings)
    if any(times > 1 for times in said.values()):
        raise ContentRefused(_("Two variants for the same language and kind of channel say the same."))


def _check_people(content: VersionContent, by: User) -> None:
    asked = {*content.signers, *content.named_people}
    people = User.objects.visible_to(by).filter(organization=by.organization_id).in_bulk(asked) if asked else {}
    if len(people) < len(asked):
        raise ContentRefused(_("Choose people of your organization."))
    for pk in content.signers:
        if not people[pk].may("position.sign"):
            raise NotASigner(people[pk].name)
    if content.sensitivity == Sensitivity.NAMED and not content.named_people:
        raise ContentRefused(_("Name at least one person who may use it."))


def _check_files(content: VersionContent, by: User) -> None:
    asked = {e.file_id for e in content.evidence if e.file_id} | {w.media_id for w in content.wordings if w.media_id}
    if asked and StoredFile.objects.visible_to(by).filter(pk__in=asked).count() < len(asked):
        raise ContentRefused(_("A file that is named is not there."))
