"""Where else than in messages search looks: subjects, the names of files, ticket numbers, and customers' names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Attachment, Contact, Identity, Ticket
from inbox.models.contacts import IdentityQuerySet
from inbox.models.tickets import TicketQuerySet
from inbox.queries.search_words import Asked

# Of each place, the newest tickets; they stand before those in which it was said.
MOST = 20
MOST_PEOPLE = 3
SHORTEST_NAME = 3
# A word that is still being typed finds all that begin with it.
SHORTEST_BEGINNING = 3
# Which share of its groups of three letters a misspelling has in common with the name: two letters may change places.
ALIKE = 0.3
_NUMBER = re.compile(r"#(\d{1,9})")
_POSITIVE = re.compile(r"(?<![!\w'])'\w")
_IN_A_NAME = re.compile(r"(?<=\w)[._-](?=\w)")
_MISSPELT = re.compile(r'from:("[^"]*"|\S+)')

# As the indexes of the migration have them.
_SUBJECT = 'to_tsvector(\'onevoice\', "inbox_ticket"."subject")'
_FILE = "to_tsvector('onevoice', translate(\"inbox_attachment\".\"name\", '._-', '   '))"


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A customer who is called what was searched for, and the search for what they have written."""

    name: str
    handle: str
    network: str
    network_name: str
    search: str


def number_in(words: str) -> int | None:
    """Return the number where a ticket's is all that is searched for."""
    found = _NUMBER.fullmatch(words)
    return int(found[1]) if found else None


def subjects_and_files(query: str, asked: Asked, user: User) -> dict[int, SafeString]:
    """Return the tickets whose subject, or one of whose files, is called so: each with that name, marked.

    `query` is what PostgreSQL understands; one that only leaves words out names nothing.
    """
    if not _POSITIVE.search(query):
        return {}
    tickets = Ticket.objects.visible_to(user).filter(*asked.conditions(user))
    words = re.findall(r"\w+", re.sub(r'-("[^"]*"|\S+)', " ", f" {asked.words}"))
    subjects = _subjects(query, asked, tickets)
    files = _files(asked, user, tickets)
    marked = {pk: marked_words(subject, words) for pk, subject in subjects.items()}
    return marked | {pk: _file(name, words) for pk, name in files.items() if pk not in marked}


def _subjects(query: str, asked: Asked, tickets: TicketQuerySet) -> dict[int, str]:
    vector = RawSQL(_SUBJECT, [], SearchVectorField())  # noqa: S611 - our own words
    named = tickets.exclude(subject="").alias(vector=vector).filter(vector=_search(query))
    if asked.since:
        named = named.filter(created_at__gte=asked.since)
    if asked.until:
        named = named.filter(created_at__lt=asked.until)
    return dict(named.latest_first().values_list("pk", "subject")[:MOST])


def _files(asked: Asked, user: User, tickets: TicketQuerySet) -> dict[int, str]:
    """Return the tickets of files that are called so; what stands between a name's parts is as good as a space."""
    query = query_of(_IN_A_NAME.sub(" ", asked.words))
    named = Attachment.objects.filter(organization=user.organization_id).exclude(name="")
    vector = RawSQL(_FILE, [], SearchVectorField())  # noqa: S611 - our own words
    named = named.alias(vector=vector).filter(vector=_search(query))
    if asked.since:
        named = named.filter(message__sent_at__gte=asked.since)
    if asked.until:
        named = named.filter(message__sent_at__lt=asked.until)
    seen = named.filter(Exists(tickets.filter(pk=OuterRef("message__ticket"))))
    return dict(seen.order_by("pk").reverse().values_list("message__ticket", "name")[:MOST])


def query_of(words: str) -> str:
    """Return the words as PostgreSQL asks for them: all of them, "a phrase", -not, one or another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT websearch_to_tsquery('onevoice', %s)::text", [words])
        query = str(cursor.fetchone()[0])
    last = words.split()[-1]
    is_begun = len(last) >= SHORTEST_BEGINNING and last.isalnum() and query.endswith("'")
    return f"{query}:*" if is_begun else query


def marked_words(text: str, words: Sequence[str]) -> SafeString:
    """Return a name as HTML, with what begins like one of the words marked."""
    begin = "|".join(re.escape(word) for word in words)
    marked = re.sub(rf"(?<![^\W_])({begin})", "\x02\\1\x03", text, flags=re.IGNORECASE) if words else text
    return mark_safe(escape(marked).replace("\x02", "<mark>").replace("\x03", "</mark>"))  # noqa: S308 - escaped


def _file(name: str, words: Sequence[str]) -> SafeString:
    return mark_safe(f"{escape(_('File:'))} {marked_words(name, words)}")  # noqa: S308 - escaped


def _search(query: str) -> SearchQuery:
    return SearchQuery(query, config="onevoice", search_type="raw")


def people_called(words: str, user: User) -> Sequence[FoundPerson]:
    """Return customers of whom the person may see a ticket and who are called so."""
    if len(words) < SHORTEST_NAME:
        return ()
    return _people(Identity.objects.filter(organization=user.organization_id).named(words).order_by("-pk"), user)


def people_meant(text: str, user: User) -> Sequence[FoundPerson]:
    """Return customers whose name is nearly what was searched for, in words or after `from:`; the likest first."""
    misspelt = _MISSPELT.search(text)
    name = (misspelt[1].strip('"') if misspelt else text).lower().removeprefix("@")
    if len(name) < SHORTEST_NAME or (":" in name and not misspelt):
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
    return _people(Identity.objects.filter(organization=user.organization_id).called_like(name), user)


def _people(found: IdentityQuerySet, user: User) -> Sequence[FoundPerson]:
    mine = found.filter(Exists(Contact.objects.visible_to(user).filter(pk=OuterRef("contact"))))
    shown = mine.select_related("channel").only("username", "name", "external_id", "contact", "channel__network")
    each: dict[int, FoundPerson] = {}
    for one in shown[: 4 * MOST_PEOPLE]:
        handle = one.username or one.shown_name
        network = one.channel.network, one.channel.get_network_display()
        each.setdefault(one.contact_id, FoundPerson(one.shown_name, handle, *network, token("from", handle)))
    return list(each.values())[:MOST_PEOPLE]


def token(name: str, value: str) -> str:
    """Return a token as people type it."""
    plain = value.replace('"', "")
    return f'{name}:"{plain}"' if " " in plain or "," in plain else f"{name}:{plain}"
