"""What records tell about our clock, and what may lie in the future by them."""

from datetime import UTC, datetime, timedelta

import pytest

from router.flow.kafka_time import AHEAD, KafkaTime
from router.model.record import Record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALLOWED = timedelta(seconds=60)
DAYS = timedelta(days=2)


def record(
    ahead: timedelta = timedelta(0), *, appended: bool = False, timestamp: int | None = None
) -> Record:
    """A record with a timestamp so far ahead of our clock."""
    given = int((NOW + ahead).timestamp() * 1000) if timestamp is None else timestamp
    return Record("t", 0, 0, given, None, None, appended=appended)


def read(*records: Record, asks_producers: bool = True) -> KafkaTime:
    told = KafkaTime(asks_producers=asks_producers)
    told.note(records, NOW)
    return told


def test_what_lay_for_long_says_nothing() -> None:
    told = read(*[record(-DAYS, appended=True), record(-DAYS)] * 60)
    assert told.behind() == timedelta(0)
    assert told.in_words(ALLOWED) is None
    assert told.latest(record(-DAYS), NOW) == NOW + AHEAD
    assert told.latest(record(-DAYS, appended=True), NOW) == NOW + AHEAD


@pytest.mark.parametrize("asks_producers", [True, False])
def test_one_timestamp_of_kafkas_own_is_enough(asks_producers: bool) -> None:
    told = read(record(-DAYS, appended=True), record(DAYS, appended=True), asks_producers=asks_producers)
    assert told.behind_kafka() == DAYS
    assert told.latest(record(DAYS, appended=True), NOW) == NOW + DAYS + AHEAD
    assert "172800 s behind Kafka's" in str(told.in_words(ALLOWED))


def test_producers_are_believed_when_most_of_them_agree() -> None:
    told = read(*[record(DAYS)] * 20)
    assert told.latest(record(DAYS), NOW) == NOW + DAYS + AHEAD
    assert "that of the producers" in str(told.in_words(ALLOWED))


def test_one_producer_with_a_wrong_clock_is_not_believed() -> None:
    told = read(*[record(timedelta(seconds=-1))] * 60, *[record(timedelta(days=700))] * 39)
    assert told.latest(record(timedelta(days=700)), NOW) == NOW + AHEAD
    assert told.in_words(ALLOWED) is None


def test_producers_are_not_asked_where_the_database_is() -> None:
    told = read(*[record(DAYS)] * 20, asks_producers=False)
    assert told.latest(record(DAYS), NOW) == NOW + AHEAD
    assert told.in_words(ALLOWED) is not None


def test_a_little_is_no_reason() -> None:
    assert read(record(timedelta(seconds=59), appended=True)).in_words(ALLOWED) is None
    assert read(*[record(timedelta(hours=23))] * 50).in_words(ALLOWED) is None


def test_it_is_over_when_the_clock_is_right_again() -> None:
    told = read(record(DAYS, appended=True))
    told.note([record(appended=True)] * 100, NOW)
    assert told.in_words(ALLOWED) is None


@pytest.mark.parametrize("timestamp", [-1, 0, 2**63 - 1, -(2**63), 253_402_300_800_000])
@pytest.mark.parametrize("appended", [True, False])
def test_timestamps_that_are_none_harm_nothing(timestamp: int, appended: bool) -> None:
    strange = record(timestamp=timestamp, appended=appended)
    told = read(strange)
    assert told.behind() == timedelta(0)
    assert told.latest(strange, NOW) == NOW + AHEAD


def test_the_end_of_time_is_the_latest_there_is() -> None:
    last = record(timestamp=253_402_300_799_000, appended=True)
    assert read(last).latest(last, NOW) == datetime.max.replace(tzinfo=UTC)
