"""What came in, counted for `check`: from a file of events, or from the journal."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from router.cli.faults import FAILED, Refused
from router.cli.output import progress, told
from router.model.spelling import counted

if TYPE_CHECKING:
    from router.authoring.came_in import CameIn

SINCE: Final = "30d"


def of_events(name: str) -> "CameIn":
    """The interactions of a file of events. Raises `Refused` where nothing of it can be read."""
    from router.authoring.came_in import CameIn
    from router.cli import lines
    from router.decode import decode_line

    found, unread, first = CameIn(), 0, ""
    with lines.opened(name) as source, progress("reading", source.size) as bar:
        for block in source.blocks():
            for line in block:
                for event in lines.events_of(line.text):
                    outcome = decode_line(event, line.number, lines.ANY_TIME)
                    for interaction in outcome.interactions:
                        found.take(interaction)
                    if outcome.dead is not None:
                        unread += 1
                        first = first or f"line {line.number}: {outcome.dead.reason}: {outcome.dead.detail}"
            bar.at(block[-1].read)
    if unread and not found.interactions:
        raise Refused(f"Nothing of {name} can be read: {first}", FAILED)
    if unread:
        told(f"{counted(unread, 'event')} of {name} cannot be read and left out; the first: {first}")
    _tell(found)
    return found


def of_journal(since: str, data: Path | None) -> "CameIn":
    """The interactions that were decided since then, and preferences whenever they came."""
    from router.authoring.language.amounts import duration

    span = duration(since)
    if span is None:
        raise Refused(f"{since!r} is no duration: write it as 30d, 2w or 12h.")
    found = asyncio.run(_of_journal(span, data))
    _tell(found)
    return found


async def _of_journal(span: timedelta, data: Path | None) -> "CameIn":
    from router.authoring.came_in import CameIn
    from router.cli.opening import opened_reading, settings_of
    from router.model.encoding import decode_interaction

    found = CameIn()
    async with opened_reading(settings_of(data)) as reading:
        async for rows in reading.journal_in_order(datetime.now(UTC) - span):
            for row in rows:
                found.take(decode_interaction(row.body))
    return found


def _tell(found: "CameIn") -> None:
    if found.first is None or found.last is None:
        told("No interaction came in: there is nothing to compare the rules with.")
        return
    days = f"from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}"
    told(f"Compared with {counted(found.interactions, 'interaction')} {days}.")
