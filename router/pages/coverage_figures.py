"""Coverage as JSON and as CSV, nothing rounded."""

from router.insights.coverage import CoverageReport
from router.insights.funnels import Funnel
from router.insights.periods import Days
from router.model.cells import STAGES
from router.pages.csv_table import Table


def csv_table(report: CoverageReport) -> Table:
    """A line for each group."""
    columns = [*report.by, *STAGES, "reached", "of_sent", "of_reached", "coverage"]
    return Table(columns, [[*map(str, one.group), *_figures(one)] for one in report.groups])


def as_json(report: CoverageReport, days: Days, zone: str) -> dict[str, object]:
    """The report as JSON, groups by the names of what they are grouped by."""
    return {
        "first_day": days.first,
        "last_day": days.last,
        "zone": zone,
        "journey": report.wanted.journey,
        "step": report.wanted.step,
        "channel": report.wanted.channel,
        "total": _funnel(report.total),
        "by": report.by,
        "groups": [
            {**dict(zip(report.by, map(str, one.group), strict=True)), **_funnel(one)}
            for one in report.groups
        ],
        "blind_spots": report.blind_spots,
        "who_answered": report.who_answered,
    }


def _funnel(one: Funnel) -> dict[str, object]:
    return {"stages": one.stages, "reasons": one.reasons, "answered_of": one.answered_of}


def _figures(one: Funnel) -> list[object]:
    found = one.answered_of
    shares = [found.sent.share, found.reached.share, found.had_step.share]
    return [*(one.stages[stage] for stage in STAGES), found.reached.of, *shares]
