"""Logging what could not be stored, by its place: a customer's name stands in no log."""

import structlog

from router.flow.unstored import Unstored
from router.telemetry.logs import traced
from router.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)


def note_unstored(metrics: Metrics, unstored: Unstored) -> None:
    """Logs it with its place and the way out, and counts the customer."""
    if unstored.set_aside:
        metrics.one_set_aside()
    log.error(
        "customer_set_aside" if unstored.set_aside else "not_stored",
        place=unstored.place,
        cause=unstored.cause,
        where=traced(unstored.error),
        see="feedback-router customer set-aside" if unstored.set_aside else "feedback-router dlq list",
    )
