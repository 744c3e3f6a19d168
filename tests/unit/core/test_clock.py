from datetime import UTC, datetime, timedelta

import pytest

from router.flow.clock import SETTLING, ClockSkewed, EventClock, Partition, WallClock
from tests.unit.core.builders import moment

A, B = ("events", 0), ("events", 1)
WALL = datetime(2030, 1, 1, tzinfo=UTC)


def read(clock: EventClock, *entries: tuple[Partition, str], stored: bool = True) -> list[datetime]:
    """Reads a batch of (partition, time) and gives the clock that each is decided at."""
    batch = [(partition, moment(at)) for partition, at in entries]
    found = clock.moments(batch)
    if stored:
        clock.committed(batch)
    return found


def test_the_wall_clock_is_now_whatever_was_read() -> None:
    clock, before = WallClock(), datetime.now(UTC)
    (found,) = clock.moments([(A, moment())])
    assert before <= found <= clock.now() <= datetime.now(UTC)
    clock.committed([(A, moment())])
    assert clock.event_time is False


@pytest.mark.parametrize(
    ("asked", "database", "answered", "skew"),
    [
        (0, 0, 0, 0),
        # Any clock within the two moments is right: the process was frozen, or the answer took long.
        (0, 50, 100, 0),
        (0, 0, 100_000, 0),
        (10, 0, 12, 10),
        (0, 10, 2, -8),
        (59, 0, 59, 59),
        (60, 0, 60, 60),
    ],
)
def test_how_far_the_clock_is_from_the_database(asked: int, database: int, answered: int, skew: int) -> None:
    clock = WallClock()
    clock.compare(*(WALL + timedelta(seconds=at) for at in (asked, database, answered)))
    assert clock.skew == timedelta(seconds=skew)


@pytest.mark.parametrize(
    ("ours", "words"), [(61, "61 s ahead of"), (-61, "61 s behind"), (86_400, "86400 s")]
)
def test_a_clock_that_is_too_far_is_refused(ours: int, words: str) -> None:
    ours_at = WALL + timedelta(seconds=ours)
    with pytest.raises(ClockSkewed, match=words):
        WallClock().compare(ours_at, WALL, ours_at)
    WallClock(timedelta(days=2)).compare(ours_at, WALL, ours_at)
    EventClock().compare(ours_at, WALL, ours_at)


def test_a_partition_never_goes_back() -> None:
    clock = EventClock([A])
    assert read(clock, (A, "0h"), (A, "2h"), (A, "1h")) == [moment(at) for at in ("0h", "2h", "2h")]
    assert read(clock, (A, "1h"), (A, "3h")) == [moment("2h"), moment("3h")]


def test_each_partition_has_its_own_latest_time() -> None:
    clock = EventClock([A, B])
    assert read(clock, (B, "5h"), (A, "1h"), (A, "7h"), (A, "6h"), (B, "4h")) == [
        moment(at) for at in ("5h", "1h", "7h", "7h", "5h")
    ]


def test_a_batch_that_is_read_again_is_decided_at_the_same_times() -> None:
    clock = EventClock([A])
    read(clock, (A, "1h"))
    first = read(clock, (A, "2h"), (A, "4h"), stored=False)
    assert read(clock, (A, "2h"), (A, "4h")) == first == [moment("2h"), moment("4h")]


def test_dispatch_follows_the_least_time_that_is_stored() -> None:
    clock = EventClock([A, B])
    assert clock.now() is None
    read(clock, (A, "3h"))
    assert clock.now() is None
    read(clock, (B, "2h"))
    assert clock.now() == moment("2h")
    read(clock, (B, "9h"), stored=False)
    assert clock.now() == moment("2h")
    read(clock, (B, "9h"))
    assert clock.now() == moment("3h")


def test_idle_partitions_are_left_out_until_they_are_read_again() -> None:
    clock = EventClock([A, B])
    read(clock, (A, "3h"))
    clock.tick(WALL, [B])
    assert clock.now() == moment("3h")
    read(clock, (B, "1h"))
    assert clock.now() == moment("1h")


def test_after_a_rest_of_all_every_partition_holds_the_watermark_again() -> None:
    clock = EventClock([A, B])
    read(clock, (A, "3h"), (B, "5h"))
    clock.tick(WALL, [A, B])
    assert clock.now() == moment("5h")
    read(clock, (A, "9h"))
    assert clock.now() == moment("5h")


def test_what_moves_no_clock_ends_no_rest() -> None:
    clock = EventClock([A, B], aside=["replies"])
    read(clock, (A, "3h"), (B, "5h"))
    clock.tick(WALL, [A, B])
    read(clock, (("replies", 0), "4h"))
    assert clock.now() == moment("5h")


def test_what_is_due_follows_the_watermark_after_a_wait() -> None:
    clock = EventClock([A])
    read(clock, (A, "1h"))
    clock.tick(WALL, [])
    read(clock, (A, "2h"))
    clock.tick(WALL + SETTLING / 2, [])
    assert clock.now() == moment("1h")
    clock.tick(WALL + SETTLING * 3 / 2, [])
    assert clock.now() == moment("2h")


def test_partitions_of_a_topic_join_and_leave() -> None:
    clock, late = EventClock([A, B]), ("raw.crm", 0)
    read(clock, (A, "3h"), (B, "5h"))
    clock.join([late, A])
    assert clock.now() is None
    read(clock, (late, "1h"))
    assert clock.now() == moment("1h")
    clock.leave("raw.crm")
    assert clock.now() == moment("3h")
    clock.tick(WALL, [A, B])
    assert clock.now() == moment("5h")
