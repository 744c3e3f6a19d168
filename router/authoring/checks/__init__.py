"""The checks of a set that has been read: each looks for one kind of mistake."""

from router.authoring.checks.alerts import check_alerts
from router.authoring.checks.attributes import check_attributes
from router.authoring.checks.besides import check_besides
from router.authoring.checks.channels import check_channels
from router.authoring.checks.check import Check
from router.authoring.checks.conditions import check_conditions, check_groups
from router.authoring.checks.customer_signals import check_customer_signals, check_signal_names
from router.authoring.checks.facts import check_facts, check_texts
from router.authoring.checks.fields import check_fields
from router.authoring.checks.hours import check_business_hours, check_hours_left, check_quiet_days
from router.authoring.checks.journeys import check_counted_types, check_durations, check_unreached_steps
from router.authoring.checks.limits import check_limits, check_scopes
from router.authoring.checks.lists import check_lists
from router.authoring.checks.locales import check_locales, check_promised
from router.authoring.checks.logic import check_logic
from router.authoring.checks.meant import check_meant
from router.authoring.checks.months import check_months
from router.authoring.checks.never import check_cancelling, check_never
from router.authoring.checks.never_ask_while import check_never_ask_while
from router.authoring.checks.numbers import check_numbers
from router.authoring.checks.pairs import check_pairs
from router.authoring.checks.references import check_references
from router.authoring.checks.rule_tests import check_rule_tests
from router.authoring.checks.sampled import check_open_times, check_unseen_paths
from router.authoring.checks.scalars import check_scalars
from router.authoring.checks.schedules import check_schedules, check_waited_for
from router.authoring.checks.single import check_single
from router.authoring.checks.sources import check_mapped_types, check_same_ids, check_shared_topics
from router.authoring.checks.targets import check_targets
from router.authoring.checks.texts import check_cut_texts, check_languages
from router.authoring.checks.unused import check_unused

ERRORS: tuple[Check, ...] = (
    check_channels,
    check_numbers,
    check_unreached_steps,
    check_counted_types,
    check_references,
    check_conditions,
    check_groups,
    check_fields,
    check_attributes,
    check_alerts,
    check_schedules,
    check_shared_topics,
    check_same_ids,
    check_open_times,
    check_limits,
    check_targets,
    check_hours_left,
    check_business_hours,
    check_locales,
    check_promised,
    check_texts,
    check_rule_tests,
    check_logic,
    check_never_ask_while,
    check_customer_signals,
)
"""The checks that can refuse a set; some of them warn too. The first know more of a place than those that follow."""

WARNINGS: tuple[Check, ...] = (
    check_lists,
    check_pairs,
    check_besides,
    check_unused,
    check_facts,
    check_waited_for,
    check_mapped_types,
    check_unseen_paths,
    check_signal_names,
    check_scalars,
    check_meant,
    check_never,
    check_cancelling,
    check_scopes,
    check_durations,
    check_quiet_days,
    check_cut_texts,
    check_languages,
    check_months,
    check_single,
)
"""The checks that only warn. They come last: what an error is told of needs no warning."""

__all__ = ["ERRORS", "WARNINGS", "Check"]
