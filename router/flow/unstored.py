"""What can not be stored: whose it is, and what becomes of its record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from router.decide.batch import Batch
from router.model.interaction import Interaction
from router.model.record import DeadLetter, Record

MOST_ASIDE: Final = 20
"""So many customers may be set aside before something else is held to be wrong."""

_SEE: Final = "`feedback-router customer set-aside` tells what to do."
PASSED_OVER: Final = f"Its customer is set aside, because something of them can not be stored. {_SEE}"


class Unstored(Struct, frozen=True):
    """What could not be stored, alone and again: where it lies, a word for why, and the error behind it.

    `set_aside` tells whether its customer is known and left alone from then on.
    """

    place: str
    cause: str
    error: Exception
    set_aside: bool


class Taken(Struct, frozen=True):
    """What was read: each interaction with its record, its dedupe key and the clock it is decided at; the addresses.

    `passed` is up to when time has passed for everybody then.
    """

    interactions: list[Interaction]
    records: list[Record]
    keys: list[UUID]
    moments: list[datetime]
    passed: list[datetime | None]
    addresses: dict[UUID, dict[str, str]]

    def only(self, some: Sequence[int]) -> "Taken":
        """What stands at some places."""
        return Taken(
            [self.interactions[at] for at in some],
            [self.records[at] for at in some],
            [self.keys[at] for at in some],
            [self.moments[at] for at in some],
            [self.passed[at] for at in some],
            self.addresses,
        )


class Stored(Struct):
    """What came of a batch: the folded parts of it, and the records that are left out of the store.

    `nobodys` of these belong to no customer who could be set aside.
    """

    batches: list[Batch] = []
    left_out: list[DeadLetter] = []
    nobodys: int = 0
    unstored: list[Unstored] = []
    passed_over: int = 0


def place_of(record: Record) -> str:
    """Where a record lies, as people and logs name it."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def dead_letter(record: Record, detail: str) -> DeadLetter:
    """The record as a dead letter that can not be stored."""
    return DeadLetter(record, "not_stored", detail)


def not_stored(cause: str) -> str:
    """The detail of a dead letter, after a word for why."""
    return f"It can not be stored ({cause}). {_SEE}"


def once(letters: Sequence[DeadLetter], known: Sequence[DeadLetter]) -> list[DeadLetter]:
    """One dead letter for a record, whatever number of interactions it held."""
    seen = {id(letter.record) for letter in known}
    kept = []
    for letter in letters:
        if id(letter.record) not in seen:
            seen.add(id(letter.record))
            kept.append(letter)
    return kept
