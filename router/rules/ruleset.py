"""A checked, compiled rule set: what every decision is made with."""

import unicodedata
from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from router.model.alerts import AlertRule, ScoreShiftRule
from router.model.customer import Customer
from router.model.customer_signals import remembered
from router.model.invitation_states import LAPSE_AFTER
from router.model.journey import EXPIRED, JourneyDefinition
from router.model.journey_map import JourneyMap
from router.model.policy import Policy
from router.model.preferences import channel_name
from router.model.rules import Rule
from router.model.schedules import Schedule
from router.model.sources import Source
from router.model.survey import Survey
from router.policy.gates import gates_of
from router.rules.alerts import CompiledAlert
from router.rules.evaluate import compiled, in_words
from router.rules.facts import Facts
from router.rules.index import CompiledRule, RuleIndex
from router.sources.mapper import mappers_of

KEEP = timedelta(days=366)
"""Past invitations are remembered this long where they are not too many, so that a lengthened limit finds them."""


class RuleSet:
    """All YAML together, valid as a whole. `sha256` names its content, `revision` its number where it has one.

    `gates` are those that can refuse under each rule.
    `counting` is how far back a customer's invitations may count, or be told of; `memory` how far back they are
    remembered where they are few. `signals` are those of the customer by name, `remembered` what is kept for them, by
    interaction type. `besides` tells whether an interaction may earn more than one invitation. `cancelling` are the interaction
    types that take invitations back; `telling` gives, of a type, the policy's type by which it changes consent or
    suppressions, for a no in any capitals, and None where it changes nothing; `awaited` the journeys whose end by
    idleness a rule waits for; `channels` those that rules and policy name, `purposes` those of surveys; `identifying` the attributes, by type, that tell whose an interaction is; `alerts` which responses need somebody, `score_shifts` which scores are watched.
    `schedules` are the days on which time is an occasion, `counted_from` the steps that they count from, `scheduled_by`
    a number that changes when the moments of schedules may be others; None where there is no schedule. `mappers` make
    interactions of the messages of `sources`, by topic.
    """

    def __init__(  # noqa: PLR0913 - parts, put together in one place
        self,
        journeys: list[JourneyDefinition],
        rules: list[Rule],
        surveys: dict[str, Survey],
        policy: Policy,
        sha256: str = "",
        revision: int = 0,
        alerts: Sequence[AlertRule] = (),
        score_shifts: Sequence[ScoreShiftRule] = (),
        schedules: Sequence[Schedule] = (),
        sources: Sequence[Source] = (),
    ) -> None:
        self.maps = {definition.name: JourneyMap(definition) for definition in journeys}
        self.surveys = surveys
        self.policy = policy
        # A limit may count by the answer, which comes later than the release that the state goes by.
        self.counting = policy.longest_window + LAPSE_AFTER
        self.memory = max(KEEP, self.counting)
        self.sha256 = sha256
        self.revision = revision
        self.index = RuleIndex(rules)
        self.rules: dict[str, CompiledRule] = {entry.rule.id: entry for entry in self.index.rules}
        self.gates = gates_of(rules, policy)
        self.maps_of_type = _maps_of_type(list(self.maps.values()))
        self.besides = any(rule.also for rule in rules)
        self.signals = policy.customer_signals
        self.remembered = remembered(self.signals.values())
        self.cancelling = frozenset(kind for rule in rules for kind in rule.cancel_on)
        self.channels = _channels(rules, policy)
        self.purposes = frozenset(channel_name(one.purpose) for one in surveys.values() if one.purpose)
        self.telling = _telling(policy)
        self.awaited = frozenset(rule.journey for rule in rules if rule.journey and EXPIRED in rule.steps)
        self.identifying = _identifying(list(self.maps.values()))
        never = policy.never_ask_while.conditions if policy.never_ask_while else ()
        self._never = [(compiled(condition), in_words(condition)) for condition in never]
        self.schedules = {one.id: one for one in sorted(schedules, key=lambda one: one.id)}
        self.counted_from = frozenset(one.entered for one in schedules if one.entered)
        self.scheduled_by = _fingerprint(self.schedules, policy)
        self.sources = {one.name: one for one in sorted(sources, key=lambda one: one.name)}
        self.mappers = mappers_of(self.sources.values())
        self.score_shifts = {rule.id: rule for rule in sorted(score_shifts, key=lambda rule: rule.id)}
        self.alerts = {
            rule.id: CompiledAlert(rule, self.signals) for rule in sorted(alerts, key=lambda rule: rule.id)
        }

    def forbidden(self, facts: Facts) -> str | None:
        """The words of the first condition of the policy's `never_ask_while` that holds; None where none does."""
        for holds, words in self._never:
            if holds(facts):
                return words
        return None

    def open_journeys(self, customer: Customer, at: datetime) -> tuple[str, ...]:
        """The names of a customer's journeys that are open at that time."""
        open_now = (
            entry for entry in customer.live if (m := self.maps.get(entry.name)) and m.is_open(entry, at)
        )
        return tuple(sorted({entry.name for entry in open_now}))

    def without_schedules(self) -> "RuleSet":
        """The same rules, under which time alone is no occasion to ask."""
        other = copy(self)
        other.schedules, other.scheduled_by = {}, None
        return other


def _fingerprint(schedules: dict[str, Schedule], policy: Policy) -> int | None:
    """A number of what the moments of schedules depend on, the customers left out; None: there are none."""
    if not schedules:
        return None
    told = [replace(one, position=None) for one in schedules.values()]
    depends = (told, policy.salt, policy.zone, policy.zone_of_customer)
    return int.from_bytes(blake2b(msgspec.msgpack.encode(depends), digest_size=8).digest(), "big") >> 1


def _telling(policy: Policy) -> Callable[[str], str | None]:
    noes = (*policy.suppressed_by, *policy.consent_withdrawn_by)
    exact = {*noes, *policy.consent_given_by}
    spelt = {_folded(kind): kind for kind in noes}

    @lru_cache(4096)
    def told(kind: str) -> str | None:
        return kind if kind in exact else spelt.get(_folded(kind))

    return told


def _folded(kind: str) -> str:
    return unicodedata.normalize("NFKC", kind).casefold().strip()


def _channels(rules: list[Rule], policy: Policy) -> frozenset[str]:
    found = set(policy.channels)
    for rule in rules:
        found.update(rule.channels, rule.reminder.channels if rule.reminder else ())
    found.update(limit.channel for limit in policy.limits if limit.channel is not None)
    found.update(quota.channel for quota in policy.quotas if quota.channel is not None)
    return frozenset(channel_name(channel) for channel in found)


def _identifying(maps: list[JourneyMap]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for journey_map in maps:
        attribute = journey_map.definition.instance
        if journey_map.definition.identifies_customer and attribute is not None:
            for kind in journey_map.types:
                found[kind] = tuple(sorted({*found.get(kind, ()), attribute}))
    return found


def _maps_of_type(maps: list[JourneyMap]) -> dict[str, tuple[JourneyMap, ...]]:
    found: dict[str, tuple[JourneyMap, ...]] = {}
    for journey_map in maps:
        for kind in journey_map.types:
            found[kind] = (*found.get(kind, ()), journey_map)
    return found
