"""The checks of a set that has been read: each looks for one kind of mistake."""

from collections.abc import Callable

from router.ruleset.checks.conditions import check_conditions, check_groups
from router.ruleset.checks.fields import check_fields
from router.ruleset.checks.hours import check_business_hours, check_hours_left
from router.ruleset.checks.journeys import check_counted_types, check_unreached_steps
from router.ruleset.checks.limits import check_limits
from router.ruleset.checks.locales import check_locales, check_promised
from router.ruleset.checks.logic import check_logic
from router.ruleset.checks.meant import check_meant
from router.ruleset.checks.pairs import check_pairs
from router.ruleset.checks.routes import check_routes
from router.ruleset.checks.rule_tests import check_rule_tests
from router.ruleset.checks.scalars import check_scalars
from router.ruleset.checks.unused import check_unused
from router.ruleset.parts import Parts
from router.ruleset.problems import Problems

Check = Callable[[Parts, Problems], None]

ERRORS: tuple[Check, ...] = (
    check_unreached_steps,
    check_counted_types,
    check_routes,
    check_conditions,
    check_groups,
    check_fields,
    check_limits,
    check_hours_left,
    check_business_hours,
    check_locales,
    check_promised,
    check_rule_tests,
    check_logic,
)
"""The checks that can refuse a set; some of them warn too."""

WARNINGS: tuple[Check, ...] = (check_pairs, check_unused, check_scalars, check_meant)
"""The checks that only warn. They come last: what an error is told of needs no warning."""

__all__ = ["ERRORS", "WARNINGS"]
