"""`python -m benchmarks.sources`: the shipped mappings on their own samples; one mapping beside two expression engines."""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks.sources import engines
from tests.mutated_messages.mutating import shipped

WANTED: float = 10
"""Microseconds that mapping a record takes at most, the median over the shipped samples."""

AT_ONCE = 20
"""Calls that are timed together: so few that a busy machine lets some of them through undisturbed."""


def micros(calls: Sequence[Callable[[], object]], seconds: float) -> list[float]:
    """The least time of a call each, in microseconds. All take turns, so that none has a better moment."""
    best = [float("inf")] * len(calls)
    until = time.perf_counter() + seconds
    gc.disable()
    while time.perf_counter() < until:
        for place, call in enumerate(calls):
            begin = time.perf_counter()
            for _ in range(AT_ONCE):
                call()
            best[place] = min(best[place], (time.perf_counter() - begin) / AT_ONCE * 1e6)
    gc.enable()
    return best


def main() -> int:
    """Measures and tells; 0 where mapping is as fast as is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sources")
    parser.add_argument("--seconds", type=float, default=20, help="of each of the two parts")
    seconds = parser.parse_args().seconds
    mappers, _, records = shipped()
    calls = [lambda record=record: mappers[record.topic].take(record) for record in records]
    mapped = [bool(mappers[record.topic].take(record).interactions) for record in records]
    took = micros(calls, seconds)
    median = statistics.median(took)
    of_mapped = statistics.median(one for one, is_mapped in zip(took, mapped, strict=True) if is_mapped)
    print(
        f"{len(records)} samples of the shipped mappings: {median:.1f} µs a record (median), {max(took):.0f} at most"
    )
    print(f"of these {sum(mapped)} become interactions: {of_mapped:.1f} µs (median)")
    sides = {
        "jmespath": engines.jmespath_expression(),
        "common-expression-language": engines.cel_program(),
        "this service": engines.mapping(),
    }
    for name, ask in sides.items():
        if ask() != engines.SEEN:
            print(f"{name} gives {ask()}, and not {engines.SEEN}")
            return 1
    sides["this service"] = engines.taken()
    for name, one in zip(sides, micros(list(sides.values()), seconds), strict=True):
        print(
            f"nine values of a message of {len(engines.MESSAGE)} bytes, read and mapped, {name}: {one:.1f} µs"
        )
    print(f"at most {WANTED:.0f} µs are wanted")
    return 0 if median <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
