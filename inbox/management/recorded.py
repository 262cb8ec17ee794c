"""Reads recorded conversations: turns files of other people's formats into messages for the intake."""

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

# Stands in for a carriage return inside a tweet, which the csv module would take for the end of its row.
_RETURN = "\ue000"


class BadRecording(Exception):
    """The file is in none of the formats that are read here, or a row of it is broken."""


@dataclass(frozen=True, slots=True)
class Said:
    """One recorded message; `answers` is the id of the message before it in its conversation, or nothing."""

    id: str
    author: str
    by_brand: bool
    text: str
    sent_at: datetime
    answers: str


@dataclass(frozen=True, slots=True)
class Recording:
    """The messages of a file, each once, and the ids that came more than once."""

    said: list[Said]
    repeated: list[str]


class Author(TypedDict):
    """Who wrote a message, as the API wants it."""

    external_id: str
    username: str


class Item(TypedDict):
    """One message as `POST /api/v1/channels/{id}/messages` wants it."""

    external_id: str
    thread_key: str
    direction: str
    author: Author
    text: str
    sent_at: str
    in_reply_to: str
    visibility: str


class _Turn(TypedDict, total=False):
    client: str
    agent: str
    datetime: str
    message: str
    tweet_ID: str


class _Answer(TypedDict):
    tweet_ID: str
    url_utterance: str


class _Header(TypedDict):
    company: str
    conversationDateTime: str
    duration: str


class _Dialog(TypedDict):
    dialogContent: list[_Turn]
    agentURL: _Answer
    dialogHeader: _Header


def read_recording(text: str) -> Recording:
    """Read a file's text, whichever of the formats it is in; raises BadRecording."""
    is_json = text.lstrip().startswith("[")
    try:
        recording = _once(_read_dialogs(json.loads(text)) if is_json else _read_tweets(text))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRecording(f"{type(error).__name__}: {error}") from error
    if not recording.said:
        raise BadRecording("There is no message in this file.")
    return recording


def make_items(recording: Recording) -> list[Item]:
    """Return the messages as the API wants them, those of a conversation under its first message's id."""
    before = {said.id: said.answers for said in recording.said}
    return [_make_item(said, _first_of(said.id, before)) for said in recording.said]


def _make_item(said: Said, thread: str) -> Item:
    return {
        "external_id": said.id,
        "thread_key": thread,
        "direction": "outbound" if said.by_brand else "inbound",
        "author": {"external_id": said.author, "username": said.author},
        "text": said.text,
        "sent_at": said.sent_at.isoformat(),
        "in_reply_to": said.answers,
        "visibility": "public",
    }


def _once(said: Iterable[Said]) -> Recording:
    first: dict[str, Said] = {}
    repeated = []
    for one in said:
        if one.id in first:
            repeated.append(one.id)
        else:
            first[one.id] = one
    return Recording(list(first.values()), repeated)


def _first_of(message: str, before: dict[str, str]) -> str:
    """Walk to the message that began the conversation; it may lie outside the file."""
    passed = {message}
    while (earlier := before.get(message, "")) and earlier not in passed:
        passed.add(earlier)
        message = earlier
    return message


def _read_tweets(text: str) -> Iterator[Said]:
    """Read rows of `tweet_id, author_id, inbound, created_at, text, …`, with or without a column of indices."""
    whole = text.replace("\r\n", "\n").replace("\r", _RETURN)
    for row in csv.DictReader(io.StringIO(whole, newline="")):
        yield Said(
            id=row["tweet_id"],
            author=row["author_id"],
            by_brand=not _is_customer(row["inbound"]),
            text=html.unescape(row["text"]).replace(_RETURN, "\n"),
            sent_at=datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y"),
            # Where a row has no answer, some files turn the whole column into decimals: "3.0".
            answers=row["in_response_to_tweet_id"].removesuffix(".0"),
        )


def _is_customer(inbound: str) -> bool:
    return {"True": True, "False": False}[inbound]


def _read_dialogs(dialogs: list[_Dialog]) -> Iterator[Said]:
    """Read conversations that end in an agent's answer, which has an id and words but no time of its own."""
    for dialog in dialogs:
        before = ""
        for turn in dialog["dialogContent"]:
            author = next(name for key, name in turn.items() if key.startswith(("client", "agent")))
            sent_at = datetime.fromisoformat(turn["datetime"])
            text = html.unescape(turn["message"])
            yield Said(turn["tweet_ID"], str(author), "agent" in turn, text, sent_at, before)
            before = turn["tweet_ID"]
        answer, header = dialog["agentURL"], dialog["dialogHeader"]
        text = html.unescape(answer["url_utterance"])
        yield Said(answer["tweet_ID"], header["company"], True, text, _end_of(header), before)


def _end_of(header: _Header) -> datetime:
    hours, minutes, seconds = header["duration"].split(":")
    lasted = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return datetime.fromisoformat(header["conversationDateTime"]) + lasted
