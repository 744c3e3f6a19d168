"""A mistake in the index, in a condition or in a gate is found within the comparisons that every run makes."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any

import pytest
from msgspec.structs import replace

from router.decide import choose as choosing
from router.decide.candidates import Situation
from router.model import customer_signals
from router.model.rules import ALWAYS, Condition
from router.policy import gates, limits, open_days, windows
from router.rules import evaluate, index
from router.rules.facts import MISSING, Facts
from router.rules.ruleset import RuleSet
from tests.oracle.comparing import Different, check
from tests.oracle.test_oracle import DECISIONS, SEEDS

Patch = pytest.MonkeyPatch
deciding = import_module("router.decide.decide")  # the package has a function of that name


def ignores_equality(patch: Patch) -> None:
    true = index._equality
    patch.setattr(
        index, "_split", lambda when, names: ({}, _without(when, lambda part: true(part) is not None))
    )


def _without(when: Condition, gone: Callable[[Condition], bool]) -> Condition:
    rest = tuple(part for part in index._parts(when) if not gone(part))
    return type(ALWAYS)(rest) if rest else ALWAYS


def takes_only_the_first_of_a_list(patch: Patch) -> None:
    true = index._equality
    patch.setattr(index, "_equality", lambda part: (values := true(part)) and values[:1])


def drops_the_untested_mask(patch: Patch) -> None:
    patch.setattr(index._Field, "close", lambda self: None)


def drops_the_untested_mask_where_the_field_is_missing(patch: Patch) -> None:
    true = index._Field.mask
    patch.setattr(
        index._Field, "mask", lambda self, facts: 0 if self.read(facts) is MISSING else true(self, facts)
    )


def looks_at_the_first_member_of_a_list(patch: Patch) -> None:
    def mask(self: Any, facts: Facts) -> int:
        value = self.read(facts)
        first = value[0] if isinstance(value, list | tuple) and value else value
        return int(self.masks.get(first, self.untested)) if isinstance(first, str) else int(self.untested)

    patch.setattr(index._Field, "mask", mask)


def ranks_the_lowest_first(patch: Patch) -> None:
    def wrong(entries: Any, key: Any) -> list[Any]:
        return sorted(entries, key=key, reverse=True)

    patch.setattr(index, "sorted", wrong, raising=False)


def ranks_equals_as_they_come(patch: Patch) -> None:
    def wrong(entries: Any, key: Any) -> list[Any]:
        rules = list(entries)
        if rules and hasattr(rules[0], "priority"):
            return sorted(rules, key=attrgetter("priority"), reverse=True)
        return sorted(rules, key=key)

    patch.setattr(index, "sorted", wrong, raising=False)


def forgets_the_steps(patch: Patch) -> None:
    def every(self: index.RuleIndex, journey: str, step: str) -> int:
        masks = [mask for (name, _), mask in self.of_transition.items() if name == journey]
        found = self.of_journey.get(journey, 0)
        for mask in masks:
            found |= mask
        return found

    patch.setattr(index.RuleIndex, "for_transition", every)


def forgets_rules_of_any_step(patch: Patch) -> None:
    patch.setattr(
        index.RuleIndex,
        "for_transition",
        lambda self, journey, step: self.of_transition.get((journey, step), 0),
    )


def forgets_what_the_index_does_not_hold(patch: Patch) -> None:
    true = index._split

    def wrong(when: Condition, names: list[str]) -> tuple[dict[str, tuple[str, ...]], Condition]:
        return true(when, names)[0], _without(when, lambda part: index._equality(part) is not None)

    patch.setattr(index, "_split", wrong)


def stops_after_the_first_match(patch: Patch) -> None:
    true = index.RuleIndex.matching

    def wrong(self: index.RuleIndex, mask: int, facts: Facts) -> Iterator[index.CompiledRule]:
        yield from list(true(self, mask, facts))[:1]

    patch.setattr(index.RuleIndex, "matching", wrong)


def compares_a_missing_field(patch: Patch) -> None:
    true = evaluate.comparison
    patch.setattr(
        evaluate,
        "comparison",
        lambda test: lambda actual: test.operator == "ne" if actual is MISSING else true(test)(actual),
    )


def takes_true_for_one(patch: Patch) -> None:
    patch.setattr(evaluate, "_same", lambda actual, wanted: bool(actual == wanted))


def leaves_out_the_end_of_between(patch: Patch) -> None:
    true = evaluate._COMPARE["between"]
    patch.setitem(evaluate._COMPARE, "between", lambda a, w: true(a, w) and a != w[1])


def closes_the_window(patch: Patch) -> None:
    true = windows.fullest
    patch.setattr(limits, "fullest", lambda times, at, width: true(times, at, width + (width / 10**6)))


def displaces_the_most_important(patch: Patch) -> None:
    true = choosing._displaced

    def wrong(candidate: Any) -> frozenset[str]:
        lesser = true(candidate)
        planned = [one.id for one in candidate.customer.invitations if one.state == "planned"]
        return frozenset(planned[-1:]) if lesser else lesser

    patch.setattr(choosing, "_displaced", wrong)


def asks_the_gates_in_another_order(patch: Patch) -> None:
    moved = (*gates.CANDIDATE_GATES[1:], gates.CANDIDATE_GATES[0])
    true = choosing.first_refusal
    patch.setattr(
        choosing,
        "first_refusal",
        lambda candidate, _gates: true(candidate, moved),
    )


def forbids_where_all_conditions_hold(patch: Patch) -> None:
    true = RuleSet.forbidden

    def wrong(rules: RuleSet, facts: Any) -> str | None:
        return true(rules, facts) if all(holds(facts) for holds, _ in rules._never) else None

    patch.setattr(RuleSet, "forbidden", wrong)


def knows_no_exception(patch: Patch) -> None:
    patch.setattr(gates, "_is_exception", lambda _rule, _policy: False)


def forgets_those_besides(patch: Patch) -> None:
    true = deciding.earned

    def wrong(situation: Situation, changes: Any, matches: Any) -> Any:
        return true(situation, changes, [one for one in matches if not one[0].rule.also] or matches[:1])

    patch.setattr(deciding, "earned", wrong)


def forgets_what_was_planned_before(patch: Patch) -> None:
    true = deciding.proposed

    def wrong(situation: Situation, entry: Any, facts: Facts) -> Any:
        kept = [one for one in situation.customer.invitations if one not in situation.planned]
        customer = replace(situation.customer, invitations=tuple(kept))
        return true(replace(situation, customer=customer), entry, facts)

    patch.setattr(deciding, "proposed", wrong)


def forgets_the_places_planned_before(patch: Patch) -> None:
    true = deciding.proposed
    patch.setattr(
        deciding,
        "proposed",
        lambda situation, entry, facts: true(replace(situation, planned=()), entry, facts),
    )


def counts_what_is_exactly_so_long_ago(patch: Patch) -> None:
    patch.setattr(customer_signals, "bisect_right", bisect_left)


def takes_the_decided_one_for_the_latest(patch: Patch) -> None:
    patch.setattr(customer_signals, "_newest", lambda times, _kind, _about: times[-1] if times else None)


def counts_by_when_it_was_heard_of(patch: Patch) -> None:
    true = deciding.noted
    patch.setattr(
        deciding, "noted", lambda known, kind, _time, wanted, now: true(known, kind, now, wanted, now)
    )


def works_on_holidays(patch: Patch) -> None:
    patch.setattr(open_days.OpenDays, "_holiday", lambda _days, _day, _kept: None)


def knows_no_special_day(patch: Patch) -> None:
    patch.setattr(open_days, "_special", lambda _day, _kept: None)


@pytest.mark.parametrize(
    "mistake",
    [
        ignores_equality,
        takes_only_the_first_of_a_list,
        drops_the_untested_mask,
        drops_the_untested_mask_where_the_field_is_missing,
        looks_at_the_first_member_of_a_list,
        ranks_the_lowest_first,
        ranks_equals_as_they_come,
        forgets_the_steps,
        forgets_rules_of_any_step,
        forgets_what_the_index_does_not_hold,
        stops_after_the_first_match,
        compares_a_missing_field,
        takes_true_for_one,
        leaves_out_the_end_of_between,
        closes_the_window,
        displaces_the_most_important,
        asks_the_gates_in_another_order,
        forbids_where_all_conditions_hold,
        knows_no_exception,
        forgets_those_besides,
        forgets_what_was_planned_before,
        forgets_the_places_planned_before,
        counts_what_is_exactly_so_long_ago,
        takes_the_decided_one_for_the_latest,
        counts_by_when_it_was_heard_of,
        works_on_holidays,
        knows_no_special_day,
    ],
)
def test_a_mistake_is_found(mistake: Callable[[Patch], None], monkeypatch: Patch) -> None:
    mistake(monkeypatch)
    with pytest.raises(Different):
        _check_all()


def _check_all() -> None:
    for seed in SEEDS:
        check(seed, DECISIONS)
