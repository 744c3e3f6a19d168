"""Cells counted anew, from the journal, the invitations and the responses."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

from router.decide.coverage_cells import CoverageSums, day_of
from router.decide.score_cells import ScoreSums
from router.model.cells import CoverageCell, ScoreCell, stage_bits
from router.model.encoding import decode_covered
from router.model.ledger import Changes, CoveredRow
from router.model.responses import Covered
from router.store import Recounting, SqlStore

AT_ONCE: Final = 5_000
"""So many changes are appended in one transaction."""

MOST_SUMS: Final = 100_000
"""So many sums are kept in memory before the database gets them."""

_PLANNED: Final = stage_bits("planned")


class Rebuilt(Struct, frozen=True):
    """What cells lacked, or held too much. Cells of days before the first one that was looked at stay as they are.

    `interactions` and `responses` are those counted; `months` are those of which a
    cell was not the sum of those of its days, by their first days.
    """

    interactions: int
    responses: int
    coverage_since: date
    scores_since: date
    coverage: list[CoverageCell]
    scores: list[ScoreCell]
    months: list[date]


async def rebuild(
    store: SqlStore,
    zone: tzinfo,
    *,
    check: bool = False,
    since: date | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Rebuilt:
    """Counts all cells anew and, unless it is only a `check`, appends what they lack as changes.

    All is read in one snapshot, and nothing is overwritten: what workers append meanwhile is neither missed nor counted
    twice. Where what cells were counted from was deleted by age, only days behind that are looked at; `since` names them.
    Days of scores are told in `zone`.
    """
    async with store.recounting() as recounting:
        interactions, incomplete = await _coverage(recounting, on_progress)
        heard = await _scores(recounting, zone)
        decided, received = await recounting.begins()
        coverage_since = since or _first_whole(*await recounting.coverage_days(), decided, zone)
        scores_since = since or _first_whole(*await recounting.scores_days(), received, zone)
        if since is None and incomplete is not None:
            coverage_since = max(coverage_since, incomplete + timedelta(days=1))
        coverage = await recounting.coverage_lacking(coverage_since)
        scores = await recounting.scores_lacking(scores_since)
        months = await recounting.wrong_months()
    if not check:
        for month in months:
            await store.run(lambda transaction: transaction.mend_month(month))  # noqa: B023 - run at once
        for place in range(0, max(len(coverage), len(scores)), AT_ONCE):
            some = slice(place, place + AT_ONCE)
            changes = Changes([], [], [], [], {}, scores=scores[some], coverage=coverage[some])
            await store.run(lambda transaction: transaction.save(changes))  # noqa: B023 - run at once
    return Rebuilt(interactions, heard, coverage_since, scores_since, coverage, scores, months)


async def _coverage(
    recounting: Recounting, on_progress: Callable[[int, int], None]
) -> tuple[int, date | None]:
    """Counts what interactions and invitations came to; how many, and the last day of an invitation that is deleted."""
    total, done, sums = await recounting.interactions(), 0, CoverageSums()
    incomplete: date | None = None
    async for rows in recounting.covered():
        for row in rows:
            covered = count(sums, row)
            if row.state is None and covered.stages & _PLANNED:
                day = day_of(covered.touchpoint)
                incomplete = max(day, incomplete or day)
        done += len(rows)
        on_progress(done, total)
        if len(sums) > MOST_SUMS:
            await recounting.expect(coverage=sums.cells())
            sums = CoverageSums()
    await recounting.expect(coverage=sums.cells())
    return done, incomplete


def count(sums: CoverageSums, row: CoveredRow) -> Covered:
    """Counts what one interaction changed in the coverage, and what became of the invitation that it planned."""
    covered = decode_covered(row.covered)
    sums.decided(covered.touchpoint, covered.stages, covered.lost, row.reason)
    if row.state is not None:
        sums.settled(covered.touchpoint, row.state, row.ended)
    return covered


async def _scores(recounting: Recounting, zone: tzinfo) -> int:
    done, sums = 0, ScoreSums()
    async for responses in recounting.counted():
        for response in responses:
            sums.add(response, zone)
        done += len(responses)
        if len(sums) > MOST_SUMS:
            await recounting.expect(scores=sums.cells())
            sums = ScoreSums()
    await recounting.expect(scores=sums.cells())
    return done


def _first_whole(counted: date | None, cells: date | None, begins: datetime | None, zone: tzinfo) -> date:
    """The first day that is looked at: any, unless cells tell of earlier days than all that was counted.

    Then something was deleted by age, and whole are the days after the one that what is kept begins in.
    """
    if cells is None or (counted is not None and counted <= cells):
        return date.min
    return date.max if begins is None else begins.astimezone(zone).date() + timedelta(days=1)
