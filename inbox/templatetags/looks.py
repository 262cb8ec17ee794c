"""Template tags for what every page draws: icons, network marks, avatars, deadlines."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from inbox.queries import brands, noted
from inbox.queries.fragments import html_of
from inbox.queries.incidents import Bar, bar_of
from inbox.queries.rows import TicketRow, age_of
from inbox.queries.saved_views import SavedRow, saved_views_of
from inbox.queries.spikes import SpikeBar, spike_bar_of

register = template.Library()

EMOJI_LANGUAGES = {"en", "de", "es"}

# Networks whose mark is a plain icon because no trademarked sign is shipped for them.
PLAIN_MARKS = {
    "email": "mail",
    "sandbox": "code-xml",
    "sms": "message-square",
    "webchat": "message-circle",
    "matrix": "message-square",
    "other": "message-circle",
}


@register.simple_tag
def emoji_list(language: str) -> str:
    """Return where the emoji with their names in this language are, or else in English."""
    return static(f"vendor/emoji-{language if language in EMOJI_LANGUAGES else 'en'}.json")


@register.simple_tag
def incident_bar(user: User) -> Bar | None:
    """Return what stands across the top of this person's pages."""
    return bar_of(user)


@register.simple_tag
def spike_bar(user: User) -> SpikeBar | None:
    """Return what is unusual, as it stands across the top of this person's pages."""
    return spike_bar_of(user)


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """Return an icon of the sprite; with a title it speaks, without it is decoration."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if title:
        return format_html(
            '<svg class="icon icon--{}" role="img" aria-label="{}"><use href="{}"/></svg>', name, title, address
        )
    return format_html('<svg class="icon icon--{}" aria-hidden="true"><use href="{}"/></svg>', name, address)


@register.simple_tag
def network_mark(network: str, label: str) -> SafeString:
    """Return the coloured square that says which network this is."""
    name = PLAIN_MARKS.get(network, f"network-{network}")
    return format_html(
        '<span class="network network--{}" role="img" aria-label="{}" title="{}">'
        '<svg aria-hidden="true"><use href="{}#{}"/></svg></span>',
        network,
        label,
        label,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def saved_views(person: User) -> list[SavedRow]:
    """Return the saved views that stand in this person's rail."""
    return saved_views_of(person) if person.organization_id else []


@register.simple_tag
def brand_choice(person: User) -> brands.BrandChoice | None:
    """Return the brands among which this person's lists can be switched; None where there is nothing to choose."""
    return brands.brand_choice(person)


@register.filter
def counted(counts: Mapping[str, str] | str, view: str) -> str:
    """Return how many tickets a view holds; "" where that is not known yet."""
    return counts.get(view, "") if isinstance(counts, Mapping) else ""


@register.filter
def may(person: User, permission: str) -> bool:
    """Return whether this person's role holds the permission."""
    return person.may(permission)


@register.filter
def avatar_tone(name: str) -> int:
    """Return which of the eight avatar colours this name always has."""
    return hashlib.blake2s(name.encode(), digest_size=1).digest()[0] % 8


@register.filter
def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "?"


@register.filter
def short_age(moment: datetime | None) -> str:
    """Return how long ago something was, as short as a list needs: "now", "4m", "3h", "2d"."""
    return age_of(moment, timezone.now()) if moment else ""


@register.filter
def said(words: str) -> str:
    """Return what a worker noted in English in the reader's language."""
    return noted.said(words)


@register.simple_tag
def ticket_row(row: TicketRow) -> SafeString:
    """Return a row of the list."""
    return html_of(row)
