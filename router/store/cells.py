"""Reads cells: the rolled up ones and the changes that are not yet, as one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from msgspec.structs import asdict
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    cast,
    func,
    literal_column,
    select,
    text,
    type_coerce,
    union_all,
)

from router.model.cells import (
    STAGES,
    CoverageCount,
    CoverageDimension,
    Question,
    ScoreCounts,
    ScoreDimension,
    WantedCoverage,
    WantedScores,
    first_of_month,
    next_month,
)
from router.store.cell_rows import COUNTS_OF_SCORES
from router.store.database import Database
from router.store.schema import (
    coverage_cells,
    coverage_changes,
    coverage_months,
    score_cells,
    score_changes,
    score_months,
)

_QUESTION: Final = Question.__struct_fields__
Period = tuple[date | None, date | None]
"""From a day, to before a day; None: from the beginning, to the end."""


class Levels(NamedTuple):
    """The tables of one kind of cells: by day, by month, and the changes that are in neither yet."""

    days: Table
    months: Table
    changes: Table


_SCORES: Final = Levels(score_cells, score_months, score_changes)
_COVERAGE: Final = Levels(coverage_cells, coverage_months, coverage_changes)
_OWN_TERMS: Final = ("since", "until", "attributes", "imported")


class Cells:
    """Counts by any dimensions, added up in the database. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def scores(self, wanted: WantedScores, by: Sequence[ScoreDimension] = ()) -> list[ScoreCounts]:
        """The scores of each question, grouped by these dimensions, in their order."""
        terms = _terms(wanted)
        if wanted.imported != "both":
            terms.append(
                lambda table: table.c.imported == "" if wanted.imported == "no" else table.c.imported != ""
            )
        rows = await self._sums(_SCORES, wanted, terms, (*_QUESTION, *by), COUNTS_OF_SCORES)
        found = []
        for row in rows:
            question = Question(*row[: len(_QUESTION)])
            answers = question.scale_high - question.scale_low + 1
            counts = tuple(map(int, row[len(_QUESTION) + len(by) :]))[:answers]
            if any(counts):
                found.append(
                    ScoreCounts(question, tuple(row[len(_QUESTION) : len(_QUESTION) + len(by)]), counts)
                )
        return found

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        """The touchpoints of each stage and reason, grouped by these dimensions, in their order.

        In `had_step`, `waited`, `matched` and `planned` they are told apart by the reason for which they were withheld,
        too.
        """
        rows = await self._sums(_COVERAGE, wanted, _terms(wanted), (*by, "reason"), STAGES)
        return [
            CoverageCount(tuple(row[: len(by)]), stage, row[len(by)], int(count))
            for row in rows
            for stage, count in zip(STAGES, row[len(by) + 1 :], strict=True)
            if count
        ]

    async def _sums(
        self,
        levels: Levels,
        wanted: WantedScores | WantedCoverage,
        terms: Sequence[Callable[[Table], ColumnElement[bool]]],
        by: Sequence[str],
        counts: Sequence[str],
    ) -> Sequence[Any]:
        sqlite = self._database.is_sqlite
        parts: list[Select[Any]] = [
            select(
                *(
                    _dimension(table, name, sqlite=sqlite).label(f"by{place}")
                    for place, name in enumerate(by)
                ),
                *(table.c[name] for name in counts),
            ).where(*(term(table) for term in terms), *(_within(table, period)))
            for table, period in _parts(levels, (wanted.since, wanted.until), by)
        ]
        both = union_all(*parts).subquery()
        groups = [both.c[f"by{place}"] for place in range(len(by))]
        query = (
            select(*groups, *(func.sum(both.c[name]) for name in counts)).group_by(*groups).order_by(*groups)
        )
        async with self._database.connect() as connection:
            if not sqlite:
                # Not a lookup by keys but a sum over many rows, for which the values of the terms matter.
                await connection.execute(
                    text(
                        "SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'on'),"
                        " ('plan_cache_mode', 'force_custom_plan')) AS wanted (name, value)"
                    )
                )
            return (await connection.execute(query)).all()


def _parts(levels: Levels, period: Period, by: Sequence[str]) -> list[tuple[Table, Period]]:
    """The tables that a period is read from: whole months where days are not told apart, the days around them, changes."""
    since, until = period
    begins = since if since is None or since.day == 1 else next_month(since)
    ends = first_of_month(until) if until is not None else None
    parts = [(levels.changes, period)]
    if "day" in by or "week" in by or (begins is not None and ends is not None and begins >= ends):
        return [(levels.days, period), *parts]
    if begins != since:
        parts.append((levels.days, (since, begins)))
    if ends != until:
        parts.append((levels.days, (ends, until)))
    return [(levels.months, (begins, ends)), *parts]


def _within(table: Table, period: Period) -> list[ColumnElement[bool]]:
    since, until = period
    begun = [table.c.day >= since] if since is not None else []
    return [*begun, table.c.day < until] if until is not None else begun


def _terms(wanted: WantedScores | WantedCoverage) -> list[Callable[[Table], ColumnElement[bool]]]:
    """What the rows of a table must be like."""
    terms: list[Callable[[Table], ColumnElement[bool]]] = []
    if wanted.attributes:
        terms.append(lambda table: table.c.attribute.in_(wanted.attributes))
    for name, value in asdict(wanted).items():
        if name not in _OWN_TERMS and value is not None:
            terms.append(lambda table, name=name, value=value: table.c[name] == value)  # type: ignore[misc]
    return terms


def _dimension(table: Table, name: str, *, sqlite: bool) -> ColumnElement[Any]:
    if name not in ("week", "month"):
        return table.c[name]
    day = table.c.day
    if not sqlite:
        return cast(func.date_trunc(literal_column(f"'{name}'"), day), Date)
    begins = func.date(day, "weekday 0", "-6 days") if name == "week" else func.date(day, "start of month")
    return type_coerce(begins, Date)
