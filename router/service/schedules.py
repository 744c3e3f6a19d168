"""The walk through customers after schedules have changed, one step at a time between the passes of the dispatcher."""

from time import monotonic
from typing import Final

import structlog

from router.flow.schedule_walk import walk
from router.service.parts import Parts
from router.store import StoreUnavailable
from router.telemetry.logs import traced

log = structlog.get_logger(__name__)

WALK_EVERY: Final = 3600.0
"""Seconds from one walk to the next."""

SOON: Final = 60.0
"""Seconds until the next one where the last looked at somebody: a worker may have gone by older rules for a moment."""

PAUSE: Final = 10.0
"""Seconds until a step that failed is tried again."""


class ScheduleWalk:
    """Walks through all customers when it begins, when other schedules are in force, until nobody is left, and every hour."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._by: tuple[int | None, int | None, float] | None = None
        self._after: str | None = None
        self._next = 0.0
        self._anew = 0

    async def step(self) -> bool:
        """Goes one step on, if there is one to go; whether another one should follow at once."""
        rules, now = self._parts.rules, self._parts.clock.now()
        by = rules.scheduled_by
        if by is None or now is None:
            self._by = None
            return False
        if by != self._by or (self._after is None and monotonic() >= self._next):
            self._by, self._after, self._next, self._anew = by, "", 0.0, 0
        if self._after is None or monotonic() < self._next:
            return False
        try:
            walked = await walk(
                self._parts.store, rules, self._after, now, event_time=self._parts.clock.event_time
            )
        except Exception as error:  # noqa: BLE001 - what is due is sent whatever becomes of this
            self._next = monotonic() + PAUSE
            cause = str(error) if isinstance(error, StoreUnavailable) else type(error).__name__
            log.warning("schedule_walk_postponed", cause=cause, where=traced(error))
            return False
        self._after = walked.after
        self._anew += walked.anew
        if walked.after is None:
            self._next = monotonic() + (SOON if self._anew else WALK_EVERY)
            if self._anew:
                log.info("schedules_looked_at", customers=self._anew)
        return walked.after is not None
