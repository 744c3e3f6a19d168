import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.cli.faults import Refused
from router.cli.lines import Source, Times, customer_of, events_of, holds_times, interaction_of, moved, opened

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


def test_the_times_are_found_and_reading_begins_again() -> None:
    texts = [json.dumps(event(number, hours)).encode() for number, hours in ((1, 1), (2, 5), (3, 2))]
    batch = json.dumps([event(4, 7), event(5, -3)]).encode()
    timeless = json.dumps(event(6) | {"time": None}).encode()
    source = source_of(b"\n".join([*texts, batch, timeless, b"nonsense"]))

    assert source.times() == Times(NOON - timedelta(hours=3), NOON + timedelta(hours=7))
    assert len([line for block in source.blocks() for line in block]) == 6
    assert source_of(b"nonsense").times() is None


def test_moving_changes_the_time_and_not_a_byte_of_the_rest() -> None:
    text = (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-03-02T13:00:00+01:00",'
        b'"data":{"n":9007199254740993,"f":1.10,"time":"stays"}}'
    )
    interaction = interaction_of(text, NOON)
    assert interaction is not None

    after = moved(text, interaction, timedelta(days=1))

    assert after == text.replace(b"2026-03-02T13:00:00+01:00", b"2026-03-03T12:00:00Z")


@pytest.mark.parametrize("time", [None, ""])
def test_an_event_without_time_happens_now_and_is_not_moved(time: str | None) -> None:
    text = json.dumps(event(1) | {"time": time}).encode()
    interaction = interaction_of(text, NOON)
    assert interaction is not None
    assert interaction.time == NOON
    assert moved(text, interaction, timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"promised_at": "2026-03-02T13:00:00Z"}, True),
        ({"deep": [{"at": "2026-03-02 13:00"}]}, True),
        ({"day": "2026-03-02"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_times_in_data_are_seen(data: object, told: bool) -> None:
    assert holds_times(json.dumps(event(1, data=data)).encode()) is told


@pytest.mark.parametrize(
    ("text", "count"),
    [(b"[]", 0), (b'[ {"a":1}, {"b":[2]},7 ]', 3), (b'{"a":[1]}', 1), (b"[broken", 1), (b"[" * 100_000, 1)],
)
def test_a_list_is_taken_apart(text: bytes, count: int) -> None:
    assert len(events_of(text)) == count


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        (b'{"subject":"c-1","time":"nonsense"}', "c-1"),
        (b'{"subject":"of-the-order","data":{"customer_id":"c-2","consent":"maybe"}}', "c-2"),
        (b'{"data":{"customer_id":7.0}}', "7"),
        (b'{"subject":["c-1"]}', ""),
        (b'{"data":"text"}', ""),
        (b"7", ""),
        (b'{"subject":"c', ""),
        (b"\xff\xfe", ""),
    ],
)
def test_what_cannot_be_read_is_keyed_by_whom_it_names(text: bytes, customer: str) -> None:
    assert interaction_of(text, NOON) is None
    assert customer_of(text) == customer


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot be read \(No such file"), opened(str(tmp_path / "none")):
        pass


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"), opened(str(tmp_path)):
        pass
