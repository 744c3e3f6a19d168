"""Whether a value changed by what is remembered of it: in order, late, again, and where little is known."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from router.model.remembered import MOST_RUNS, Change, Run, Seen, decode_runs, kept_text, value_key
from router.sources.remembering import Memory

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
KEY = UUID(int=1)
TO = frozenset({"closed", "solved"})


def seen(value: str, minute: int) -> Seen:
    return Seen(KEY, value, BEGIN + timedelta(minutes=minute))


def told(memory: Memory, *messages: tuple[str, int], unseen: bool = False) -> list[bool]:
    """Of each message in turn whether it is a change to closed or solved."""
    found = []
    for value, minute in messages:
        one = seen(value, minute)
        found.append(value in TO and memory.hold([Change(one, "state", TO, unseen)]))
        memory.note([one])
    return found


@pytest.mark.parametrize(
    ("messages", "changed"),
    [
        ([("open", 1), ("closed", 2)], [False, True]),
        ([("open", 1), ("closed", 2), ("closed", 3)], [False, True, False]),
        ([("open", 1), ("solved", 2), ("closed", 3)], [False, True, False]),
        ([("open", 1), ("closed", 2), ("open", 3), ("closed", 4)], [False, True, False, True]),
        # The same message again says what it said.
        ([("open", 1), ("closed", 2), ("open", 1), ("closed", 2), ("closed", 3)], [False, True, False, True, False]),
        # Late: what was in between counts, what was counted already does not.
        ([("open", 1), ("closed", 3), ("closed", 2)], [False, True, False]),
        ([("open", 1), ("open", 3), ("closed", 2)], [False, False, True]),
        ([("open", 1), ("open", 3), ("closed", 2), ("closed", 4)], [False, False, True, True]),
        ([("open", 1), ("closed", 4), ("solved", 3)], [False, True, False]),
        # Two within one second, in the order in which they came.
        ([("open", 1), ("closed", 1)], [False, True]),
        ([("open", 1), ("closed", 1), ("open", 1), ("closed", 1)], [False, True, False, True]),
        # Never seen before, and seen only later.
        ([("closed", 1), ("closed", 2)], [False, False]),
        ([("closed", 2), ("closed", 1)], [False, False]),
    ],
)  # fmt: skip
def test_what_is_a_change(messages: list[tuple[str, int]], changed: list[bool]) -> None:
    assert told(Memory(), *messages) == changed


def test_the_first_message_of_a_thing_is_what_the_author_says() -> None:
    assert told(Memory(), ("closed", 1), ("closed", 2), ("closed", 1), unseen=True) == [True, False, True]
    assert told(Memory(), ("closed", 2), ("closed", 1), unseen=True) == [True, False]
    assert told(Memory(), ("open", 1), ("closed", 2), unseen=True) == [False, True]


def test_it_does_not_grow_and_what_it_forgot_is_no_change() -> None:
    memory = Memory()
    flips = [("open" if minute % 2 else "closed", minute) for minute in range(2, 60)]
    assert told(memory, *flips) == [False] + [value == "closed" for value, _ in flips[1:]]
    (row,) = memory.rows(date(2026, 1, 2))
    runs = decode_runs(row.body)
    assert len(runs) == MOST_RUNS
    assert told(memory, ("closed", 1), ("closed", 4), unseen=True) == [False, False]
    # The newest is known.
    assert told(memory, ("closed", 70)) == [runs[-1].value == "open"]


def test_only_what_changed_is_written_and_what_is_new_is_told() -> None:
    known = {KEY: (Run("open", BEGIN, BEGIN),)}
    memory = Memory(known)
    memory.note([Seen(KEY, "open", BEGIN)])
    assert memory.rows(date(2026, 1, 2)) == []
    other = UUID(int=0)
    memory.note([seen("closed", 1), Seen(other, "open", BEGIN)])
    assert [(row.key, row.new) for row in memory.rows(date(2026, 1, 2))] == [(other, True), (KEY, False)]


def test_in_whatever_order_messages_come_each_change_counts_once_at_most_and_again_the_same() -> None:
    """A made-up life of a thing, its messages shuffled a little and sent twice."""
    chance = random.Random(11)
    for _ in range(300):
        values = [chance.choice(["open", "waiting", "closed"]) for _ in range(6)]
        life = [(value, minute) for minute, value in enumerate(values)]
        in_order = dict(zip(life, told(Memory(), *life), strict=True))
        late = sorted(life, key=lambda one: one[1] + chance.choice([0, 0, 2.5]))
        memory = Memory()
        first = dict(zip(late, told(memory, *late), strict=True))
        changes = sum(in_order.values())
        assert sum(first.values()) <= changes, (life, late)
        if late == life:
            assert first == in_order
            assert dict(zip(life, told(memory, *life), strict=True)) == in_order


def test_a_key_tells_source_thing_and_value_apart_and_a_long_value_is_kept_by_its_hash() -> None:
    keys = {value_key("a", "1", "state"), value_key("b", "1", "state"), value_key("a", "2", "state")}
    assert len(keys | {value_key("a", "1", "group")}) == 4
    assert value_key("a", "\ud800", "state") != value_key("a", "\ud801", "state")
    assert kept_text("open") == "open"
    assert len(kept_text("x" * 1_000_000)) == 64
