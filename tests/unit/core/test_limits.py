"""What a limit counts, by scope, state and clock."""

from datetime import timedelta
from typing import Any

import pytest

from router.model.customer import Invitation
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy, Quota
from router.policy.limits import eligible_again, quota_keys, standings, usage
from tests.unit.core.builders import T0, ask, candidate, event, invitation, moment

DAY = timedelta(days=1)
MONTH = 30 * DAY


def used(limit: Limit, *invitations: Invitation, at: str = "0h", **facts: Any) -> int:
    """How many the fullest window of the limit holds besides the candidate."""
    (standing,) = standings(candidate(*invitations, policy=Policy(limits=(limit,)), **facts))
    return usage(standing, Policy(), moment(at)) - 1


@pytest.mark.parametrize(
    ("state", "counts"),
    [("planned", 1), ("queued", 1), ("sent", 1), ("cancelled", 0), ("displaced", 0), ("expired", 0)],
)
def test_cancelled_and_expired_invitations_do_not_count(state: str, counts: int) -> None:
    assert used(Limit("any", 1, MONTH), invitation("-1d", state=state)) == counts


def test_a_planned_one_counts_at_its_due_time() -> None:
    planned = invitation("20d", state="planned")
    assert used(Limit("any", 1, MONTH), planned) == 1
    assert used(Limit("any", 1, 20 * DAY), planned) == 0
    assert used(Limit("any", 1, 20 * DAY), planned, at="1h") == 1


SCOPES: list[tuple[dict[str, Any], int]] = [
    ({}, 3),
    ({"survey": "nps"}, 2),
    ({"metric": "nps"}, 2),
    ({"channel": "email"}, 2),
    ({"survey": "nps", "channel": "email"}, 1),
    ({"journey": "purchase"}, 1),
]


@pytest.mark.parametrize(("scope", "counts"), SCOPES)
def test_a_limit_counts_within_its_scope(scope: dict[str, Any], counts: int) -> None:
    known = invitation("-1d", journey="purchase"), invitation("-2d", channel="sms"), invitation("-3d", "ces")
    assert used(Limit("l", 9, MONTH, **scope), *known, rule=ask(journey="purchase")) == counts


@pytest.mark.parametrize(
    "scope",
    [
        {"survey": "ces"},
        {"metric": "ces"},
        {"channel": "sms"},
        {"journey": "complaint"},
        {"same": "agent_id"},
    ],
)
def test_a_limit_says_nothing_about_a_candidate_outside_its_scope(scope: dict[str, Any]) -> None:
    assert standings(candidate(policy=Policy(limits=(Limit("l", 1, MONTH, **scope),)))) == []


CLOCKS: list[tuple[tuple[Any, ...], list[str]]] = [
    (("invited",), ["-9d", "-8d"]),
    (("delivered",), ["-7d"]),
    (("answered",), ["-2d"]),
    (("invited", "answered"), ["-8d", "-2d"]),
    (("invited", "delivered", "answered"), ["-8d", "-2d"]),
]


@pytest.mark.parametrize(("clocks", "expected"), CLOCKS)
def test_an_invitation_counts_once_at_the_latest_of_the_clocks(
    clocks: tuple[Any, ...], expected: list[str]
) -> None:
    answered = invitation("-9d", delivered_at=moment("-7d"), answered_at=moment("-2d"))
    silent = invitation("-8d", "ces")
    policy = Policy(limits=(Limit("l", 1, MONTH, clock=clocks),))
    (standing,) = standings(candidate(answered, silent, policy=policy))
    assert standing.moments == [moment(at) for at in expected]


def test_itself_and_the_displaced_do_not_count() -> None:
    known = invitation("0h", id="a"), invitation("1h", id="b"), invitation("2h", id="c")
    policy = Policy(limits=(Limit("any", 1, MONTH),))
    given = candidate(*known, policy=policy, itself="a").in_place_of(frozenset({"b"}))
    (standing,) = standings(given)
    assert [entry.id for entry in standing.invitations] == ["c"]


def test_calendar_periods_are_counted_in_the_policys_zone() -> None:
    limit = Limit("year", 1, "calendar_month")
    policy = Policy(limits=(limit,), zone="Europe/Amsterdam")
    # 28 February, 23:30 UTC: in Amsterdam it is March already.
    (standing,) = standings(candidate(invitation("-34h30m"), policy=policy))
    assert usage(standing, policy, T0) == 2
    assert usage(standing, Policy(zone="UTC"), T0) == 1


def test_eligible_again_is_when_all_limits_allow() -> None:
    policy = Policy(
        limits=(Limit("week", 1, 7 * DAY), Limit("month", 2, MONTH), Limit("calendar", 3, "calendar_month"))
    )
    given = candidate(invitation("-1d"), invitation("10d", state="planned"), policy=policy)
    # week: from day 6, but day 10 is near: from day 17; month: two within 30 days until day 29.
    assert eligible_again(given, T0) == moment("29d")
    assert eligible_again(candidate(policy=policy), T0) == T0


def test_an_invitation_adds_to_the_quotas_in_its_scope() -> None:
    policy = Policy(
        quotas=(
            Quota("all", 9, "calendar_year"),
            Quota("agent", 9, "calendar_month", same="agent_id"),
            Quota("ces", 9, "calendar_day", survey="ces"),
        ),
        zone="Europe/Amsterdam",
    )
    assert quota_keys(policy, invitation("0h", attributes={"agent_id": "7"})) == [
        QuotaKey("all", "", "2026"),
        QuotaKey("agent", "7", "2026-03"),
    ]
    assert quota_keys(policy, invitation("0h", "ces")) == [
        QuotaKey("all", "", "2026"),
        QuotaKey("ces", "", "2026-03-02"),
    ]


def test_a_same_limit_compares_as_text() -> None:
    limit = Limit("agent", 1, MONTH, same="agent_id")
    known = invitation("-1d", attributes={"agent_id": "7"})
    assert used(limit, known, interaction=event("x", agent_id=7)) == 1
    assert used(limit, known, interaction=event("x", agent_id="07")) == 0
