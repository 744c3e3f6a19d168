"""Counts what became of a batch."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from router.model.record import Record
from router.pipeline import Processed
from router.telemetry.metrics import Metrics


def count(metrics: Metrics, records: Sequence[Record], processed: Processed, took: timedelta) -> None:
    """Adds a committed batch of one topic to the metrics."""
    topic = records[0].topic
    metrics.batch(len(records), took.total_seconds())
    dead = len(processed.dead)
    for outcome, number in (
        ("interaction", len(records) - dead - processed.empty),
        ("empty", processed.empty),
        ("dead_letter", dead),
    ):
        if number:
            metrics.records(topic, outcome, number)
    for reason, number in Counter(dead.reason for dead in processed.dead).items():
        metrics.dead_letters(reason, number)
    decisions = Counter((one.decision.reason, one.decision.outcome) for one in processed.decided)
    decisions["duplicate", "no_survey"] += processed.duplicates
    for (reason, outcome), number in decisions.items():
        if number:
            metrics.decisions(reason, outcome, number)
    states = Counter((one.invitation.survey, one.invitation.state) for one in processed.planned)
    states.update((one.change.invitation.survey, one.change.invitation.state) for one in processed.changed)
    for (survey, state), number in states.items():
        metrics.invitations(survey, state, number)
