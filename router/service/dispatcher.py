"""The dispatcher: the relay, run again and again, watched and counted."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import monotonic

import structlog

from router.flow.clock import ClockSkewed
from router.flow.relay import Passed
from router.flow.retry import Retry, stops_within
from router.kafka.producer import BrokerUnavailable
from router.service.parts import Parts
from router.service.schedules import ScheduleWalk
from router.service.score_shifts import closed_week, watch_scores
from router.store import StoreUnavailable
from router.telemetry.logs import traced
from router.telemetry.progress import DispatchProgress
from router.telemetry.unstored import note_unstored

log = structlog.get_logger(__name__)

RETRY = Retry(first=0.5, longest=10.0)

ROLL_UP_EVERY = 5.0
"""Seconds from one roll-up of cells to the next; readers do not wait for it."""

ROLL_UP_STEP = 5_000
"""Changes of each kind that one transaction adds to their cells."""

ROLL_UP_STEPS = 10
"""So many steps one after the other at most, so that what is due does not wait for long."""

SCORES_EVERY = 600.0
"""Seconds from one look at whether a week is over to the next."""

ALERTS_PAUSE = 5.0
"""Seconds until alerts that could not leave are tried again."""

CANCEL_PATIENCE = 2.0
"""Seconds that a pass that is given up has to end."""


class DispatchFailed(Exception):
    """Nothing can be dispatched any more. The text says why."""


class Dispatcher:
    """Sends what is due until it is told to stop. `on_passed` is called after every pass that found something."""

    def __init__(
        self,
        parts: Parts,
        on_passed: Callable[[Passed], None] | None = None,
        *,
        retry: Retry = RETRY,
        roll_up_every: float = ROLL_UP_EVERY,
    ) -> None:
        self.parts = parts
        self.progress = DispatchProgress(datetime.now(UTC))
        self._on_passed = on_passed
        self._retry = retry
        self._stopping = asyncio.Event()
        self._roll_up_every = roll_up_every
        self._roll_up_at = monotonic() + roll_up_every
        self._scores_at = monotonic()
        self._watched: date | None = None
        self._walk = ScheduleWalk(parts)

    def stop(self) -> None:
        """Ends after the pass that is under way, if that does not take too long."""
        self._stopping.set()

    async def run(self) -> None:
        """Runs until stopped. What is leased and not sent then is leased again later.

        Raises `DispatchFailed` after too many errors without a success between.
        """
        # Alerts beside: where Kafka keeps them waiting, invitations do not.
        works = (self._passes(), self._alert_passes(), self._stopping.wait())
        passes, alerts, stopping = (asyncio.create_task(work) for work in works)
        try:
            await asyncio.wait([passes, stopping], return_when=asyncio.FIRST_COMPLETED)
            self._stopping.set()
            await asyncio.wait([passes, alerts], timeout=self.parts.settings.finish_seconds)
            if passes.done():
                passes.result()
            else:
                log.warning("pass_given_up", message="it took too long for a stop; its lease ends by itself")
        finally:
            for task in (passes, alerts, stopping):
                task.cancel()
            await asyncio.wait([passes, alerts, stopping], timeout=CANCEL_PATIENCE)

    async def _passes(self) -> None:
        pauses, lanes = self._retry.pauses(), 1
        while not self._stopping.is_set():
            # Put together anew each time, as a batch's pipeline is: so it goes by the rules in force now.
            relay = self.parts.relay()
            ends = await asyncio.gather(*(relay.pass_once() for _ in range(lanes)), return_exceptions=True)
            done = [end for end in ends if isinstance(end, Passed)]
            for passed in done:
                self._note(passed)
            failed = next((end for end in ends if isinstance(end, Exception)), None)
            if failed is not None:
                # What is not sent stays due, whatever it failed for.
                pause = next(pauses)
                self._note_failure(failed, pause)
                await stops_within(self._stopping, pause)
                continue
            pauses = self._retry.pauses()
            if self._stopping.is_set():
                return
            if monotonic() >= self._roll_up_at:
                await self._roll_up()
            if monotonic() >= self._scores_at:
                await self._watch_scores()
            walking = await self._walk.step()
            # One pass looks; where it finds all that it can take, several go on at once.
            full = any(passed.due >= self.parts.settings.dispatch.batch for passed in done)
            lanes = self.parts.settings.dispatch.lanes if full else 1
            if not (walking or any(passed.due or passed.more_to_wake for passed in done)):
                # Not in step with the other dispatchers, which look for the same.
                await stops_within(self._stopping, self._poll)

    @property
    def _poll(self) -> float:
        """Seconds until the next look, a little more or less each time."""
        return self.parts.settings.dispatch.poll_ms / 1000 * random.uniform(0.8, 1.2)  # noqa: S311

    async def _roll_up(self) -> None:
        """Adds changes to their cells, some at a time. Where another dispatcher does or the database does not, later."""
        self._roll_up_at = monotonic() + self._roll_up_every
        try:
            for _ in range(ROLL_UP_STEPS):
                moved = await self.parts.store.run(lambda ledger: ledger.roll_up(ROLL_UP_STEP))
                if moved < ROLL_UP_STEP:
                    return
        except Exception as error:  # noqa: BLE001 - counting never stops what is to be sent
            cause = str(error) if isinstance(error, StoreUnavailable) else type(error).__name__
            log.warning("roll_up_postponed", cause=cause, where=traced(error))

    async def _watch_scores(self) -> None:
        """Looks at the scores of the last week, once it is over. The alerts are the same whoever looks, and however often."""
        self._scores_at = monotonic() + SCORES_EVERY
        now, rules = self.parts.clock.now(), self.parts.rules.live
        if now is None or not rules.score_shifts or self._watched == closed_week(now, rules):
            return
        try:
            raised = await watch_scores(self.parts.store, rules, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, invitations go on
            if isinstance(error, StoreUnavailable):
                log.warning("scores_postponed", cause=str(error))
            else:
                log.error("scores_not_watched", cause=type(error).__name__, where=traced(error))
            return
        self._watched = closed_week(now, rules)
        log.info("scores_watched", week=self._watched.isoformat(), shifted=raised)

    async def _alert_passes(self) -> None:
        """Publishes alerts until stopped. Those that cannot leave are tried again a little later."""
        while not self._stopping.is_set():
            left = await self._alerts()
            await stops_within(self._stopping, self._poll if left else ALERTS_PAUSE)

    async def _alerts(self) -> bool:
        """Publishes at most one batch of alerts; whether that could be done."""
        try:
            passed = await self.parts.alert_relay().pass_once()
        except Exception as error:  # noqa: BLE001 - whatever it is, invitations go on
            if isinstance(error, StoreUnavailable | BrokerUnavailable | ClockSkewed):
                log.warning("alerts_postponed", cause=str(error), pause_seconds=ALERTS_PAUSE)
            else:
                log.error("alerts_failed", cause=type(error).__name__, where=traced(error))
            return False
        for team, count in Counter(row.team for row in passed.published).items():
            self.parts.metrics.alerts_sent(team, count)
        if passed.published:
            log.info("alerts_sent", sent=len(passed.published))
        if passed.refused:
            log.error(
                "alerts_too_large", count=passed.refused, message="raise max.message.bytes of the topic"
            )
        return True

    def _note_failure(self, error: Exception, pause: float) -> None:
        self.progress.failed(datetime.now(UTC))
        if isinstance(error, StoreUnavailable):
            self.parts.metrics.store_retried("unavailable")
        if isinstance(error, StoreUnavailable | BrokerUnavailable | ClockSkewed):
            log.warning("dispatch_retried", cause=str(error), pause_seconds=pause)
        else:
            # A fault of ours.
            log.error("dispatch_failed", cause=type(error).__name__, where=traced(error), pause_seconds=pause)
        stuck = self.progress.stuck(datetime.now(UTC))
        if stuck is not None:
            raise DispatchFailed(stuck)

    def _note(self, passed: Passed) -> None:
        now = datetime.now(UTC)
        metrics = self.parts.metrics
        # What one pass leased it has settled; a full batch says that more is waiting.
        backlog = passed.due if passed.due == self.parts.settings.dispatch.batch else 0
        self.progress.passed(now, backlog)
        for unstored in passed.unstored:
            note_unstored(metrics, unstored)
        metrics.backlog(backlog)
        if not passed.due:
            return
        self.progress.settled(now)
        metrics.progressed("dispatcher", now)
        if passed.published:
            clock = self.parts.clock.now() or now
            oldest = min(one.invitation.at for one in passed.published)
            metrics.published(len(passed.published), max((clock - oldest).total_seconds(), 0))
        left = Counter((one.invitation.survey, one.row.kind) for one in passed.published)
        left.update((one.invitation.survey, one.row.kind) for one in passed.withdrawn)
        for (survey, kind), count in left.items():
            metrics.invitations(survey, kind, "sent", count)
        log.info(
            "dispatched",
            sent=len(passed.published),
            not_sent=dict(Counter(": ".join(end) for end in passed.ended)),
            unanswered=passed.lapsed,
        )
        if self._on_passed is not None:
            self._on_passed(passed)
