"""A source from YAML, and what it makes of a message."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from router.authoring.language.load import load_texts
from router.decode import Decoded
from router.model.record import Record
from router.rules.ruleset import RuleSet
from router.sources.records import decode_mapped

TOPIC = "raw"
LATEST = datetime(2030, 1, 1, tzinfo=UTC)


def rules(*sources: str) -> RuleSet:
    """A set of nothing but sources."""
    return load_texts({f"{number}.yaml": text.encode() for number, text in enumerate(sources)})


def source(body: str, *, head: str = "") -> str:
    """A source whose interactions have an id, a type and a time unless told otherwise."""
    lines = {"type": "thing.happened", "id": "id", "time": "at"}
    given = "".join(f"    {line}\n" for line in body.splitlines())
    missing = "".join(
        f"    {name}: {value}\n" for name, value in lines.items() if f"    {name}:" not in f"\n{given}"
    )
    return f"source: vendor\ntopic: {TOPIC}\n{head}interactions:\n  -\n{given}{missing}"


def read(
    text: str, message: Any, *, headers: dict[str, str] | None = None, key: bytes | None = None
) -> Decoded:
    """What becomes of a message: bytes as they are, anything else as JSON."""
    body = message if isinstance(message, bytes) else msgspec.json.encode(message)
    given = tuple((name, value.encode()) for name, value in (headers or {}).items())
    record = Record(TOPIC, 0, 7, 0, key, body, given)
    return decode_mapped(record, LATEST, rules(text).mappers)


def attribute(value: str, message: dict[str, Any], **given: Any) -> Any:
    """What an attribute comes to; a dead letter's detail where it cannot be mapped."""
    at = {"id": "1", "at": "2026-01-01T00:00:00Z"}
    decoded = read(source(f"data: {{a: {value}}}"), at | message, **given)
    return decoded.dead.detail if decoded.dead else decoded.interactions[0].attributes.get("a")
