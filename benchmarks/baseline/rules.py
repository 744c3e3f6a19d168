"""The user's hundred rules: each asks about ten products, where this service has a rule for every one."""

from dataclasses import dataclass

from benchmarks.story import ASKED_CHANNELS, ASKED_PLAIN_TYPES, ASKED_PRODUCTS, JOURNEYS, LEAST_AMOUNT

PRODUCTS_A_RULE = 10


@dataclass(frozen=True)
class Rule:
    id: str
    survey: str
    priority: int
    journey: str | None
    step: str | None
    type: str | None
    channels: tuple[str, ...]
    products: frozenset[str]
    least_amount: int

    def matches(
        self, kind: str, entered: tuple[str, str] | None, channel: str, product: str, amount: int
    ) -> bool:
        if self.journey is not None:
            if entered != (self.journey, self.step):
                return False
        elif kind != self.type:
            return False
        return channel in self.channels and product in self.products and amount >= self.least_amount


def all_rules() -> list[Rule]:
    targets: list[tuple[str | None, str | None, str | None]] = [
        (journey.name, step, None) for journey in JOURNEYS for step in journey.asked
    ]
    targets += [(None, None, kind) for kind in ASKED_PLAIN_TYPES]
    rules = [
        Rule(
            id=f"rule-{place}-{first}",
            survey="nps" if place % 2 else "ces",
            priority=place * 5,
            journey=journey,
            step=step,
            type=kind,
            channels=ASKED_CHANNELS,
            products=frozenset(f"p{product:03d}" for product in range(first, first + PRODUCTS_A_RULE)),
            least_amount=LEAST_AMOUNT,
        )
        for place, (journey, step, kind) in enumerate(targets)
        for first in range(0, ASKED_PRODUCTS, PRODUCTS_A_RULE)
    ]
    return sorted(rules, key=lambda rule: -rule.priority)
