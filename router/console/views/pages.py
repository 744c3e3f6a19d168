"""All pages, in the order of the menu."""

from typing import Final

from router.console.page import Page
from router.console.views import (
    access,
    alerts,
    audit,
    coverage,
    customers,
    erasing,
    journeys,
    overview,
    pain_points,
    scores,
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
    why.PAGE,
    audit.PAGE,
    access.PAGE,
    erasing.PAGE,
)
