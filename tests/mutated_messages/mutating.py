"""Messages of the shipped mappings' own tests, changed as real senders and broken ones change theirs."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from router.authoring.language.load import load_texts
from router.authoring.language.load_tests import load_source_tests
from router.cli.vendor_mappings import mapping_of, vendors
from router.model.record import Record
from router.model.sources import Source
from router.sources.mapper import Mapper, mappers_of

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7.0, 0.1, "7", "7.0", "", " ", "x" * 3_000, "\0", "\ud800", "é\u202e"),
    *(2**53 + 1, 2**63, -(2**63) - 1, 10**30, 1e308, 5e-324, 1e22, "1e999", "NaN"),
    *([], {}, [[]], [None], [{}], {"": ""}, {"a": {"b": []}}, [1] * 1_001),
    *("/Date(1767225600000)/", "/Date(9)/", "0000-00-00", "0001-01-01", "9999-12-31T23:59:59Z", "1767225600"),
    *(1767225600, 1767225600000, 1767225600000000, 1767225600000000000, 10**18, -(10**18), "2026-01-01"),
    *(
        "2026-01-01 10:00",
        "2026-03-29T02:30:00",
        "2026-01-01T10:00:00+0100",
        "1" * 30,
        "{}",
        '{"a":',
        "a=b&c=d",
    ),
)
DEEP = 3_000


def shipped() -> tuple[dict[str, Mapper], dict[str, Source], list[Record]]:
    """The mappers by topic, the sources by topic, and the messages of their tests."""
    sources: list[Source] = []
    records: list[Record] = []
    for vendor in vendors():
        texts = {"source.yaml": mapping_of(vendor)}
        sources += load_texts(texts).sources.values()
        tests = load_source_tests(texts)
        records += [Record(one.topic, 0, 0, 0, one.key, one.body, one.headers) for one in tests]
    return mappers_of(sources), {one.topic: one for one in sources}, [one for one in records if one.value]


class Mutator:
    """Changes messages by a chance of its own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._ways: tuple[tuple[Callable[[Record], Record], int], ...] = (
            (self._members, 70),
            (self._bytes, 12),
            (self._cut, 5),
            (self._headers, 6),
            (self._key, 2),
            (self._wrapped, 5),
        )

    def mutated(self, record: Record) -> Record:
        """A message with one or several mistakes."""
        ways, weights = zip(*self._ways, strict=True)
        for way in self._chance.choices(ways, weights, k=self._chance.choice((1, 1, 1, 2))):
            record = way(record)
        return record

    def _members(self, record: Record) -> Record:
        """Members of the JSON gone, of another kind, twice, elsewhere, in other capitals."""
        try:
            body = json.loads(record.value or b"")
        except (ValueError, RecursionError):
            return self._bytes(record)
        for _ in range(self._chance.choice((1, 1, 2, 4))):
            places = list(_places(body))
            if not places:
                break
            holder, name = self._chance.choice(places)
            self._change(holder, name, self._chance.choice(places))
        return replace(record, value=json.dumps(body).encode())

    def _change(self, holder: Any, name: Any, other: tuple[Any, Any]) -> None:
        chance, value = self._chance, holder[name]
        way = chance.randrange(9)
        if way == 0:
            del holder[name]
        elif way == 1:
            holder[name] = copy.deepcopy(other[0][other[1]])
        elif way == 2 and isinstance(holder, dict):
            holder[str(name).swapcase()] = holder.pop(name)
        elif way == 3 and isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), value)
        elif way == 4:
            holder[name] = json.dumps(value)
        elif way == 5:
            holder[name] = [value] if chance.random() < 0.5 else {"value": value, "link": "x"}
        elif way == 6 and isinstance(value, str):
            holder[name] = int(value) if value.isdecimal() and len(value) < 30 else value.upper()
        elif way == 7 and isinstance(value, int | float):
            holder[name] = chance.choice((str(value), value * 1_000, -value, float(value)))
        else:
            holder[name] = copy.deepcopy(chance.choice(ODD))

    def _bytes(self, record: Record) -> Record:
        """Single bytes changed, added or gone."""
        value = bytearray(record.value or b"")
        for _ in range(self._chance.choice((1, 1, 3, 10))):
            at = self._chance.randrange(len(value) + 1)
            way = self._chance.randrange(3)
            if way == 0:
                value[at:at] = bytes([self._chance.randrange(256)])
            elif way == 1:
                del value[at : at + 1]
            elif at < len(value):
                value[at] = self._chance.choice(
                    (self._chance.randrange(256), ord(self._chance.choice('"{}[],:\\0')))
                )
        return replace(record, value=bytes(value))

    def _cut(self, record: Record) -> Record:
        value = record.value or b""
        at = self._chance.randrange(len(value) + 1)
        return replace(record, value=self._chance.choice((value[:at], value[at:], value + value, b"", None)))

    def _headers(self, record: Record) -> Record:
        headers = list(record.headers)
        if headers and self._chance.random() < 0.5:
            del headers[self._chance.randrange(len(headers))]
        name = self._chance.choice([name for name, _ in record.headers] or ["traceparent"])
        odd = self._chance.choice((None, b"", b"\xff\xfe", b"x" * 5_000, b"{}", b"\0\0\0\0\x07"))
        extra = self._chance.choice(
            (name, name.upper(), "__value_schema_id", "ce_id", "content-type", "\u202e")
        )
        return replace(record, headers=(*headers, (extra, odd)))

    def _key(self, record: Record) -> Record:
        odd = (None, b"", b"\xff", b"\0\0\0\0\x07\x02a", b"k" * 5_000)
        return replace(record, key=self._chance.choice(odd))

    def _wrapped(self, record: Record) -> Record:
        """The whole inside something else, or framed."""
        value = record.value or b""
        deep = b'{"a":' * DEEP + b"1" + b"}" * DEEP
        wrapped = (
            *(
                b"\0\0\0\0\x07" + value,
                b"\xef\xbb\xbf" + value,
                b"[" + value + b"]",
                b"[" + value + b"," + value + b"]",
            ),
            *(
                json.dumps(value.decode("utf-8", "replace")).encode(),
                b'{"detail":' + value + b"}",
                value + b",",
            ),
            *(
                value.replace(b"}", b",}", 1),
                value.replace(b"1", b"1" * 50, 1),
                deep,
                b"[" * DEEP,
                b"null",
                b"7",
            ),
        )
        return replace(record, value=self._chance.choice(wrapped))


def _places(value: Any) -> Any:
    """Every member of a document, by what holds it and its name or place."""
    for name in (
        list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    ):
        yield value, name
        yield from _places(value[name])
