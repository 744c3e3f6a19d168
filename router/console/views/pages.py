"""All pages, in the order of the menu."""

from typing import Final

from router.console.page import Page
from router.console.views import (
    access,
    alerts,
    audit,
    coverage,
    customers,
    dead_letters,
    decisions,
    draft,
    erasing,
    health,
    journeys,
    overview,
    pain_points,
    playground,
    revision,
    rules,
    scores,
    source,
    sources,
    why,
)

PAGES: Final[tuple[Page, ...]] = (
    overview.PAGE,
    journeys.PAGE,
    scores.PAGE,
    pain_points.PAGE,
    coverage.PAGE,
    alerts.PAGE,
    alerts.ONE,
    customers.PAGE,
    decisions.PAGE,
    why.PAGE,
    rules.PAGE,
    revision.PAGE,
    draft.PAGE,
    playground.PAGE,
    sources.PAGE,
    source.PAGE,
    health.PAGE,
    dead_letters.PAGE,
    audit.PAGE,
    access.PAGE,
    erasing.PAGE,
)
