"""The same rules and interactions for every engine, at any number of rules.

Each rule asks for one type and product, three of four channels and an amount. Whatever the number of rules, an
interaction is about one of them, and six in ten match it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from router.model.interaction import Interaction
from router.model.policy import Policy
from router.model.rules import All, Rule, Test
from router.model.survey import Survey, Text
from router.rules.ruleset import RuleSet

TYPES = 50
CHANNELS = ("phone", "chat", "web", "email")
ASKED_CHANNELS = CHANNELS[:3]
AMOUNTS = 100
LEAST_AMOUNT = 20
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

_NPS = Survey("nps", "nps", "nps", (0, 10), "higher_is_better", {"en": Text("Recommend?", "no", "yes")})


@dataclass(frozen=True)
class Target:
    """What one rule asks for."""

    rule: str
    type: str
    product: str


def targets(count: int) -> list[Target]:
    """What so many rules ask for, each something else."""
    return [
        Target(f"rule-{number:05d}", f"kind-{number % TYPES}", f"product-{number // TYPES}")
        for number in range(count)
    ]


def rule_set(wanted: list[Target]) -> RuleSet:
    """The rules as this service knows them."""
    rules = [
        Rule(
            target.rule,
            "nps",
            ("email",),
            when=All(
                (
                    Test("type", "eq", target.type),
                    Test("event.product", "eq", target.product),
                    Test("channel", "in", ASKED_CHANNELS),
                    Test("event.amount", "gte", LEAST_AMOUNT),
                )
            ),
            priority=number % 100,
        )
        for number, target in enumerate(wanted)
    ]
    return RuleSet([], rules, {"nps": _NPS}, Policy(unknown_consent="allow", locale_otherwise="en"))


@dataclass(frozen=True)
class Asked:
    """An interaction, the same as plain values for the other engines, and the rule that must match."""

    interaction: Interaction
    plain: dict[str, object]
    rule: str | None


def interactions(wanted: list[Target], seed: int) -> Iterator[Asked]:
    """Interactions without end, each about one of the targets."""
    draw, number = random.Random(seed), 0
    while True:
        number += 1
        target, channel, amount = draw.choice(wanted), draw.choice(CHANNELS), draw.randrange(AMOUNTS)
        plain: dict[str, object] = {"product": target.product, "amount": amount}
        name = f"customer-{draw.randrange(100_000)}"
        interaction = Interaction("/crm", str(number), target.type, NOW, name, channel, "en", dict(plain))
        matches = channel in ASKED_CHANNELS and amount >= LEAST_AMOUNT
        plain |= {"type": target.type, "channel": channel}
        yield Asked(interaction, plain, target.rule if matches else None)
