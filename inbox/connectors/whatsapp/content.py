"""What a WhatsApp message says, of whatever kind it is: its words, and the files that are asked for by their ids."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec


class File(msgspec.Struct, frozen=True):
    """A picture, voice message, video, document or sticker."""

    id: str
    mime_type: str = ""
    filename: str = ""
    caption: str = ""


class _Text(msgspec.Struct, frozen=True):
    body: str = ""


class _Button(msgspec.Struct, frozen=True):
    text: str = ""


class _Choice(msgspec.Struct, frozen=True):
    title: str = ""
    body: str = ""


class _Interactive(msgspec.Struct, frozen=True):
    list_reply: _Choice = _Choice()
    button_reply: _Choice = _Choice()
    nfm_reply: _Choice = _Choice()


class _Location(msgspec.Struct, frozen=True):
    latitude: float = 0
    longitude: float = 0
    name: str = ""
    address: str = ""
    url: str = ""


class _Name(msgspec.Struct, frozen=True):
    formatted_name: str = ""


class _Phone(msgspec.Struct, frozen=True):
    phone: str = ""


class _Card(msgspec.Struct, frozen=True):
    name: _Name = _Name()
    phones: list[_Phone] = []


class _Item(msgspec.Struct, frozen=True):
    product_retailer_id: str = ""
    quantity: int = 1


class _Order(msgspec.Struct, frozen=True):
    text: str = ""
    product_items: list[_Item] = []


class _Content(msgspec.Struct, frozen=True):
    type: str = ""
    text: _Text = _Text()
    button: _Button = _Button()
    interactive: _Interactive = _Interactive()
    location: _Location = _Location()
    contacts: list[_Card] = []
    order: _Order = _Order()
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None
    sticker: File | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message and its files."""

    text: str
    files: Sequence[File] = ()


def read(raw: msgspec.Raw) -> Said | None:
    """Return what a message says; None for kinds that say nothing in words: reactions, system notes.

    What is neither text nor file is described in brackets, so that an agent sees that there was something.
    """
    told = msgspec.json.decode(raw, type=_Content, strict=False)
    file = told.image or told.audio or told.video or told.document or told.sticker
    if file is not None:
        return Said(file.caption, [file])
    reader = _READERS.get(told.type)
    return Said(reader(told)) if reader else None


def _place(place: _Location) -> str:
    named = ", ".join(part for part in (place.name, place.address) if part)
    return f"[location] {named} {place.url or f'{place.latitude},{place.longitude}'}".replace("  ", " ")


def _card(card: _Card) -> str:
    return " ".join(["[contact]", card.name.formatted_name, *(phone.phone for phone in card.phones)])


def _order(order: _Order) -> str:
    wanted = ", ".join(f"{item.quantity} × {item.product_retailer_id}" for item in order.product_items)
    return f"[order] {wanted}\n{order.text}".strip()


def _choice(chosen: _Interactive) -> str:
    titles = (chosen.list_reply.title, chosen.button_reply.title, chosen.nfm_reply.body)
    return next((title for title in titles if title), "[form]")


_READERS: dict[str, Callable[[_Content], str]] = {
    "text": lambda told: told.text.body,
    "button": lambda told: told.button.text,
    "interactive": lambda told: _choice(told.interactive),
    "location": lambda told: _place(told.location),
    "contacts": lambda told: "\n".join(_card(card) for card in told.contacts),
    "order": lambda told: _order(told.order),
    "unsupported": lambda told: "[a kind of message that WhatsApp does not pass on]",
}
