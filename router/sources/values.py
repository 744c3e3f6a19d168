"""Values of a mapping, compiled to closures: each takes a message and gives a value, or `MISSING`."""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from router.decode.parsing import BYTE_ORDER_MARK
from router.model.sources import (
    Coding,
    Constant,
    Count,
    Decoded,
    First,
    Join,
    Lower,
    Mapped,
    Moment,
    Outside,
    Pick,
    Read,
    Value,
)
from router.model.zones import certain_zone
from router.sources.message import MISSING, Message, Unmappable
from router.sources.moments import moment
from router.sources.numbers import decoded, naming, text_of
from router.sources.paths import names_of, walk

Getter = Callable[[Message], Any]
Inner = Callable[[Value], Getter]
MOST_FIELDS: Final = 1_000
"""So many fields a form has at most."""


def getter(value: Value, *, ignore_case: bool = False) -> Getter:
    """What reads a value from a message. It raises `Unmappable` where a message is not as the mapping says."""
    return _COMPILED[type(value)](value, lambda of: getter(of, ignore_case=ignore_case), ignore_case)


def _read(value: Read, _inner: Inner, ignore_case: bool) -> Getter:
    names = None if ignore_case or value.whole else names_of(value.steps)
    if names and len(names) <= 2:
        return _near(names)
    follow = walk(value.steps, ignore_case=ignore_case)
    if value.whole:
        return lambda message: follow(message.body)
    return lambda message: follow(message.element)


def _near(names: list[str]) -> Getter:
    """A member, or a member of one: nearly all that is read of a message, and therefore without a call inside."""
    first, last = names[0], names[-1]

    def of_element(message: Message) -> Any:
        element = message.element
        if isinstance(element, dict):
            found = element.get(first)
            if found is not None and found != "":
                return found
        return MISSING

    def of_its_member(message: Message) -> Any:
        element = message.element
        if isinstance(element, dict):
            member = element.get(first)
            if isinstance(member, dict):
                found = member.get(last)
                if found is not None and found != "":
                    return found
        return MISSING

    return of_element if len(names) == 1 else of_its_member


def _constant(value: Constant, _inner: Inner, _case: bool) -> Getter:
    constant = MISSING if value.value is None else value.value
    return lambda message: constant


def _moment(value: Moment, inner: Inner, _case: bool) -> Getter:
    if isinstance(value.of, First):
        # The first that is a time: a 0 is none.
        return inner(First(tuple(Moment(one, value.unit, value.zone) for one in value.of.of)))
    read, unit, place = inner(value.of), value.unit, certain_zone(value.zone) if value.zone else None
    return lambda message: moment(read(message), unit, place)


def _outside(value: Outside, _inner: Inner, _case: bool) -> Getter:
    if value.part == "header":
        name = value.name.lower()
        return lambda message: message.headers.get(name) or MISSING
    if value.part == "key":
        return lambda message: message.key or MISSING
    return lambda message: message.topic


def _first(value: First, inner: Inner, _case: bool) -> Getter:
    of = [inner(one) for one in value.of]

    def read(message: Message) -> Any:
        for one in of:
            found = one(message)
            if found is not MISSING:
                return found
        return MISSING

    return read


def _join(value: Join, inner: Inner, _case: bool) -> Getter:
    of, by, hashed = [inner(one) for one in value.of], value.by, value.hashed

    def read(message: Message) -> Any:
        parts = []
        for one in of:
            found = one(message)
            if isinstance(found, str):
                text = found.strip() or None
            else:
                text = found.isoformat() if isinstance(found, datetime) else naming(found)
            if text is None:
                return MISSING
            parts.append(text)
        if not hashed:
            return by.join(parts)
        # The parts are told apart whatever they hold: a length goes before each.
        marked = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(marked.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    return read


def _mapped(value: Mapped, inner: Inner, _case: bool) -> Getter:
    of, table, refuse = inner(value.of), value.table, value.refuse
    otherwise = inner(value.otherwise) if value.otherwise is not None else None

    def read(message: Message) -> Any:
        found = of(message)
        name = None if found is MISSING else text_of(found)
        if name is not None and name in table:
            known = table[name]
            return MISSING if known is None else known
        if refuse and name is not None:
            raise Unmappable(f"the table has no {name[:60]!r}")
        return otherwise(message) if otherwise is not None else MISSING

    return read


def _lower(value: Lower, inner: Inner, _case: bool) -> Getter:
    of = inner(value.of)

    def read(message: Message) -> Any:
        found = of(message)
        return found.lower() if isinstance(found, str) else found

    return read


def _decoded(value: Decoded, inner: Inner, ignore_case: bool) -> Getter:
    of, coding, follow = inner(value.of), value.coding, walk(value.steps, ignore_case=ignore_case)

    def read(message: Message) -> Any:
        found = of(message)
        if found is MISSING:
            return MISSING
        if not isinstance(found, str):
            # Some senders write an object where others write its text.
            return follow(found) if isinstance(found, dict | list) else MISSING
        return follow(read_coded(found, coding))

    return read


def read_coded(text: str | bytes, coding: Coding) -> Any:
    """What a text holds. Raises `Unmappable`."""
    try:
        if coding == "json":
            return decoded(text.removeprefix(BYTE_ORDER_MARK) if isinstance(text, bytes) else text)
        if coding == "base64":
            return decoded(b64decode(text, validate=True))
        plain = text.decode() if isinstance(text, bytes) else text
        return dict(parse_qsl(plain, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except RecursionError:
        raise Unmappable("it is nested too deeply to be read") from None
    except msgspec.DecodeError as error:
        # It tells the place, and nothing of the text.
        raise Unmappable(f"it is not {coding}: {error}") from None
    except (UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise Unmappable(f"it is not {coding}: {type(error).__name__}") from None


def _pick(value: Pick, inner: Inner, _case: bool) -> Getter:
    of, key, wanted, member = inner(value.list), value.key, text_of(value.value), value.of

    def read(message: Message) -> Any:
        found = of(message)
        if not isinstance(found, list):
            return MISSING
        for one in found:
            if isinstance(one, dict) and text_of(one.get(key)) == wanted:
                picked = one.get(member)
                return MISSING if picked is None or picked == "" else picked
        return MISSING

    return read


def _count(value: Count, inner: Inner, _case: bool) -> Getter:
    of = inner(value.of)

    def read(message: Message) -> Any:
        found = of(message)
        return len(found) if isinstance(found, list | dict) else MISSING

    return read


_COMPILED: Final[dict[type, Callable[[Any, Inner, bool], Getter]]] = {
    Read: _read,
    Outside: _outside,
    Constant: _constant,
    First: _first,
    Join: _join,
    Mapped: _mapped,
    Lower: _lower,
    Moment: _moment,
    Decoded: _decoded,
    Pick: _pick,
    Count: _count,
}
