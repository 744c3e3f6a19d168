"""What a batch changes in the coverage, as changes to cells: each touchpoint once in each stage that it came to."""

from datetime import date
from typing import Final

from router.decide.batch import Batch
from router.model.cells import ALL, STAGES, CoverageCell, stage_bits
from router.model.invitation_states import RELEASED_STATES, InvitationState
from router.model.responses import Touchpoint

_EPOCH: Final = date(1970, 1, 1).toordinal()
_WITHHELD: Final = stage_bits("withheld")
_OF_ENDS: Final[dict[InvitationState, int]] = {
    **dict.fromkeys(RELEASED_STATES, stage_bits("sent")),
    "cancelled": stage_bits("cancelled"),
    "displaced": stage_bits("displaced"),
    "expired": stage_bits("expired"),
}


class CoverageSums:
    """Adds touchpoints up by all that tells cells apart, so that a batch has few changes to write."""

    def __init__(self) -> None:
        self._hours: dict[tuple[int, str, str, str, str, int], int] = {}
        self._values: dict[tuple[int, str, str, str, str, int, str, str], int] = {}

    def __len__(self) -> int:
        return len(self._hours) + len(self._values)

    def add(self, at: Touchpoint, stages: int, reason: str = "", by: int = 1) -> None:
        """Counts a touchpoint in these stages."""
        hour, journey, step, channel = at.hour, at.journey, at.step, at.channel or ""
        place = (hour, journey, step, channel, reason, stages)
        self._hours[place] = self._hours.get(place, 0) + by
        if at.attributes:
            values, day = self._values, hour // 24
            for attribute, value in at.attributes.items():
                one = (day, journey, step, channel, reason, stages, attribute, value)
                values[one] = values.get(one, 0) + by

    def decided(self, at: Touchpoint, stages: int, lost: int, reason: str) -> None:
        """Counts what an interaction changed; the reason of its decision tells why it was withheld."""
        if stages:
            self.add(at, stages, reason if stages & _WITHHELD else "")
        if lost:
            self.add(at, lost, by=-1)

    def settled(self, at: Touchpoint, state: InvitationState, reason: str | None) -> None:
        """Counts what became of a planned invitation at its due time or before: its state after, and why it ended."""
        stages = _OF_ENDS.get(state)
        if stages is not None:
            self.add(at, stages, "" if state in RELEASED_STATES else reason or "")

    def cells(self) -> list[CoverageCell]:
        """The sums as cells: of all touchpoints, by the hour, and by each attribute."""
        found: dict[tuple[int, str, str, str, str, str, str], list[int]] = {}
        for (hour, journey, step, channel, reason, stages), count in self._hours.items():
            day, o_clock = divmod(hour, 24)
            _put(found, (day, journey, step, channel, ALL, "", reason), stages, count)
            _put(found, (day, journey, step, channel, "hour", f"{o_clock:02}", reason), stages, count)
        for (day, journey, step, channel, reason, stages, attribute, value), count in self._values.items():
            _put(found, (day, journey, step, channel, attribute, value, reason), stages, count)
        return [
            CoverageCell(
                date.fromordinal(day + _EPOCH),
                journey,
                step,
                channel,
                attribute,
                value,
                reason,
                tuple(counts),
            )
            for (day, journey, step, channel, attribute, value, reason), counts in found.items()
            if any(counts)
        ]


def _put(
    found: dict[tuple[int, str, str, str, str, str, str], list[int]],
    place: tuple[int, str, str, str, str, str, str],
    stages: int,
    count: int,
) -> None:
    counts = found.get(place)
    if counts is None:
        counts = found[place] = [0] * len(STAGES)
    for bit in _BITS[stages]:
        counts[bit] += count


_BITS: Final = [
    tuple(bit for bit in range(len(STAGES)) if stages >> bit & 1) for stages in range(1 << len(STAGES))
]


def day_of(at: Touchpoint) -> date:
    """The day of a touchpoint, by the policy's clock."""
    return date.fromordinal(at.hour // 24 + _EPOCH)


def coverage_changes(batch: Batch) -> list[CoverageCell]:
    """What the interactions of a batch, and what time alone brought about in it, change in the coverage."""
    sums = CoverageSums()
    for decided in batch.decided:
        covered = decided.covered
        if covered is not None:
            sums.decided(covered.touchpoint, covered.stages, covered.lost, decided.decision.reason)
    for changed in batch.changed.values():
        # Only the invitation itself: what follows it is no other touchpoint.
        was, invitation = changed.was, changed.change.invitation
        if was.state == "planned" and was.kind == "invitation" and was.touchpoint is not None:
            sums.settled(was.touchpoint, invitation.state, changed.change.reason)
    return sums.cells()
