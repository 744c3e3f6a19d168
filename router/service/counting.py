"""Counts what became of a batch."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import structlog

from router.flow.pipeline import Processed
from router.model.customer import Invitation, InvitationKind
from router.model.invitation_states import InvitationState
from router.model.record import Record
from router.model.source_counts import SourceCount
from router.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)


def count(
    metrics: Metrics,
    records: Sequence[Record],
    processed: Processed,
    took: timedelta,
    of_sources: Sequence[SourceCount] = (),
) -> None:
    """Adds a committed batch of one topic to the metrics."""
    metrics.of_sources(of_sources)
    topic, dead = records[0].topic, len(processed.dead)
    metrics.batch(len(records), took.total_seconds())
    metrics.records(topic, "interaction", len(records) - dead - processed.empty)
    metrics.records(topic, "empty", processed.empty)
    metrics.records(topic, "dead_letter", dead)
    for cause, number in Counter(letter.reason for letter in processed.dead).items():
        metrics.dead_letters(cause, number)
    decisions = Counter((one.decision.reason, one.decision.outcome) for one in processed.decided)
    for (reason, outcome), number in decisions.items():
        metrics.decisions(reason, outcome, number)
    if processed.duplicates:
        metrics.decisions("duplicate", "no_survey", processed.duplicates)
    # Languages and time zones that nobody can read: how many, and never what was written.
    read = (one.decision for one in processed.decided if one.decision.reason.startswith("preferences_"))
    unreadable = Counter(
        member for decision in read if isinstance(decision.actual, dict) for member in decision.actual
    )
    for member, number in unreadable.items():
        metrics.unreadable_preferences(member, number)
    if unreadable:
        log.warning("preferences_unreadable", topic=topic, **unreadable)
    states = Counter(map(_place, (one.invitation for one in processed.planned)))
    states.update(map(_place, (one.change.invitation for one in processed.changed)))
    for (survey, kind, state), number in states.items():
        metrics.invitations(survey, kind, state, number)


def _place(invitation: Invitation) -> tuple[str, InvitationKind, InvitationState]:
    return invitation.survey, invitation.kind, invitation.state
