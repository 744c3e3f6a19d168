"""What became of the records of sources: one record's outcome, and how many of each in an hour."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

SourceOutcome = Literal["mapped", "skipped", "dead_letter"]

UNCLAIMED: Final = "(none)"
"""Stands for the source of records that no source of their topic takes; no source can be called so."""

LONGEST_WHY: Final = 200
"""So many characters of a reason are kept."""


class SourceRecord(Struct, frozen=True):
    """What became of one record. `why` is the reason of what was skipped, or that of the dead letter.

    `at` is the record's own timestamp in milliseconds since 1970, `place` where it lies. A record of which only a part could be mapped is a dead letter.
    """

    source: str
    outcome: SourceOutcome
    why: str
    at: int
    place: str = ""


class SourceCount(Struct, frozen=True):
    """So many records of a source had this outcome within the hour that begins at `hour` (aware, UTC).

    `last_at` is the latest timestamp among them.
    """

    source: str
    hour: datetime
    outcome: SourceOutcome
    why: str
    records: int
    last_at: datetime
