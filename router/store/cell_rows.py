"""Cells as rows: their columns, their values, and the SQL that adds changes to cells."""

from typing import Any, Final

from sqlalchemy import Select, and_, select

from router.model.cells import MOST_SCORES, STAGES, CoverageCell, ScoreCell, cell_key
from router.store.schema import invitations, journal

COUNTS_OF_SCORES: Final = tuple(f"n{place}" for place in range(MOST_SCORES))
SCORE_COLUMNS: Final = ("cell", *ScoreCell.__struct_fields__[:-1], *COUNTS_OF_SCORES)
COVERAGE_COLUMNS: Final = ("cell", *CoverageCell.__struct_fields__[:-1], *STAGES)

ROLLED: Final = (
    ("score_cells", "score_changes", SCORE_COLUMNS, COUNTS_OF_SCORES),
    ("coverage_cells", "coverage_changes", COVERAGE_COLUMNS, STAGES),
)
"""What is rolled up: cells, their changes, the columns of both, those of them that are counts."""


def score_values(cell: ScoreCell) -> tuple[Any, ...]:
    """The values of `SCORE_COLUMNS`."""
    dimensions = (
        cell.basis,
        cell.day,
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
    return (cell_key(*dimensions), *dimensions, *cell.counts, *(0,) * (MOST_SCORES - len(cell.counts)))


def coverage_values(cell: CoverageCell) -> tuple[Any, ...]:
    """The values of `COVERAGE_COLUMNS`."""
    dimensions = (
        cell.day,
        cell.journey,
        cell.step,
        cell.channel,
        cell.attribute,
        cell.value,
        cell.reason,
    )
    return (cell_key(*dimensions), *dimensions, *cell.counts)


def added(cells: str, columns: tuple[str, ...], counts: tuple[str, ...], changes: str) -> str:
    """The statement that adds up `changes`, the text of what follows FROM, into the table `cells`."""
    dimensions = ", ".join(name for name in columns if name not in counts)
    sums = ", ".join(f"sum({name})" for name in counts)
    more = ", ".join(f"{name} = {cells}.{name} + excluded.{name}" for name in counts)
    return (
        f"INSERT INTO {cells} ({dimensions}, {', '.join(counts)})"  # noqa: S608 - fixed names
        f" SELECT {dimensions}, {sums} FROM {changes} GROUP BY {dimensions}"
        f" ON CONFLICT (cell) DO UPDATE SET {more}"
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
