"""Rate caps: what is due all at once leaves one after the other."""

from datetime import timedelta

import pytest

from router.model.policy import RateCap
from router.policy.pace import Pace
from tests.unit.core.builders import invitation, moment

SECOND = timedelta(seconds=1)
MAILS = RateCap("mails", 6, timedelta(minutes=1), channel="email")
SURVEYS = RateCap("nps", 1, timedelta(minutes=1), survey="nps")


def test_what_is_due_at_once_is_spread_evenly() -> None:
    pace = Pace((MAILS,), {})
    leaves = [pace.departure(invitation(), moment()) - moment() for _ in range(4)]
    assert leaves == [timedelta(), 10 * SECOND, 20 * SECOND, 30 * SECOND]
    assert pace.changed == {"mails": moment() + 40 * SECOND}


def test_moments_that_nobody_took_are_lost() -> None:
    pace = Pace((MAILS,), {"mails": moment("-1h")})
    assert pace.departure(invitation(), moment()) == moment()
    assert pace.departure(invitation(), moment()) == moment() + 10 * SECOND


def test_the_slowest_of_several_caps_counts_and_all_move_on_with_it() -> None:
    pace = Pace((MAILS, SURVEYS), {"nps": moment("1h")})
    assert pace.departure(invitation(), moment()) == moment("1h")
    assert pace.changed == {"mails": moment("1h") + 10 * SECOND, "nps": moment("1h") + 60 * SECOND}


def test_what_a_cap_does_not_speak_about_leaves_at_once() -> None:
    pace = Pace((MAILS, SURVEYS), {"mails": moment("1h"), "nps": moment("1h")})
    assert pace.departure(invitation(survey="ces", channel="sms"), moment()) == moment()
    assert pace.changed == {}


@pytest.mark.parametrize(("late", "kept"), [(0, True), (60, True), (61, False), (-1, False)])
def test_a_moment_given_out_is_taken_once_and_only_in_its_time(late: int, kept: bool) -> None:
    pace = Pace((MAILS,), {"mails": moment("1h")})
    slotted = invitation(slot=moment() - late * SECOND)
    assert (pace.departure(slotted, moment()) == moment()) is kept


def test_a_second_is_not_worth_a_move() -> None:
    fast = RateCap("fast", 10, 10 * SECOND)
    pace = Pace((fast,), {"fast": moment() + SECOND})
    assert pace.departure(invitation(), moment()) == moment()
    assert pace.departure(invitation(), moment()) == moment() + 2 * SECOND
