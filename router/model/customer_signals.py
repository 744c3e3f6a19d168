"""Signals of the customer: what the policy declares, what is remembered for them, and what they read."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from router.model.interaction import Interaction

MOST_REMEMBERED: Final = 256
"""Interactions of a type that are remembered of one customer; a count stays at what they come to from there on."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Occurred = dict[str, tuple[int, ...]]
"""By interaction type: when those that are remembered happened, in microseconds since 1970, in order."""


class CustomerSignal(Struct, frozen=True):
    """A signal that conditions read as `customer.<name>`, over the customer's interactions of some types.

    `count`: how many happened less than `within` ago. `last`: when the latest happened, besides the one that is decided.
    """

    kind: Literal["count", "last"]
    types: tuple[str, ...]
    within: timedelta = timedelta()

    def value(self, occurred: Occurred, at: datetime, about: Interaction | None) -> int | datetime | None:
        """What it reads at the clock `at`, for a decision `about` an interaction; None where there is no latest.

        What lies ahead of the clock is counted too.
        """
        if self.kind == "last":
            newest = [found for kind in self.types if (found := _newest(occurred.get(kind, ()), kind, about))]
            return _EPOCH + max(newest) * _MICROSECOND if newest else None
        since = _instant(at - self.within)
        times = [occurred[kind] for kind in self.types if kind in occurred]
        return sum(len(one) - bisect_right(one, since) for one in times)


class Remembered(Struct, frozen=True):
    """For how long interactions of a type are remembered; `latest`: the two latest of them for good."""

    within: timedelta = timedelta()
    latest: bool = False


def remembered(signals: Iterable[CustomerSignal]) -> dict[str, Remembered]:
    """By type, what the signals need to be remembered."""
    found: dict[str, Remembered] = {}
    for signal in signals:
        for kind in signal.types:
            known = found.get(kind, Remembered())
            found[kind] = Remembered(max(known.within, signal.within), known.latest or signal.kind == "last")
    return found


def noted(
    occurred: Occurred, kind: str, time: datetime, wanted: Mapping[str, Remembered], now: datetime
) -> Occurred:
    """What is remembered after an interaction of one of the wanted types that happened at `time`, late or not.

    What no signal can count any more at the clock `now` is forgotten.
    """
    happened, times = _instant(time), occurred.get(kind, ())
    place = bisect_right(times, happened)
    times = (*times[:place], happened, *times[place:])
    first = max(bisect_right(times, _instant(now - wanted[kind].within)), len(times) - MOST_REMEMBERED)
    if wanted[kind].latest:
        # Two, for the latest of them may be the one that is decided.
        first = max(min(first, len(times) - 2), 0)
    after = {name: known for name, known in occurred.items() if name in wanted and name != kind}
    if first < len(times):
        after[kind] = times[first:]
    return after


def _newest(times: tuple[int, ...], kind: str, about: Interaction | None) -> int | None:
    if times and about is not None and about.type == kind and times[-1] == _instant(about.time):
        times = times[:-1]
    return times[-1] if times else None


def _instant(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
