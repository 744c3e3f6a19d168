"""A score report as CSV."""

from typing import Final

from router.insights.score_report import ScoreReport, ScoreRow
from router.model.cells import MOST_SCORES
from router.model.survey import METRICS
from router.pages.csv_table import Table


def csv_table(report: ScoreReport) -> Table:
    """A line for each row, nothing rounded. The figures of each metric have columns of their own."""
    names = [
        *report.by, "survey", "metric", "text_version", "presentation", "measure",
        *(f"{metric}{part}" for metric in METRICS for part in ("", "_low", "_high")),
        "n", "effective_n", *(f"answers_{place}" for place in range(MOST_SCORES)),
        *_OF_ALL, *_LIMITS, *_WEEK, *_CHANGE, "evidence", "verdict",
    ]  # fmt: skip
    return Table(names, [_cells(report, row) for row in report.rows])


_OF_ALL: Final = ("answered", "sent", "reached", "had_step")
_LIMITS: Final = ("overall", "warning_low", "warning_high", "action_low", "action_high")
_WEEK: Final = ("centre", "week_low", "week_high", "average", "average_low", "average_high")
_CHANGE: Final = (
    *("n_before", "before", "difference", "difference_low", "difference_high", "p"),
    *("more_needed", "rate", "mix"),
)


def _cells(report: ScoreReport, row: ScoreRow) -> list[object]:
    question, of, limits, week, change = row.question, row.answered_of, row.limits, row.week, row.change
    cells: list[object] = [row.group[name] for name in report.by]
    cells += [question.survey, question.metric, question.text_version, question.presentation, row.measure]
    for metric in METRICS:
        cells += [row.point, row.low, row.high] if question.metric == metric else [None] * 3
    counts = dict(zip(question.scores, row.distribution or (), strict=bool(row.distribution)))
    cells += [row.n, row.effective_n, *(counts.get(place) for place in range(MOST_SCORES))]
    cells += [of.sent.answered, of.sent.of, of.reached.of, of.had_step.of] if of else [None] * len(_OF_ALL)
    cells += [getattr(limits, name) for name in _LIMITS] if limits else [None] * len(_LIMITS)
    cells += (
        [week.centre, week.low, week.high, week.average, week.average_low, week.average_high]
        if week
        else [None] * len(_WEEK)
    )
    cells += (
        [
            *(change.n, change.point, change.difference, change.low, change.high, change.p),
            *(change.more_needed, change.rate, change.mix),
        ]
        if change
        else [None] * len(_CHANGE)
    )
    return [*cells, row.evidence, row.verdict]
