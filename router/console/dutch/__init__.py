"""The texts of the console in Dutch, a module for each page; the English text is its own name."""

from typing import Final

from router.console.dutch import (
    access,
    alerts,
    audit,
    base,
    customers,
    decisions,
    erasing,
    figures,
    overview,
    rules,
    running,
    sources,
)

DUTCH: Final[dict[str, str]] = {
    **base.DUTCH,
    **overview.DUTCH,
    **figures.DUTCH,
    **alerts.DUTCH,
    **customers.DUTCH,
    **decisions.DUTCH,
    **running.DUTCH,
    **audit.DUTCH,
    **access.DUTCH,
    **erasing.DUTCH,
    **rules.DUTCH,
    **sources.DUTCH,
}
