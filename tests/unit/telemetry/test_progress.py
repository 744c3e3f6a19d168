from datetime import UTC, datetime, timedelta

import pytest

from router.telemetry.progress import (
    DispatchProgress,
    Patience,
    Progress,
    ReadPosition,
    Unreadable,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE = Patience(stall_after=timedelta(seconds=120), errors=3)
FIRST = ("cx.interactions.v1", 0)
SECOND = ("cx.interactions.v1", 1)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def progress() -> Progress:
    return Progress(["0", "1"], START, PATIENCE)


@pytest.fixture
def dispatch() -> DispatchProgress:
    return DispatchProgress(START, PATIENCE)


def both_polled(progress: Progress, seconds: float) -> None:
    progress.polled("0", at(seconds))
    progress.polled("1", at(seconds))


def test_an_idle_service_that_still_hears_from_kafka_is_healthy(progress: Progress) -> None:
    progress.positioned("0", {FIRST: ReadPosition(7, 7)}, at(1))
    both_polled(progress, 3600)
    assert progress.stuck(at(3719)) is None


def test_silence_of_kafka_is_stuck(progress: Progress) -> None:
    progress.polled("0", at(100))
    assert progress.stuck(at(119)) is None
    assert progress.stuck(at(120)) == "lane 1: no answer from Kafka for 120 s"


def test_records_that_wait_while_nothing_is_finished_are_stuck_although_kafka_answers(
    progress: Progress,
) -> None:
    progress.positioned("0", {FIRST: ReadPosition(7, 12), SECOND: ReadPosition(3, 4)}, at(10))
    both_polled(progress, 129)
    assert progress.stuck(at(129)) is None
    assert progress.stuck(at(130)) == "lane 0: no batch finished for 120 s, 6 records wait"


def test_waiting_is_counted_from_when_there_was_something_to_do(progress: Progress) -> None:
    progress.positioned("0", {FIRST: ReadPosition(7, 7)}, at(0))
    both_polled(progress, 5000)
    progress.positioned("0", {FIRST: ReadPosition(7, 8)}, at(5000))
    assert progress.stuck(at(5001)) is None


def test_each_finished_batch_starts_the_wait_again(progress: Progress) -> None:
    for seconds in range(0, 1000, 100):
        progress.positioned("0", {FIRST: ReadPosition(seconds, 1_000_000)}, at(seconds))
        progress.batch_started("0", at(seconds))
        progress.batch_finished("0", at(seconds + 50))
        both_polled(progress, seconds + 100)
        assert progress.stuck(at(seconds + 100)) is None


def test_a_batch_that_never_ends_is_stuck_even_when_nothing_more_waits(progress: Progress) -> None:
    progress.batch_started("0", at(10))
    progress.positioned("0", {FIRST: ReadPosition(12, 12)}, at(20))
    progress.polled("1", at(130))
    assert progress.stuck(at(129)) is None
    assert progress.stuck(at(130)) == "lane 0: no batch finished for 120 s, 0 records wait"


def test_a_partition_that_went_to_another_consumer_is_forgotten(progress: Progress) -> None:
    progress.positioned("0", {FIRST: ReadPosition(0, 5), SECOND: ReadPosition(0, 5)}, at(0))
    progress.positioned("0", {SECOND: ReadPosition(5, 5)}, at(60))
    both_polled(progress, 200)
    assert progress.lag() == {SECOND: 0}
    assert progress.stuck(at(200)) is None


def test_errors_in_a_row_are_stuck_and_a_success_forgives_them(progress: Progress) -> None:
    for seconds in range(3):
        progress.batch_started("0", at(seconds))
        progress.batch_failed("0", at(seconds))
    assert progress.stuck(at(3)) is None
    progress.batch_failed("0", at(4))
    assert progress.stuck(at(4)) == "lane 0: 4 errors one after another"
    progress.batch_finished("0", at(5))
    assert progress.stuck(at(5)) is None


def test_a_batch_that_fails_for_a_known_cause_is_waited_for_anew(progress: Progress) -> None:
    progress.batch_started("0", at(0))
    progress.batch_failed("0", at(100))
    both_polled(progress, 130)
    assert progress.stuck(at(130)) is None
    assert progress.stuck(at(220)) is not None


def test_a_dispatcher_without_due_invitations_is_healthy_while_it_goes_round(
    dispatch: DispatchProgress,
) -> None:
    dispatch.passed(at(1000), backlog=0)
    assert dispatch.stuck(at(1119)) is None
    assert dispatch.stuck(at(1120)) == "dispatcher: its loop has not gone round for 120 s"


def test_a_dispatcher_with_due_invitations_must_settle_some(dispatch: DispatchProgress) -> None:
    for seconds in range(0, 130, 10):
        dispatch.passed(at(seconds), backlog=4)
    assert dispatch.stuck(at(120)) == ("dispatcher: nothing published for 120 s, 4 invitations are due")
    dispatch.settled(at(125))
    dispatch.passed(at(126), backlog=3)
    assert dispatch.stuck(at(130)) is None


def test_a_dispatcher_that_only_fails_is_stuck_and_a_pass_forgives(dispatch: DispatchProgress) -> None:
    for _ in range(4):
        dispatch.failed(at(1))
    assert dispatch.stuck(at(1)) == "dispatcher: 4 errors one after another"
    dispatch.passed(at(2), backlog=0)
    assert dispatch.stuck(at(2)) is None


def test_a_dispatcher_that_fails_now_and_then_is_waited_for(dispatch: DispatchProgress) -> None:
    dispatch.passed(at(0), backlog=4)
    for seconds in (60, 120, 180):
        dispatch.failed(at(seconds))
        assert dispatch.stuck(at(seconds + 100)) is None
    assert dispatch.stuck(at(300)) is not None


def test_what_waits_in_an_unreadable_partition_is_not_owed_while_others_can_be_read(
    progress: Progress,
) -> None:
    progress.positioned("1", {}, at(0))
    progress.cannot_read("0", {FIRST: Unreadable(7, "damaged", at(0))})
    progress.positioned("0", {FIRST: ReadPosition(7, 12), SECOND: ReadPosition(4, 4)}, at(1))
    both_polled(progress, 500)
    assert progress.stuck(at(500)) is None


def test_a_lane_of_which_nothing_can_be_read_is_stuck_and_says_where(progress: Progress) -> None:
    progress.cannot_read("0", {FIRST: Unreadable(7, "damaged", at(0))})
    progress.positioned("0", {FIRST: ReadPosition(7, 12)}, at(1))
    both_polled(progress, 500)
    assert "cx.interactions.v1/0 cannot be read from offset 7 on: damaged" in str(progress.stuck(at(500)))
