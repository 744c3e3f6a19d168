from datetime import UTC, datetime
from typing import Literal

from router.insights.turning import turns
from router.insights.why import GateWords, RuleWords, Why
from router.model.decision import Gate, Outcome

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def gates(
    *refused: Gate, names: tuple[Gate, ...] = ("consent", "sample", "shared_limit")
) -> tuple[GateWords, ...]:
    return tuple(GateWords(name, name not in refused, f"{name} says so.") for name in names)


def rule(name: str, *refused: Gate, matched: bool = True) -> RuleWords:
    return RuleWords(
        name, 10, tried=True, matched=matched, sentence="", gates=gates(*refused) if matched else ()
    )


def why(*rules: RuleWords, outcome: Outcome = "no_survey", opening: Literal["step"] | None = None) -> Why:
    return Why(
        source="/crm",
        id="1",
        type="complaint.resolved",
        time=AT,
        customer_id="ann",
        decided_at=AT,
        revision=1,
        happened="",
        moves=(),
        journey=None,
        instance=None,
        step=None,
        outcome=outcome,
        reason="no_rule_matched",
        decided="",
        again="",
        eligible_again_at=None,
        note=None,
        gates=gates(*([opening] if opening else []), names=("duplicate", "customer", "step")),
        rules=rules,
    )


def test_the_one_gate_that_stood_in_the_way_is_the_change_that_turns_it() -> None:
    found = turns(why(rule("a", "consent", "sample"), rule("b", "shared_limit"), rule("c", matched=False)))
    assert [(one.rule, one.gate.gate) for one in found] == [("b", "shared_limit")]


def test_nothing_turns_where_somebody_was_asked_or_the_interaction_itself_was_refused() -> None:
    assert turns(why(rule("b", "shared_limit"), outcome="invite")) == []
    assert turns(why(rule("b", "shared_limit"), opening="step")) == []
