from datetime import UTC, datetime

from router.clock import SETTLING, EventClock, WallClock
from tests.unit.core.builders import moment

A, B = ("events", 0), ("events", 1)
WALL = datetime(2030, 1, 1, tzinfo=UTC)


def test_the_wall_clock_is_now_whatever_was_read() -> None:
    clock, before = WallClock(), datetime.now(UTC)
    assert before <= clock.moment(A, moment()) <= clock.now() <= datetime.now(UTC)
    clock.committed([A])
    assert clock.event_time is False


def test_one_partition_never_goes_back() -> None:
    clock = EventClock([A])
    assert [clock.moment(A, moment(at)) for at in ("0h", "2h", "1h")] == [
        moment(at) for at in ("0h", "2h", "2h")
    ]


def test_the_watermark_is_the_least_over_the_partitions() -> None:
    clock = EventClock([A, B])
    clock.moment(B, moment("5h"))
    assert clock.moment(A, moment("1h")) == moment("1h")
    assert clock.moment(A, moment("7h")) == moment("7h")
    assert clock.moment(A, moment("6h")) == moment("6h")
    assert clock.moment(B, moment("4h")) == moment("5h")


def test_dispatch_follows_what_is_stored() -> None:
    clock = EventClock([A, B])
    clock.moment(A, moment("3h"))
    assert clock.now() is None
    clock.committed([A])
    assert clock.now() is None
    clock.moment(B, moment("2h"))
    clock.committed([B])
    assert clock.now() == moment("2h")
    clock.moment(B, moment("9h"))
    assert clock.now() == moment("2h")
    clock.committed([B])
    assert clock.now() == moment("3h")


def test_idle_partitions_are_left_out_until_they_are_read_again() -> None:
    clock = EventClock([A, B])
    clock.moment(A, moment("3h"))
    clock.committed([A])
    clock.tick(WALL, [B])
    assert clock.now() == moment("3h")
    clock.moment(B, moment("1h"))
    clock.committed([B])
    assert clock.now() == moment("1h")


def test_with_all_idle_it_is_the_latest_time_stored() -> None:
    clock = EventClock([A, B])
    clock.moment(A, moment("3h"))
    clock.moment(B, moment("5h"))
    clock.committed([A, B])
    clock.tick(WALL, [A, B])
    assert clock.now() == moment("5h")


def test_what_is_due_follows_the_watermark_after_a_wait() -> None:
    clock = EventClock([A])
    clock.moment(A, moment("1h"))
    clock.committed([A])
    clock.tick(WALL, [])
    clock.moment(A, moment("2h"))
    clock.committed([A])
    clock.tick(WALL + SETTLING / 2, [])
    assert clock.now() == moment("1h")
    clock.tick(WALL + SETTLING * 3 / 2, [])
    assert clock.now() == moment("2h")


def test_an_idle_partition_holds_no_decision_before_what_it_read() -> None:
    clock = EventClock([A, B])
    clock.moment(B, moment("1h"))
    clock.moment(A, moment("5h"))
    clock.tick(WALL, [B])
    assert clock.moment(A, moment("3h")) == moment("3h")


def test_an_expected_partition_holds_the_watermark_back() -> None:
    clock = EventClock([A])
    clock.moment(A, moment("3h"))
    clock.committed([A])
    clock.expect([A, B])
    assert clock.now() is None
