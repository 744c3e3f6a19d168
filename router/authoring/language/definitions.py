"""What the files of a set hold, by kind, each definition with the node it was read from."""

from typing import Generic, TypeVar

from msgspec import Struct

from router.authoring.language.groups import Groups
from router.authoring.language.keys import Block
from router.authoring.language.node import Node
from router.model.alert_tests import AlertTest
from router.model.alerts import AlertRule, ScoreShiftRule
from router.model.journey import JourneyDefinition
from router.model.policy import Limit, Policy, Quota, RateCap, Target
from router.model.rule_tests import RuleTest
from router.model.rules import Position, Rule
from router.model.schedules import Schedule
from router.model.source_tests import SourceTest
from router.model.sources import Source
from router.model.survey import Survey

T = TypeVar("T")


class Placed(Struct, Generic[T], frozen=True):
    """A definition with the mapping it was read from, and the node of its name where that is a key."""

    definition: T
    node: Node
    key: Node | None = None

    @property
    def position(self) -> Position:
        """Where its name stands, or where it begins."""
        return self.key.position if self.key else self.node.position

    def place(self, *path: str) -> Position:
        """Where the value at a path of keys stands; the nearest part around it where there is none."""
        return self.node.place(*path)

    def values(self, *path: str) -> list[Node]:
        """The value at a path of keys: the members of a list, or the only one; nothing where it is missing."""
        node = self.node.find(*path)
        return node.each() if node else []


class PolicyDefinition(Struct, frozen=True):
    """The one policy, with its limits, quotas, rate caps and targets as placed; `keys` is None where there is no policy file."""

    policy: Policy
    keys: Block | None = None
    limits: tuple[Placed[Limit | Quota], ...] = ()
    rate_caps: tuple[Placed[RateCap], ...] = ()
    targets: tuple[Placed[Target], ...] = ()

    def place(self, *path: str) -> Position:
        """Where the value at a path of keys stands."""
        return self.keys.place(*path) if self.keys else Position("", 1, 1)

    def values(self, *path: str) -> list[Node]:
        """As of `Placed`."""
        node = self.keys.node.find(*path) if self.keys else None
        return node.each() if node else []


class Definitions(Struct, frozen=True):
    """All definitions of a set. A survey is None where it is named but could not be read.

    `roots` are the files as they stand, `blocks` those that name definitions of others, `texts` what was read, by file.
    """

    journeys: dict[str, Placed[JourneyDefinition]]
    rules: list[Placed[Rule]]
    surveys: dict[str, Placed[Survey | None]]
    policy: PolicyDefinition
    tests: list[RuleTest]
    groups: Groups
    roots: list[Node]
    blocks: list[Block]
    alerts: list[Placed[AlertRule]]
    alert_tests: list[AlertTest]
    score_shifts: list[Placed[ScoreShiftRule]]
    schedules: list[Placed[Schedule]]
    sources: list[Placed[Source]]
    source_tests: list[SourceTest]
    texts: dict[str, bytes]

    def types(self, *, schedules: bool = True) -> set[str]:
        """The interaction types that journeys name, those that the policy reads consent out of, and those of schedules."""
        policy = self.policy.policy
        types = {*policy.suppressed_by, *policy.consent_given_by, *policy.consent_withdrawn_by}
        for journey in self.journeys.values():
            types.update(kind for step in journey.definition.steps.values() for kind in step.on)
            types.update(kind for effort in journey.definition.effort for kind in effort.types)
        if schedules:
            types.update(one.definition.type for one in self.schedules)
        return types
