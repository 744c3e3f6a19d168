"""Decisions a second, all engines in one run, in turns."""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import islice
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from benchmarks.rules import engines
from benchmarks.rules.sets import Asked, Target, interactions, targets

SIZES = (10, 100, 1_000, 10_000)
MOST_GROWTH = 3.0
"""How much more a decision may cost with 10,000 rules than with 10."""
LEAST_AGAINST_ZEN = 150.0
"""How often this service must match in the time of one call of zen-engine, which matches only, with 10,000 rules."""

_POOL = 5_000
_ENGINES: dict[str, Callable[[Sequence[Target]], engines.Engine]] = {
    "this service, matching": engines.matched,
    "this service, whole decision": engines.decided,
    f"zen-engine {version('zen-engine')}": engines.zen_engine,
    f"rule-engine {version('rule-engine')}": engines.rule_engine_rules,
    f"common-expression-language {version('common-expression-language')}": engines.cel_programs,
}
_MATCHED, _DECIDED, _ZEN = tuple(_ENGINES)[:3]

Rates = dict[str, list[float]]
"""Decisions a second by engine, one for each number of rules."""


class WrongAnswer(Exception):
    """An engine found another rule than the one that matches: its figures mean nothing."""


def measure(seed: int, rounds: int, seconds: float) -> bool:
    """Shows the rates of all engines at all sizes; whether this service reaches what is wanted."""
    console = Console(width=140)
    console.print(describe_machine(), highlight=False)
    rates: Rates = {name: [] for name in _ENGINES}
    for size in SIZES:
        wanted = targets(size)
        pool = list(islice(interactions(wanted, seed), _POOL))
        for name, rate in _rates(wanted, pool, rounds, seconds).items():
            rates[name].append(rate)
    _show(rates, console)
    growth = rates[_DECIDED][0] / rates[_DECIDED][-1]
    against = rates[_MATCHED][-1] / rates[_ZEN][-1]
    console.print(
        f"a decision with {SIZES[-1]:,} rules costs {growth:.2f} times one with {SIZES[0]}"
        f" (at most {MOST_GROWTH:.0f} is wanted); zen-engine takes {against:,.0f} times as long to match"
        f" (at least {LEAST_AGAINST_ZEN:.0f})",
        highlight=False,
    )
    return growth <= MOST_GROWTH and against >= LEAST_AGAINST_ZEN


def _rates(wanted: list[Target], pool: list[Asked], rounds: int, seconds: float) -> dict[str, float]:
    built = {name: build(wanted) for name, build in _ENGINES.items()}
    found: dict[str, list[float]] = {name: [] for name in built}
    for _ in range(rounds):
        for name, engine in built.items():
            found[name].append(_rate(name, engine, pool, seconds))
    return {name: median(values) for name, values in found.items()}


def _rate(name: str, engine: engines.Engine, pool: list[Asked], seconds: float) -> float:
    done, begin = 0, time.perf_counter()
    while (spent := time.perf_counter() - begin) < seconds:
        asked = pool[done % len(pool)]
        if engine(asked) != asked.rule:
            raise WrongAnswer(f"{name}: {asked.plain} must match {asked.rule}")
        done += 1
    return done / spent


def _show(rates: Rates, console: Console) -> None:
    table = Table("decisions a second", *(f"{size:,} rules" for size in SIZES), title="median of the rounds")
    for name, values in rates.items():
        table.add_row(name, *(f"{value:,.0f}" if value >= 10 else f"{value:.2f}" for value in values))
    table.add_section()
    for ours, short in ((_MATCHED, "matching"), (_DECIDED, "whole decision")):
        for name in tuple(rates)[2:]:
            pairs = zip(rates[ours], rates[name], strict=True)
            table.add_row(f"{short} : {name}", *(f"{mine / theirs:,.1f}" for mine, theirs in pairs))
    console.print(table)
