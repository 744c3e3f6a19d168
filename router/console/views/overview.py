"""Overview: whom we ask and whom not, how it is, and what waits for somebody."""

import asyncio
from typing import Final

from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.periods import begins
from router.insights.score_report import ScoreReport, ScoreRow
from router.insights.score_sentences import name_of
from router.model.alerts import AlertsWaiting
from router.model.cells import STAGES, WantedCoverage
from router.pages import asking
from router.pages.coverage_figures import as_json
from router.pages.coverage_words import heard, why_not_rows
from router.pages.csv_table import Table
from router.pages.scores_rows import about as about_scores
from router.pages.scores_rows import survey_names
from router.words.coverage import headline, stage_words
from router.words.figures import percent
from router.words.reports import say
from router.words.scores import figure

_MOST_REASONS: Final = 8
_MOST_REVISIONS: Final = 5


async def show(visit: Visit) -> Shown:
    """The funnel with its reasons, a tile for each score, and what waits."""
    about, rules, store = visit.filters, visit.rules, visit.console.store
    wanted = WantedCoverage(journey=about.journey, step=about.step, channel=about.channel)
    chosen = {name: getattr(about, name) for name in ("survey", "journey", "step", "channel")}
    period = asking.Period(about.since, about.until)
    compared = asking.Period(about.since, about.until, about.compare)
    day, language = visit.today, visit.language
    found, scores, alerts, aside, revisions = await asyncio.gather(
        asking.coverage(store, rules, period, day, wanted, ("journey", "step")),
        asking.scores(store, rules, compared, day, language, **chosen),
        store.alerts.waiting(visit.now),
        store.reading.set_aside(),
        store.revisions.revisions(limit=_MOST_REVISIONS),
    )
    days, zone = found.days, visit.voice.zone
    first = begins(days.first, zone) if days.first is not None else None
    records = await store.source_counts.counted(first, begins(days.after, zone))
    dead = sum(one.records for one in records if one.outcome == "dead_letter")
    total = found.report.total
    had = total.stages["had_step"]
    told = days.told(language)
    values = {
        "period": f"{told[0].upper()}{told[1:]}.",
        "about_scores": about_scores(scores.told, language)[1:],
        "headline": headline(*heard(total), language),
        "stages": [
            (stage, stage_words(stage, language), total.stages[stage], percent(total.stages[stage] / had))
            for stage in STAGES
            if had
        ],
        "had": had,
        "why_not": why_not_rows(total, language)[:_MOST_REASONS],
        "scores": _tiles(scores.told, visit),
        "waiting": _waiting(alerts),
        "aside": len(aside),
        "dead": dead,
        "revisions": revisions,
        "choices": visit.choices(),
    }
    data = {
        "coverage": as_json(found.report, days, rules.policy.zone),
        "scores": scores.report,
        "alerts": alerts,
        "set_aside": len(aside),
        "source_dead_letters": dead,
        "revisions": revisions,
    }
    table = Table(
        ["stage", "touchpoints", "share"],
        [[stage, total.stages[stage], total.stages[stage] / had if had else None] for stage in STAGES],
    )
    return Shown("overview.html", values, data, table)


def _waiting(alerts: list[AlertsWaiting]) -> tuple[int, int]:
    """How many alerts are not closed, and how many of them are overdue."""
    return sum(one.waiting for one in alerts), sum(one.overdue for one in alerts)


def _tiles(report: ScoreReport, visit: Visit) -> list[dict[str, object]]:
    """A tile for each score; two metrics never share one."""
    language, name = visit.language, survey_names(report, visit.language)
    return [
        {
            "survey": row.question.survey,
            "title": f"{name_of(row.question, row.measure, language)}: {name(row)}",
            "point": "-" if row.point is None else figure(row.measure, row.point),
            "between": _between(row, visit),
            "n": f"{row.n:,}",
            "coverage": percent(row.answered_of.had_step.share) if row.answered_of else "",
            "verdict": say(language, row.verdict) if row.change is not None else "",
        }
        for row in report.rows
    ]


def _between(row: ScoreRow, visit: Visit) -> str:
    if row.low is None or row.high is None:
        return visit.t("too few answers for a score")
    low, high = figure(row.measure, row.low), figure(row.measure, row.high)
    return visit.t("{low} to {high}", low=low, high=high)


PAGE = Page("/", "Overview", show, group="Hear")
