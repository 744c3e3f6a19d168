"""Tests of sources: messages mapped as in production, and what came held against what should."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from router.authoring.ruletest.report import RuleTestReport
from router.decode import Decoded
from router.model.interaction import UNCLEAR_TYPE, Interaction
from router.model.record import Record
from router.model.remembered import Run
from router.model.source_tests import ExpectedInteraction, SourceTest
from router.sources.mapper import Mapper
from router.sources.numbers import text_of
from router.sources.records import decode_mapped
from router.sources.remembering import Memory

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def source_reports(tests: Iterable[SourceTest], mappers: Mapping[str, Mapper]) -> Iterator[RuleTestReport]:
    """Runs each test, and tells it as tests of rules are told."""
    for test in tests:
        record = Record(test.topic, 0, 0, 0, test.key, test.body, test.headers)
        decoded, unchanged = _held(test, decode_mapped(record, _LATEST, mappers))
        skipped = mappers[test.topic].take(record).skipped if test.topic in mappers else []
        skipped += unchanged
        place = test.position
        differences = tuple(_differences(test, decoded, skipped))
        yield RuleTestReport(
            name=test.name,
            file=place.file if place else "",
            line=place.line if place else 0,
            passed=not differences,
            differences=differences,
        )


def _held(test: SourceTest, decoded: Decoded) -> tuple[Decoded, list[str]]:
    """What counts by what the test says is remembered, and why the rest does not."""
    asked = {one.name: one for changes in decoded.changes.values() for one in changes}
    memory = Memory(
        {
            one.seen.key: (Run(test.remembered[name], _EARLIEST, _EARLIEST),)
            for name, one in asked.items()
            if name in test.remembered
        }
    )
    unchanged = {place for place, changes in decoded.changes.items() if not memory.hold(changes)}
    names = {one.name for place in unchanged for one in decoded.changes[place]}
    kept = tuple(
        one
        for place, one in enumerate(decoded.interactions)
        if place not in unchanged and one.type != UNCLEAR_TYPE
    )
    return replace(decoded, interactions=kept), [f"{name} is unchanged" for name in sorted(names)]


def _differences(test: SourceTest, decoded: Decoded, skipped: list[str]) -> Iterator[tuple[str, ...]]:
    reasons = [*skipped, *([decoded.dead.detail] if decoded.dead else [])]
    came = list(decoded.interactions)
    if decoded.dead is not None and (
        test.expect or test.because is None or test.because not in decoded.dead.detail
    ):
        yield ("The message is a dead letter.", decoded.dead.detail)
    for number, (wanted, got) in enumerate(zip(test.expect, came, strict=False), start=1):
        for name, expected, actual in _parts(wanted, got):
            if expected != actual:
                told = "nothing" if actual is None else repr(actual)
                should = "not be there" if expected is None else f"be {expected!r}"
                yield (f"Interaction {number}: `{name}` is {told}, and should {should}.",)
    for one in came[len(test.expect) :]:
        yield (f"Not expected: {one.type} with the id {one.id!r}.",)
    for missing in test.expect[len(came) :]:
        yield (f"Missing: {missing.type or 'an interaction'}.", *reasons)
    if not test.expect and test.because is not None and not any(test.because in reason for reason in reasons):
        yield (f"Nothing came of it, but not because of {test.because!r}.", *reasons)


def _parts(wanted: ExpectedInteraction, got: Interaction) -> Iterator[tuple[str, Any, Any]]:
    """What is compared: its name, what it should be, and what it is."""
    for name, expected, actual in (
        ("type", wanted.type, got.type),
        ("id", wanted.id, got.id),
        ("customer", wanted.customer, got.customer_id or None),
    ):
        if expected is not None:
            yield name, expected, actual
    if wanted.time is not None:
        yield "time", _moment(wanted.time), got.time.isoformat()
    for name, expected in wanted.data.items():
        actual = {"channel": got.channel, "locale": got.locale}.get(name, got.attributes.get(name))
        yield name, _compared(expected), _compared(actual)


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError:
        return text


def _compared(value: Any) -> Any:
    """Lists and objects as they are, anything else as the text that it is compared as."""
    return value if value is None or isinstance(value, list | dict) else text_of(value) or value
