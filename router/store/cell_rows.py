"""Cells as rows: their columns, their values, and the SQL that adds changes to cells."""

from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, and_, select

from router.model.cells import MOST_SCORES, STAGES, CoverageCell, ScoreCell, cell_key
from router.store.schema import invitations, journal

COUNTS_OF_SCORES: Final = tuple(f"n{place}" for place in range(MOST_SCORES))
SCORE_COLUMNS: Final = ("cell", *ScoreCell.__struct_fields__[:-1], *COUNTS_OF_SCORES)
COVERAGE_COLUMNS: Final = ("cell", *CoverageCell.__struct_fields__[:-1], *STAGES)


class Rolled(Struct, frozen=True):
    """What is rolled up: the tables of changes, of cells by day and by month, their columns, and which of these are counts."""

    changes: str
    days: str
    months: str
    columns: tuple[str, ...]
    counts: tuple[str, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns that tell cells apart, but for the day."""
        return tuple(name for name in self.columns if name not in ("cell", "day", *self.counts))


ROLLED: Final = (
    Rolled("score_changes", "score_cells", "score_months", SCORE_COLUMNS, COUNTS_OF_SCORES),
    Rolled("coverage_changes", "coverage_cells", "coverage_months", COVERAGE_COLUMNS, STAGES),
)


class Dialect(Struct, frozen=True):
    """How a database says the first of the month of a `day`, and any one of a group's cells."""

    month: str
    cell: str


POSTGRES: Final = Dialect("CAST(date_trunc('month', day) AS date)", "(array_agg(cell))[1]")
SQLITE: Final = Dialect("date(day, 'start of month')", "min(cell)")


def score_values(cell: ScoreCell) -> tuple[Any, ...]:
    """The values of `SCORE_COLUMNS`."""
    dimensions = (
        cell.basis,
        cell.survey,
        cell.metric,
        cell.scale_low,
        cell.scale_high,
        cell.polarity,
        cell.text_version,
        cell.presentation,
        cell.journey,
        cell.step,
        cell.channel,
        cell.rule,
        cell.revision,
        cell.attribute,
        cell.value,
        cell.imported,
    )
    basis, *others = dimensions
    more = (0,) * (MOST_SCORES - len(cell.counts))
    return (cell_key(*dimensions), basis, cell.day, *others, *cell.counts, *more)


def coverage_values(cell: CoverageCell) -> tuple[Any, ...]:
    """The values of `COVERAGE_COLUMNS`."""
    dimensions = (
        cell.journey,
        cell.step,
        cell.channel,
        cell.attribute,
        cell.value,
        cell.reason,
    )
    return (cell_key(*dimensions), cell.day, *dimensions, *cell.counts)


def added(into: str, rolled: Rolled, changes: str, day: str = "day") -> str:
    """The statement that adds up `changes`, the text of what follows FROM, into a table by days or, as `day`, by months."""
    dimensions = ", ".join(("cell", *rolled.dimensions))
    sums = ", ".join(f"sum({name})" for name in rolled.counts)
    return (
        f"INSERT INTO {into} (day, {dimensions}, {', '.join(rolled.counts)})"  # noqa: S608 - fixed names
        f" SELECT {day} AS begins, {dimensions}, {sums} FROM {changes} GROUP BY begins, {dimensions}"
        f" {more_of(into, rolled)}"
    )


def more_of(into: str, rolled: Rolled) -> str:
    """What makes an INSERT add to the cells that are there."""
    more = ", ".join(f"{name} = {into}.{name} + excluded.{name}" for name in rolled.counts)
    return f"ON CONFLICT (cell, day) DO UPDATE SET {more}"


def differing(rolled: Rolled, dialect: Dialect, days: str = "true") -> str:
    """The query of what the months lack of the sums of their days; negative where they hold too much.

    `days` is a condition that is true of the days of whole months.
    """
    dimensions = ", ".join(rolled.dimensions)
    plus, minus = ", ".join(rolled.counts), ", ".join(f"-{name} AS {name}" for name in rolled.counts)
    sums = ", ".join(f"sum({name}) AS {name}" for name in rolled.counts)
    lacking = " OR ".join(f"sum({name}) <> 0" for name in rolled.counts)
    return (
        f"SELECT day, {dialect.cell} AS cell, {dimensions}, {sums} FROM ("  # noqa: S608 - fixed names
        f"SELECT {dialect.month} AS day, cell, {dimensions}, {plus} FROM {rolled.days} WHERE {days}"
        f" UNION ALL SELECT day, cell, {dimensions}, {minus} FROM {rolled.months} WHERE {days}) AS held"
        f" GROUP BY day, {dimensions} HAVING {lacking}"
    )


def mended(rolled: Rolled, dialect: Dialect, days: str) -> str:
    """The statement that makes months the sums of their days."""
    columns = ", ".join(("cell", *rolled.dimensions, *rolled.counts))
    # Without WHERE, SQLite takes ON for a join's.
    return (
        f"INSERT INTO {rolled.months} (day, {columns})"  # noqa: S608 - fixed names
        f" SELECT day, {columns} FROM ({differing(rolled, dialect, days)}) AS lacking WHERE true"
        f" {more_of(rolled.months, rolled)}"
    )


def covered_query() -> Select[Any]:
    """Rows of `CoveredRow`: whatever changed the coverage, with what became of its invitation."""
    about = and_(
        invitations.c.customer_id == journal.c.customer_id,
        invitations.c.key == journal.c.key,
        invitations.c.kind == "invitation",
    )
    return (
        select(journal.c.covered, journal.c.reason, invitations.c.state, invitations.c.reason)
        .select_from(journal.outerjoin(invitations, about))
        .where(journal.c.covered.is_not(None))
    )
