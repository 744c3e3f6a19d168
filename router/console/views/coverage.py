"""Coverage: of all who had a step, who was asked, reached and answered, and whether those who answered are like the others."""

from router.console.links import linked
from router.console.page import Page, Shown
from router.console.visit import Visit
from router.model.cells import COVERAGE_DIMENSIONS, WantedCoverage
from router.pages import asking
from router.pages.coverage_figures import as_json, csv_table
from router.pages.coverage_page import body
from router.pages.coverage_words import heard
from router.words.coverage import headline
from router.words.reports import named


async def show(visit: Visit) -> Shown:
    """The funnel, blind spots, who answered, and groups by what was asked for."""
    about, rules = visit.filters, visit.rules
    by = about.by or ("journey", "step")
    wanted = WantedCoverage(journey=about.journey, step=about.step, channel=about.channel)
    period = asking.Period(about.since, about.until)
    report, days = await asking.coverage(visit.console.store, rules, period, visit.today, wanted, by)
    language, zone = visit.language, rules.policy.zone
    told = days.told(language)
    groups = [
        ("journey", "step"),
        *((name,) for name in (*COVERAGE_DIMENSIONS, *rules.policy.scores.by, "hour")),
    ]
    values = {
        "headline": headline(*heard(report.total), language),
        "period": f"{told[0].upper()}{told[1:]}.",
        "body": body(report, language, linked(visit, "/coverage")),
        "groups": [(", ".join(named(language, name) for name in group), ",".join(group)) for group in groups],
        "by": ",".join(by),
        "choices": {name: names for name, names in visit.choices().items() if name != "survey"},
    }
    return Shown("coverage.html", values, as_json(report, days, zone), csv_table(report))


PAGE = Page("/coverage", "Coverage", show, group="Hear")
