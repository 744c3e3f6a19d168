"""Journeys: their steps in order, with volume, share asked, CES and NPS apart, and effort: where it hurts."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from router.console.links import linked
from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.effort import Wanted
from router.insights.journeys import BY, journeys
from router.model.cells import WantedCoverage
from router.pages import asking
from router.pages.asking_effort import NOTHING, told_effort
from router.pages.coverage_figures import as_json
from router.pages.effort_words import sentences
from router.pages.journeys_page import csv_table, drawing, legend, mix_warnings, steps_table
from router.pages.pain_point_figures import as_json as pain_points_as_json
from router.pages.scores_rows import about as about_scores

if TYPE_CHECKING:
    from router.pages.effort_words import Told

_REPEAT_WITHIN = timedelta(days=7)


async def show(visit: Visit) -> Shown:
    """Each journey drawn and as a table. Effort is read from the journal, and only where it was asked for."""
    about, rules, store, language = visit.filters, visit.rules, visit.console.store, visit.language
    scores = await asking.scores(
        store, rules, asking.Period(about.since, about.until, about.compare), visit.today, language,
        by=BY, survey=about.survey, journey=about.journey, step=about.step, channel=about.channel,
    )  # fmt: skip
    # A comparison with a day before and after it tells the days after it alone: then so does all else.
    first, last = scores.report.first, scores.report.last
    days = asking.Period(str(first) if first else None, str(last))
    wanted = WantedCoverage(journey=about.journey, step=about.step, channel=about.channel)
    (coverage, told_days), pain_points = await asyncio.gather(
        asking.coverage(store, rules, days, visit.today, wanted, BY),
        asking.pain_points(store, rules, days, visit.today, about.survey, None),
    )
    effort = await _effort(visit, days) if visit.asked("effort") else None
    found = journeys(rules, coverage, scores.report, pain_points.surveys, effort.report if effort else None)
    values = {
        "about": about_scores(scores.told, language),
        "journeys": [
            {
                "name": one.name,
                "drawing": drawing(one, language),
                "table": steps_table(one, scores.report, language, linked(visit, "/scores")),
                "warnings": mix_warnings(one, language),
                "signals": ", ".join(one.signals),
            }
            for one in found
            if one.had
        ],
        "without": ", ".join(one.name for one in found if not one.had),
        "legend": legend(language),
        "effort": [*sentences(effort)] if effort else None,
        "choices": visit.choices(),
    }
    data = {
        "coverage": as_json(coverage, told_days, rules.policy.zone),
        "scores": scores.report,
        "pain_points": pain_points_as_json(pain_points.surveys, told_days, rules.policy.zone),
        "effort": effort.report if effort else None,
    }
    return Shown("journeys.html", values, data, csv_table(found))


async def _effort(visit: Visit, days: asking.Period) -> "Told":
    about = visit.filters
    wanted = Wanted(
        NOTHING, None, _REPEAT_WITHIN, journey=about.journey, step=about.step, channel=about.channel
    )
    # The whole journal of these days is read, customer by customer: one at a time.
    async with visit.console.reading_journal:
        return await told_effort(
            visit.console.store.reading, visit.rules, wanted, days, visit.now, visit.language
        )


PAGE = Page("/journeys", "Journeys", show, group="Hear")
