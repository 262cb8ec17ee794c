"""A position outside of the database: texts, dates as ISO, people by e-mail, brands by their short name."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


class FileNotRead(Exception):
    """The file can't be read; the text says what is wrong in which row."""

    def __init__(self, row: int, what: str) -> None:
        super().__init__(row, what)
        self.row, self.what = row, what

    def __str__(self) -> str:
        return _("Row %(row)d: %(what)s") % {"row": self.row, "what": self.what}


@dataclass(frozen=True, slots=True)
class WordingRecord:
    """One text; further ones in the same place are variants."""

    language: str
    channel_kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FillInRecord:
    """One fill-in."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One link that the version rests on; files stay behind."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class PositionRecord:
    """A position with one version of what it says."""

    key: str
    question: str
    topic: str = ""
    brand: str = ""
    owner: str = ""
    purposes: tuple[str, ...] = ()
    facts: str = ""
    channel_kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    review_every_days: str = ""
    edit_level: str = ""
    sensitivity: str = ""
    topic_words: tuple[str, ...] = ()
    named_people: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    sign_rule: str = ""
    fill_ins: tuple[FillInRecord, ...] = ()
    links: tuple[LinkRecord, ...] = ()
    wordings: tuple[WordingRecord, ...] = ()
    # Where it stood in the file; two records are the same wherever they stand.
    row: int = field(default=0, compare=False)


# The fields that are a text, and those that are several, in the order in which files have them.
TEXTS = (
    "topic",
    "brand",
    "owner",
    "valid_from",
    "valid_until",
    "review_every_days",
    "edit_level",
    "sensitivity",
    "sign_rule",
)
LISTS = (
    "purposes",
    "channel_kinds",
    "regions",
    "audiences",
    "products",
    "topic_words",
    "named_people",
    "signers",
)


def fill_in_line(fill_in: FillInRecord) -> str:
    """Return "order_number: number" or, if it may be left out, "order_number: number?"."""
    return f"{fill_in.name}: {fill_in.kind}{'' if fill_in.required else '?'}"


def read_fill_in(line: str) -> FillInRecord:
    """Read such a line."""
    name, _colon, kind = (part.strip() for part in line.partition(":"))
    return FillInRecord(name, kind.rstrip("?").strip() or "text", not kind.endswith("?"))


def link_line(link: LinkRecord) -> str:
    """Return "Title <https://…>"."""
    return f"{link.title} <{link.url}>"


def read_link(line: str) -> LinkRecord:
    """Read such a line, or a bare address."""
    title, _angle, url = line.strip().removesuffix(">").rpartition("<")
    return LinkRecord(title.strip() or url.strip(), url.strip())


def split_words(cell: str) -> tuple[str, ...]:
    """Return what stands between the commas."""
    return tuple(word.strip() for word in cell.split(",") if word.strip())
