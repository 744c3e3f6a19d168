"""Overview: whom we ask and whom not, how it is, and what changed."""

import asyncio

from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.asked_scores import Asked
from router.insights.coverage import coverage
from router.insights.periods import Days
from router.insights.score_report import ScoreRow
from router.insights.score_sentences import name_of
from router.insights.scores import score_report
from router.model.cells import STAGES, WantedCoverage
from router.pages.coverage_figures import as_json
from router.pages.coverage_words import heard, why_not_rows
from router.pages.csv_table import Table
from router.pages.scores_rows import survey_names
from router.words.coverage import headline, stage_words
from router.words.figures import percent
from router.words.scores import figure


async def show(visit: Visit) -> Shown:
    """The funnel with its reasons, a tile for each score, and what waits for somebody."""
    days, policy = visit.filters.days(visit.today), visit.rules.policy
    store, asked = visit.console.store, visit.filters
    wanted = WantedCoverage(
        since=days.first, until=days.after, journey=asked.journey, step=asked.step, channel=asked.channel
    )
    question = Asked(days, survey=asked.survey, journey=asked.journey, step=asked.step, channel=asked.channel)
    funnel, scores, alerts, revisions = await asyncio.gather(
        coverage(store.cells, wanted, ("journey", "step"), policy.scores),
        score_report(store.cells, store.answers_by_customer, question, policy),
        store.alerts.waiting(visit.now),
        store.revisions.revisions(limit=5),
    )
    total, language = funnel.total, visit.language
    had = total.stages["had_step"]
    name = survey_names(scores, language)
    values = {
        "period": _period(days, visit),
        "headline": headline(*heard(total), language),
        "stages": [
            (stage, stage_words(stage, language), total.stages[stage], percent(total.stages[stage] / had))
            for stage in STAGES
            if had
        ],
        "had": had,
        "why_not": why_not_rows(total, language)[:8],
        "scores": [
            {
                "name": name(row),
                "measure": name_of(row.question, row.measure, language),
                "survey": row.question.survey,
                "point": figure(row.measure, row.point) if row.point is not None else "-",
                "between": _between(row, visit),
                "n": row.n,
                "coverage": percent(row.answered_of.had_step.share) if row.answered_of else "",
                "verdict": row.verdict,
            }
            for row in scores.rows
        ],
        "waiting": sum(one.waiting for one in alerts),
        "overdue": sum(one.overdue for one in alerts),
        "revisions": revisions,
        "choices": visit.choices(),
    }
    data = {
        "coverage": as_json(funnel, days, policy.zone),
        "scores": scores,
        "alerts": alerts,
        "revisions": revisions,
    }
    table = Table(
        ["stage", "touchpoints", "share"],
        [[stage, total.stages[stage], total.stages[stage] / had if had else None] for stage in STAGES],
    )
    return Shown("overview.html", values, data, table)


def _between(row: ScoreRow, visit: Visit) -> str:
    if row.low is None or row.high is None:
        return visit.t("too few answers for a score")
    low, high = figure(row.measure, row.low), figure(row.measure, row.high)
    return visit.t("{low} to {high}", low=low, high=high)


def _period(days: Days, visit: Visit) -> str:
    told = days.told(visit.language)
    return f"{told[0].upper()}{told[1:]}."


PAGE = Page("/", "Overview", show, group="Hear")
