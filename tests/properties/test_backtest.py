"""A log through the core alone: the same twice, and no customer beyond a limit, whatever the log."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from router.authoring.backtest import Backtest, decision_line
from router.model.encoding import encode_json
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, moment, rules

LATEST = datetime(2030, 1, 1, tzinfo=UTC)
ROUTES = """
rules:
  - {id: low, when: {type: a}, send: {survey: nps, channel: email}, priority: 1, delay: 30h, cancel_on: c}
  - {id: high, when: {type: b}, send: {survey: ces, channel: email}, priority: 9, delay: 2h}
  - {id: other, when: {type: [a, b]}, send: {survey: nps, channel: email}, priority: 5, max_age: 1d}
"""
LIMITED = rules(
    ROUTES,
    policy=ALLOW
    + """
limits:
  - {id: any, max: 2, per: 10d, on_limit: defer, up_to: 6d}
  - {id: own, survey: nps, max: 1, per: 15d}
  - {id: agent, max: 1, per: 20d, same: agent_id}
quotas: [{id: q, metric: ces, max: 3, per: calendar_month}]
quiet_hours: {from: "21:00", to: "08:00", zone: policy, otherwise: Europe/Amsterdam}
""",
)


def line(kind: str, at: str, customer: str, identity: str, **data: Any) -> bytes:
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "source": "/test",
            "id": identity,
            "type": kind,
            "time": moment(at).isoformat(),
            "subject": customer,
            "data": data,
        }
    )


def written(given_rules: RuleSet, lines: Iterable[bytes]) -> tuple[list[bytes], Backtest]:
    run = Backtest(given_rules)
    decided = list(run.run(lines, LATEST))
    finals = (run.finals.get(one.decision.invitation_id or "") for one in decided)
    return [encode_json(decision_line(one, final)) for one, final in zip(decided, finals, strict=True)], run


@st.composite
def log(draw: st.DrawFn) -> list[bytes]:
    """Up to 60 events of three customers, a few hours or days apart, some of them late."""
    lines, hour = [], 0
    for number in range(draw(st.integers(1, 60))):
        hour += draw(st.sampled_from([0, 1, 7, 26, 70]))
        at = max(hour - draw(st.sampled_from([0, 0, 0, 5, 40])), 0)
        customer = draw(st.sampled_from(["c-1", "c-2", "c-3"]))
        agent = draw(st.sampled_from(["x", "y"]))
        lines.append(line(draw(st.sampled_from("aabbc")), f"{at}h", customer, str(number), agent_id=agent))
    return lines


@settings(max_examples=20, deadline=None)
@given(log())
def test_no_customer_is_ever_asked_beyond_a_limit(lines: list[bytes]) -> None:
    output, run = written(LIMITED, lines)
    for customer in run.customers.values():
        known = customer.invitations
        assert fullest([entry.at for entry in known], timedelta(days=10)) <= 2
        assert fullest([entry.at for entry in known if entry.survey == "nps"], timedelta(days=15)) <= 1
        for agent in ("x", "y"):
            same = [entry.at for entry in known if entry.attributes["agent_id"] == agent]
            assert fullest(same, timedelta(days=20)) <= 1
    check_output(output, run)
    assert written(LIMITED, lines)[0] == output


def fullest(times: list[datetime], width: timedelta) -> int:
    """The most in a window that begins with one of them: no window holds more."""
    return max((sum(first <= time < first + width for time in times) for first in times), default=0)


def check_output(output: list[bytes], run: Backtest) -> None:
    """Every planned invitation has an end or stands in a customer's state; the quota holds."""
    waiting = {
        entry.id
        for customer in run.customers.values()
        for entry in customer.invitations
        if entry.state == "planned"
    }
    months: dict[str, int] = defaultdict(int)
    for one in map(msgspec.json.decode, output):
        identity = one["invitation_id"]
        assert (one["outcome"] == "no_survey") == (identity is None)
        assert identity is None or (one["final"] is None) == (identity in waiting)
        if one["metric"] == "ces" and one["final"] == "sent":
            months[one["due_at"][:7]] += 1
    assert all(count <= 3 for count in months.values())


def test_one_line_for_each_interaction_in_reading_order() -> None:
    lines = [
        line("a", "0h", "c-1", "1"),
        b"",
        b"no json",
        line("b", "1h", "c-1", "2"),
        line("a", "0h", "c-1", "1"),
        line("x", "60h", "", "3"),
    ]
    output, run = written(rules(ROUTES), lines)
    found = [msgspec.json.decode(one) for one in output]
    assert [(one["id"], one["outcome"], one["reason"], one["rule"], one["final"]) for one in found] == [
        ("1", "invite", "invited", "other", "sent"),
        ("2", "invite", "invited", "high", "sent"),
        ("1", "no_survey", "duplicate", None, None),
        ("3", "no_survey", "no_customer", None, None),
    ]
    assert list(found[0]) == [
        "source",
        "id",
        "customer_id",
        "type",
        "time",
        "journey",
        "instance",
        "step",
        "outcome",
        "reason",
        "rule",
        "survey",
        "metric",
        "due_at",
        "eligible_again_at",
        "invitation_id",
        "final",
    ]
    assert [dead.record.offset for dead in run.dead] == [3]
    assert run.last == moment("60h")


def test_what_is_due_up_to_the_end_of_the_log_is_settled() -> None:
    when = {"a": "0h", "c": "29h", "x": "30h"}
    for events, final in (("a", None), ("ax", "sent"), ("ac", "cancelled")):
        lines = [line(kind, when[kind], f"c-{kind == 'x'}", kind) for kind in events]
        known = rules(ROUTES.replace("[a, b]", "z"))
        assert msgspec.json.decode(written(known, lines)[0][0])["final"] == final


def test_an_empty_log() -> None:
    output, run = written(LIMITED, [])
    assert (output, run.last, run.customers) == ([], None, {})
