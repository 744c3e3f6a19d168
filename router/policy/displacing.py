"""Displacement: which planned invitations must go so that the limits leave room for a more important one.

What a limit wants is a set of invitations and how many of them must go; a choice is a set of bits, where a higher bit
stands for an invitation that is rather kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from router.model.customer import Invitation
from router.model.policy import Policy
from router.policy.calendar import period_name
from router.policy.candidate import Candidate, Standing
from router.policy.hours import own_zone
from router.policy.limits import counted_at

MAX_STEPS: Final = 500
"""Steps of the search for the fewest. A choice that takes more is made by a simpler rule, and may be one too many."""

MOST_SEARCHED: Final = 64
"""Invitations among which the fewest are searched for; of more the simpler rule chooses."""


class Wish(NamedTuple):
    """A span of a limit that holds too many: `need` of those in `among` must go."""

    among: int
    need: int


class TooManySteps(Exception):
    """The search takes too many steps."""


def fewest(candidate: Candidate, refusing: Sequence[Standing]) -> frozenset[str]:
    """The fewest planned invitations of lower priority whose going makes room; none where that is not enough.

    Of equally few those that spare the most important ones: the highest priority, then the latest.
    """
    at = candidate.due or candidate.now
    lesser = {
        invitation.id: invitation
        for standing in refusing
        for invitation in standing.invitations
        if invitation.state == "planned" and invitation.priority < candidate.rule.priority
    }
    order = sorted(
        lesser.values(), key=lambda invitation: (invitation.priority, invitation.at, invitation.id)
    )
    bits = {invitation.id: 1 << place for place, invitation in enumerate(order)}
    wishes = []
    for standing in refusing:
        for span in _spans(standing, candidate.policy, at):
            # With one more at `at` the span would hold too many.
            need = len(span) + 1 - standing.limit.max
            if need > 0:
                wishes.append(Wish(sum(bits.get(invitation.id, 0) for invitation in span), need))
    if any(wish.among.bit_count() < wish.need for wish in wishes):
        return frozenset()
    displaced: int | None = None
    if len(order) <= MOST_SEARCHED:
        with suppress(TooManySteps):
            displaced = exactly(_binding(wishes), len(order))
    if displaced is None:
        displaced = simply(wishes, len(order))
    return frozenset(invitation.id for place, invitation in enumerate(order) if displaced >> place & 1)


def _spans(standing: Standing, policy: Policy, at: datetime) -> Iterator[list[Invitation]]:
    """What each span that holds `at` holds: the period, or the windows that begin at an invitation or at `at`."""
    per, limit = standing.limit.per, standing.limit
    counted = [
        (moment, entry) for entry in standing.invitations if (moment := counted_at(entry, limit)) is not None
    ]
    if not isinstance(per, timedelta):
        zone = own_zone(policy)
        name = period_name(per, at, zone)
        yield [entry for moment, entry in counted if period_name(per, moment, zone) == name]
        return
    counted.sort(key=lambda pair: pair[0])
    moments, entries = [moment for moment, _ in counted], [entry for _, entry in counted]
    for start in sorted({*moments[bisect_right(moments, at - per) : bisect_right(moments, at)], at}):
        yield entries[bisect_left(moments, start) : bisect_left(moments, start + per)]


def _binding(wishes: list[Wish]) -> list[Wish]:
    """The wishes without those that others imply."""
    left: list[Wish] = []
    for wish in sorted(set(wishes), key=lambda one: (one.among.bit_count(), -one.need)):
        if not any(other.among & ~wish.among == 0 and other.need >= wish.need for other in left):
            left.append(wish)
    return left


def exactly(wishes: list[Wish], size: int) -> int:
    """The fewest bits that meet all wishes, and of those sets the least number. Raises where that takes too long."""
    search = _FewestSearch(wishes)
    allowed = (1 << size) - 1
    most = max((wish.need for wish in wishes), default=0)
    while not search.possible(allowed, most):
        most += 1
    for place in reversed(range(size)):
        without = allowed & ~(1 << place)
        if search.possible(without, most):
            allowed = without
    return allowed


class _FewestSearch:
    """Whether so many bits can meet all wishes, with a bound on all that is tried."""

    def __init__(self, wishes: list[Wish]) -> None:
        self.wishes = wishes
        self.steps = 0

    def possible(self, allowed: int, most: int) -> bool:
        return self._possible([Wish(among & allowed, need) for among, need in self.wishes], most)

    def _possible(self, wishes: list[Wish], most: int) -> bool:
        """The least wish is met in every way there is: some bit of it goes, or it does not and is out of the choice."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TooManySteps
        if not wishes:
            return True
        if any(among.bit_count() < need for among, need in wishes) or _at_least(wishes) > most:
            return False
        left = min(wishes, key=lambda wish: wish.among.bit_count()).among
        out = 0
        while left:
            bit = left & -left
            left ^= bit
            rest = [Wish(among & ~(out | bit), need - bool(among & bit)) for among, need in wishes]
            if self._possible([wish for wish in rest if wish.need > 0], most - 1):
                return True
            out |= bit
        return False


def _at_least(wishes: list[Wish]) -> int:
    """So many must go at least: wishes that share nothing add up."""
    taken, count = 0, 0
    for among, need in sorted(wishes, key=lambda wish: (-wish.need, wish.among.bit_count())):
        if not among & taken:
            taken |= among
            count += need
    return count


def simply(wishes: list[Wish], size: int) -> int:
    """Bits that meet all wishes: the least important first until they do, then whatever is not needed stays."""
    gone = 0
    open_wishes = wishes
    for place in range(size):
        bit = 1 << place
        if any(among & bit for among, _ in open_wishes):
            gone |= bit
            open_wishes = [wish for wish in open_wishes if (wish.among & gone).bit_count() < wish.need]
            if not open_wishes:
                break
    for place in reversed(range(gone.bit_length())):
        fewer = gone & ~(1 << place)
        if fewer != gone and all((among & fewer).bit_count() >= need for among, need in wishes):
            gone = fewer
    return gone
