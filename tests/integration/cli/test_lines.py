import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.cli.faults import Refused
from router.cli.lines import Source, decoded, moved, only, opened

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(number: int, hours: float = 0, **more: object) -> dict[str, object]:
    time = (NOON + timedelta(hours=hours)).isoformat()
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/shop",
        "type": "order.placed",
        "time": time,
        **more,
    }


def source_of(text: bytes) -> Source:
    return Source(io.BytesIO(text), len(text))


class Trickle(io.BytesIO):
    """Gives few bytes at a time, as a pipe may."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(3)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("kind", [io.BytesIO, Trickle])
def test_lines_keep_their_numbers_whatever_comes_between(ending: bytes, kind: type[io.BytesIO]) -> None:
    source = Source(kind(b"one\r\n\n  \n two \nthree" + ending), None)

    found = [(line.number, line.text) for block in source.blocks() for line in block]

    assert found == [(1, b"one"), (4, b"two"), (5, b"three")]


def test_what_was_read_is_counted_in_bytes() -> None:
    text = b"x" * 300_000 + b"\n" + b"y" * 10

    assert [block[-1].read for block in source_of(text).blocks()][-1] == len(text)


def test_the_latest_time_is_found_and_reading_begins_again() -> None:
    lines = [event(1, 1), event(2, 5), event(3, 2)]
    source = source_of(b"\n".join(json.dumps(line).encode() for line in lines) + b"\nnonsense")

    assert source.latest() == NOON + timedelta(hours=5)
    assert len([line for block in source.blocks() for line in block]) == 4
    assert source_of(b"nonsense").latest() is None


def test_moving_changes_the_time_and_not_a_byte_of_the_rest() -> None:
    text = (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-03-02T13:00:00+01:00",'
        b'"data":{"n":9007199254740993,"f":1.10,"time":"stays"}}'
    )
    (line,) = next(source_of(text).blocks())
    interaction = only(decoded(line))
    assert interaction is not None

    after = moved(line.text, interaction, timedelta(days=1))

    assert after == text.replace(b"2026-03-02T13:00:00+01:00", b"2026-03-03T12:00:00Z")


def test_a_line_with_several_events_has_no_single_interaction() -> None:
    text = json.dumps([event(1), event(2)]).encode()
    (line,) = next(source_of(text).blocks())

    assert only(decoded(line)) is None


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"can not be read \(No such file"), opened(str(tmp_path / "none")):
        pass


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="can not be read"), opened(str(tmp_path)):
        pass
