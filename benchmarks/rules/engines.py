"""The engines: each is built from the targets, and tells which rule matches an interaction."""

import json
from collections.abc import Callable, Sequence

import cel
import rule_engine
import zen

from benchmarks.rules.sets import ASKED_CHANNELS, LEAST_AMOUNT, NOW, Asked, Target, rule_set
from router.decide import decide
from router.decide.decide import Situation, matching
from router.model.customer import Customer

Engine = Callable[[Asked], str | None]
"""The id of the rule that matches, None where none does."""


def matched(wanted: Sequence[Target]) -> Engine:
    """This service: the rules that match, no gates."""
    rules = rule_set(list(wanted))

    def ask(asked: Asked) -> str | None:
        customer = Customer(asked.interaction.customer_id)
        found = matching(Situation(asked.interaction, customer, rules, NOW, (), {}))
        return found[0][0].rule.id if found else None

    return ask


def decided(wanted: Sequence[Target]) -> Engine:
    """This service: the whole decision, with all gates and the invitation."""
    rules = rule_set(list(wanted))

    def ask(asked: Asked) -> str | None:
        return decide(asked.interaction, Customer(asked.interaction.customer_id), rules, NOW).decision.rule

    return ask


def zen_engine(wanted: Sequence[Target]) -> Engine:
    """GoRules: one decision table that collects every row that matches."""
    decision = zen.ZenEngine().create_decision(json.dumps(_graph(wanted)))

    def ask(asked: Asked) -> str | None:
        found = decision.evaluate(asked.plain)["result"]
        return str(found[0]["rule"]) if found else None

    return ask


def _graph(wanted: Sequence[Target]) -> dict[str, object]:
    fields = ("type", "product", "channel", "amount")
    channels = ",".join(f'"{name}"' for name in ASKED_CHANNELS)
    rows = [
        {
            "_id": target.rule,
            "type": f'"{target.type}"',
            "product": f'"{target.product}"',
            "channel": channels,
            "amount": f">= {LEAST_AMOUNT}",
            "rule": f'"{target.rule}"',
        }
        for target in wanted
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        _node("in", "inputNode"),
        {**_node("table", "decisionTableNode"), "content": table},
        _node("out", "outputNode"),
    ]
    edges = [_edge("in", "table"), _edge("table", "out")]
    return {"nodes": nodes, "edges": edges}


def _node(name: str, kind: str) -> dict[str, object]:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}


def _edge(source: str, target: str) -> dict[str, object]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


def rule_engine_rules(wanted: Sequence[Target]) -> Engine:
    """rule-engine: an expression a rule, tried in turn up to the first that matches."""
    channels = ", ".join(f'"{name}"' for name in ASKED_CHANNELS)
    rules = [
        (
            target.rule,
            rule_engine.Rule(
                f'type == "{target.type}" and product == "{target.product}" and channel in [{channels}]'
                f" and amount >= {LEAST_AMOUNT}"
            ),
        )
        for target in wanted
    ]
    return lambda asked: next((name for name, rule in rules if rule.matches(asked.plain)), None)


def cel_programs(wanted: Sequence[Target]) -> Engine:
    """common-expression-language: a compiled program a rule, tried in turn up to the first that matches."""
    channels = ", ".join(f'"{name}"' for name in ASKED_CHANNELS)
    programs = [
        (
            target.rule,
            cel.compile(
                f'type == "{target.type}" && product == "{target.product}" && channel in [{channels}]'
                f" && amount >= {LEAST_AMOUNT}"
            ),
        )
        for target in wanted
    ]
    return lambda asked: next((name for name, one in programs if one.execute(asked.plain)), None)
