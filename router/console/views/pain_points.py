"""Pain points: the steps and channels where customers are certainly less content than in the rest of a survey."""

from router.console.links import linked
from router.console.page import Page, Shown
from router.console.visit import Visit
from router.pages import asking
from router.pages.pain_point_figures import as_json, csv_table
from router.pages.pain_point_words import by_when, told
from router.pages.pain_points_page import body


async def show(visit: Visit) -> Shown:
    """The places of each survey: those certainly worse first, then those not more than chance."""
    about, rules, language = visit.filters, visit.rules, visit.language
    period = asking.Period(about.since, about.until)
    surveys, days = await asking.pain_points(
        visit.console.store, rules, period, visit.today, about.survey, None
    )
    values = {
        "headline": told(surveys, language),
        "period": by_when(days.words(rules.policy.zone, language), language),
        "body": body(surveys, language, linked(visit, "/scores")),
        "choices": {"survey": visit.choices()["survey"]},
    }
    data = as_json(surveys, days, rules.policy.zone)
    return Shown("pain-points.html", values, data, csv_table(surveys))


PAGE = Page("/pain-points", "Pain points", show, group="Hear")
