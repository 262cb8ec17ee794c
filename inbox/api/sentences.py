"""Says in words what is wrong with a body and what would be right, from the one definition of its shape."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import inspect

from inbox.api.problems import Problem

Shape = TypeVar("Shape", bound=msgspec.Struct)

# Years, and the time zone, that PostgreSQL, Python and people agree on.
EARLIEST, LATEST = 1970, 9998
FARTHEST_ZONE = timedelta(hours=15)

MALFORMED = "The body is not well-formed JSON in UTF-8."

_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_FIELD = re.compile(r"^Object (?P<fault>missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    message: str


def fault_in(error: msgspec.ValidationError, shape: type[msgspec.Struct]) -> Fault:
    """Return which field of `shape` is wrong and what was allowed there."""
    found = _WHERE.match(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    named = _FIELD.match(what)
    if not named:
        return Fault(path, f"Must be {_allowed(_kind_at(shape, path))}.")
    field = f"{path}.{named['name']}" if path else named["name"]
    if named["fault"] == "missing required":
        return Fault(field, f"Is required: {_allowed(_kind_at(shape, field))}.")
    return Fault(field, f"Is unknown; allowed are {', '.join(_fields(_kind_at(shape, path)))}.")


def decode(body: bytes, shape: type[Shape]) -> Shape:
    """Return the body as `shape`; raises a 400 problem for bad JSON and a 422 problem for a bad field."""
    try:
        return _storable(msgspec.json.decode(body or b"{}", type=shape))
    except msgspec.ValidationError as error:
        raise invalid(fault_in(error, shape)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, MALFORMED, kind="malformed") from error


def convert(values: Mapping[str, object], shape: type[Shape]) -> Shape:
    """Return the values of a query string or a form as `shape`; raises a 422 problem for a bad one."""
    try:
        return _storable(msgspec.convert(values, type=shape, strict=False))
    except msgspec.ValidationError as error:
        raise invalid(fault_in(error, shape)) from error


def unstorable(value: object, path: str = "") -> Iterator[Fault]:
    """Yield a fault for each text or time that PostgreSQL can't store."""
    if isinstance(value, str) and "\x00" in value:
        yield Fault(path, "Must not hold the character U+0000.")
    elif isinstance(value, datetime) and not EARLIEST <= value.year <= LATEST:
        yield Fault(path, f"Must lie between {EARLIEST} and {LATEST}.")
    elif isinstance(value, datetime) and abs(value.utcoffset() or timedelta()) > FARTHEST_ZONE:
        yield Fault(path, "Must have a time zone between -15:00 and +15:00.")
    else:
        for name, each in _parts(value):
            yield from unstorable(each, (path + name).removeprefix("."))


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield what a struct, a tuple, a list or an object is made of, and what that adds to the path."""
    if isinstance(value, tuple | list):
        yield from ((f"[{index}]", each) for index, each in enumerate(value))
    elif isinstance(value, dict):
        yield from ((f".{name}", each) for name, each in value.items())
    elif isinstance(value, msgspec.Struct):
        yield from ((f".{name}", getattr(value, name)) for name in value.__struct_fields__)


def _storable(value: Shape) -> Shape:
    if faults := list(unstorable(value)):
        raise invalid(*faults)
    return value


def invalid(*faults: Fault) -> Problem:
    """Return the answer to a body with bad fields."""
    return Problem(422, "Some fields are not as they must be.", kind="invalid", errors=faults)


@cache
def _type_of(shape: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(shape)


def _kind_at(shape: type[msgspec.Struct], path: str) -> inspect.Type | None:
    """Return the type at a path such as `attachments[0].url`."""
    kind: inspect.Type | None = _type_of(shape)
    for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", path):
        kind = _item(kind) if step.startswith("[") else _fields(kind).get(step)
    return kind


def _item(kind: inspect.Type | None) -> inspect.Type | None:
    return kind.item_type if isinstance(kind, inspect.ListType | inspect.VarTupleType) else None


def _fields(kind: inspect.Type | None) -> dict[str, inspect.Type]:
    return {field.encode_name: field.type for field in kind.fields} if isinstance(kind, inspect.StructType) else {}


def _allowed(kind: inspect.Type | None) -> str:
    """Return a noun phrase for the values of a type."""
    match kind:
        case inspect.UnionType(types=types):
            return " or ".join(_allowed(each) for each in types)
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(f"“{value}”" for value in values)
        case inspect.StrType(min_length=least, max_length=most, pattern=pattern):
            return f"a text{_bounds(least, most, 'characters')}{f' that matches {pattern}' if pattern else ''}"
        case inspect.IntType(ge=least, le=most):
            return f"a whole number{_bounds(least, most)}"
        case (
            inspect.ListType(min_length=least, max_length=most)
            | inspect.VarTupleType(min_length=least, max_length=most)
        ):
            return f"a list{_bounds(least, most, 'items')}"
        case None:
            return "something else"
        case _:
            return _PLAIN.get(type(kind), "an object")


_PLAIN: dict[type[inspect.Type], str] = {
    inspect.DateTimeType: "a time with its zone, such as 2026-03-01T12:30:00Z",
    inspect.BoolType: "true or false",
    inspect.NoneType: "null",
    inspect.UUIDType: "a UUID",
    inspect.AnyType: "any JSON",
}


def _bounds(least: int | None, most: int | None, of: str = "") -> str:
    unit = f" {of}" if of else ""
    link = "of" if of else "from"
    if least is not None and most is not None and least > 0:
        return f" {link} {least} to {most}{unit}"
    if most is not None:
        return f" {link} {'at most ' if of else f'{least or 0} to '}{most}{unit}"
    return f" of at least {least}{unit}" if least else ""
