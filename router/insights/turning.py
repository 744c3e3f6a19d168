"""Which single change would turn a decision not to ask: the one gate that stood in the way of a rule."""

from msgspec import Struct

from router.insights.why import GateWords, RuleWords, Why
from router.policy.gates import AGREED_CHANNEL


class Turn(Struct, frozen=True):
    """A rule that matched, and the only gate that kept it from asking."""

    rule: str
    gate: GateWords


def turns(why: Why) -> list[Turn]:
    """The rules that a single change would have let ask, in the order in which they were tried.

    Empty where somebody was asked, or where a gate on the interaction itself refused: then no rule alone changes it. An
    explanation judges every gate of a rule, also those behind the one that refused, so that the others are known to pass.
    """
    if why.outcome == "invite" or not all(gate.passed for gate in why.gates):
        return []
    return [Turn(rule.rule, refused[0]) for rule in why.rules if len(refused := _refused(rule)) == 1]


def _refused(rule: RuleWords) -> list[GateWords]:
    refused = [gate for gate in rule.gates if not gate.passed] if rule.matched else []
    if refused and refused[0].gate == "consent":
        # Without consent there is no agreed channel: where no address is needed, that refusal only follows.
        return [gate for gate in refused if (gate.gate, gate.limit) != ("channel", AGREED_CHANNEL)]
    return refused
