"""Asks X who mentioned the account, for those whom X can't reach by webhook; what it finds is paid for by the piece."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec

from inbox.connectors.base import News, Page
from inbox.connectors.x import meter as prices
from inbox.connectors.x.connector import POST_FIELDS, XConnector
from inbox.connectors.x.posts import Includes, Post, news_of

MENTIONS = 100
# How far a first look goes back.
FIRST_LOOK = timedelta(days=1)


class Place(msgspec.Struct, omit_defaults=True):
    """How far the mentions have been read: kept as the channel's cursor."""

    account: str = ""
    # The newest that was read to the end; and, while pages of newer ones are read, the newest of them.
    since: str = ""
    newest: str = ""
    token: str = ""
    # From when on a first look asks, the same for all of its pages.
    begin: str = ""


class _Meta(msgspec.Struct, frozen=True):
    newest_id: str = ""
    next_token: str = ""


class _Mentions(msgspec.Struct, frozen=True):
    data: list[Post] = []
    includes: Includes = Includes()
    meta: _Meta = _Meta()


class AskingXConnector(XConnector):
    """The door to one account that is asked for its mentions."""

    __slots__ = ()
    pause: ClassVar[timedelta] = timedelta(minutes=1)

    def fetch(self, cursor: str) -> Page:
        """Return the mentions after `cursor`, newest page first; raises Unavailable, for want of money, too."""
        self.meter.require_money()
        place = self._place(cursor)
        found = self._mentions(place)
        self.meter.count(prices.POST_READ, len(found.data))
        self.meter.count(prices.USER_READ, len(found.includes.users))
        news: list[News] = []
        for post in reversed(found.data):
            news += news_of(post, found.includes, account=place.account)
        place.newest = place.newest or found.meta.newest_id
        place.token = found.meta.next_token
        if not place.token:
            place.since, place.newest, place.begin = place.newest or place.since, "", ""
        return Page(news, msgspec.json.encode(place).decode(), more=bool(place.token))

    def _mentions(self, place: Place) -> _Mentions:
        if not place.since and not place.begin:
            place.begin = (datetime.now(UTC) - FIRST_LOOK).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.api.ask(
            f"/2/users/{place.account}/mentions",
            _Mentions,
            max_results=MENTIONS,
            since_id=place.since,
            start_time=place.begin,
            pagination_token=place.token,
            tweet__fields=POST_FIELDS,
            expansions="author_id,attachments.media_keys",
            user__fields="name,profile_image_url,public_metrics,username",
            media__fields="media_key,preview_image_url,type,url,variants",
        )

    def _place(self, cursor: str) -> Place:
        """Return how far this account was read; another account begins afresh."""
        me = self.account()
        try:
            place = msgspec.json.decode(cursor or "{}", type=Place)
        except (msgspec.DecodeError, msgspec.ValidationError):
            place = Place()
        return place if place.account == me else Place(account=me)
