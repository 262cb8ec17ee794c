"""Lets weeks of customers lie behind the demo, as counts alone, and has a rumour spread that is unlike them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

from inbox.actions.messages import receive_messages
from inbox.connectors.base import Author, IncomingMessage
from inbox.management.demo.people import Company
from inbox.management.demo.talk import date_talk
from inbox.spikes import window_of

# Three weeks and some days: an hour is compared with that of past weeks then.
DAYS = 23
# How many times as often as in the demo's conversations their words were used before.
OFTEN = 12

# On which channel, so many minutes ago, by whom, and what they write.
RUMOUR = (
    ("rail-x", 33, "Milo Brandt", "Someone on the platform says the Harbour Line closes in January. Is that true??"),
    ("rail-bluesky", 29, "Ruth Adler", "Is it true that the Harbour Line closes for good?"),
    ("rail-x", 26, "Tom Hale", "Harbour Line closes and nobody tells us. I take it every single day."),
    (
        "rail-facebook",
        24,
        "Nadia Petrov",
        "My neighbour heard that the Harbour Line closes. What is going on?",
    ),
    ("rail-instagram", 21, "Leo Marsh", "what about my season ticket if the Harbour Line closes?"),
    (
        "rail-x",
        18,
        "Greta Lund",
        "Please say that it is not true about the Harbour Line. How do I get to work?",
    ),
    ("rail-bluesky", 14, "Sam Okoro", "Is there any truth in it that you give up the Harbour Line?"),
    ("rail-facebook", 11, "Ivy Chen", "If the Harbour Line closes, half of our school can not get there any more."),
    ("rail-x", 8, "Pavel Novak", "Harbour Line: closing or not? A clear answer please."),
    ("rail-instagram", 6, "Rosa Leitner", "Just read that the Harbour Line closes in January. Really?"),
    ("rail-x", 4, "Emil Frost", "So the Harbour Line closes. When were you going to say so?"),
    ("rail-bluesky", 2, "Dina Roth", "Heard about the Harbour Line. Will there be buses instead?"),
)


def lay_weeks(companies: Collection[Company], now: datetime) -> None:
    """Count customers for the weeks before yesterday, as many at this time of day as in the demo's last three hours."""
    brands = [brand.pk for company in companies for brand in company.brands.values()]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"brands": brands, "window": window_of(now), "windows": DAYS * 144})
        cursor.execute("UPDATE inbox_spikeword SET uses = uses * %s WHERE brand_id = ANY(%s)", [OFTEN, brands])


# A day's tide is highest at the hour at which the demo is loaded; what is no whole customer comes now and then.
_COUNTS = """
WITH pace AS (
    SELECT organization_id, brand_id, series, key,
           (sum(customers) FILTER (WHERE "window" > %(window)s - interval '3 hours')) / 18.0 AS customers,
           sum(negative) / (sum(customers) + 1.0) AS angry, row_number() OVER (ORDER BY brand_id, series, key) AS place
    FROM inbox_spikecount WHERE brand_id = ANY(%(brands)s) GROUP BY organization_id, brand_id, series, key
), counted AS (
    SELECT pace.*, back, floor(
        customers * (0.45 + 0.55 * cos(back * 2 * pi() / 144))
        + (hashint8(place * 10000 + back) & 1023) / 1024.0)::int AS came
    FROM pace CROSS JOIN generate_series(144, %(windows)s) AS back WHERE customers > 0
)
INSERT INTO inbox_spikecount (organization_id, brand_id, series, key, "window", customers, negative, looked)
SELECT organization_id, brand_id, series, key, %(window)s - back * interval '10 minutes', came,
       floor(came * angry + (back %% 7) / 7.0)::int, true
FROM counted WHERE came > 0
ON CONFLICT DO NOTHING
"""


def spread_rumour(companies: Collection[Company], now: datetime) -> None:
    """Have customers of the railway ask about a rumour that no position answers."""
    for company in companies:
        said = [one for one in RUMOUR if one[0] in company.channels]
        for key in sorted({one[0] for one in said}):
            incoming = [_incoming(one, place, now) for place, one in enumerate(said) if one[0] == key]
            receive_messages(company.channels[key], incoming)
        if said:
            date_talk(company)


def _incoming(one: tuple[str, int, str, str], place: int, now: datetime) -> IncomingMessage:
    _channel, ago, name, text = one
    handle = f"{name.lower().replace(' ', '.')}.example"
    return IncomingMessage(
        external_id=f"rumour-{place}",
        thread_key=f"rumour-{place}",
        author=Author(external_id=handle, username=handle, name=name),
        sent_at=now - timedelta(minutes=ago),
        text=text,
        language="en",
    )
