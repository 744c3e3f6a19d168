"""Rate caps: when the next invitation may leave."""

from datetime import datetime, timedelta

from router.model.customer import Invitation
from router.model.policy import RateCap

TOLERANCE = timedelta(seconds=1)
"""What would leave within this time leaves at once: the dispatcher looks about as often."""


class Pace:
    """The next free moment of each cap. Every departure takes one, so what is due all at once is spread.

    Each cap gives out moments that lie `per / max` apart, none before now (the generic cell rate algorithm).
    """

    def __init__(self, caps: tuple[RateCap, ...], free: dict[str, datetime]) -> None:
        self._caps = caps
        self.free = free
        self.changed: dict[str, datetime] = {}

    def departure(self, invitation: Invitation, now: datetime) -> datetime:
        """When an invitation may leave: `now`, or the moment that is kept for it from here on."""
        caps = [
            cap
            for cap in self._caps
            if cap.survey in (None, invitation.survey) and cap.channel in (None, invitation.channel)
        ]
        # Whether its moment has just come. One that was missed is lost: all that missed theirs would leave at once.
        has_come = invitation.slot is not None and timedelta() <= now - invitation.slot <= 60 * TOLERANCE
        if not caps or has_come:
            return now
        at = max(now, *(self.free.get(cap.id, now) for cap in caps))
        for cap in caps:
            self.free[cap.id] = self.changed[cap.id] = at + cap.interval
        return at if at - now > TOLERANCE else now
