"""Comparisons by the thousand, on all cores."""

import argparse
import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple


class Many(NamedTuple):
    """What is compared: how many `things` for a seed at a time, what they are `equal` in, and what a difference raises."""

    program: str
    things: str
    count: int
    chunk: int
    equal: str
    different: type[Exception]


def compare(many: Many, check: Callable[[int, int], int]) -> int:
    """Checks seed by seed as the command line says, and tells how far it is; 1 at the first difference."""
    parser = argparse.ArgumentParser(prog=many.program)
    parser.add_argument(f"--{many.things}", type=int, default=many.count, dest="count")
    parser.add_argument(
        "--seed", type=int, default=1_000, help=f"the first one; every {many.chunk:,} take the next"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    begin, done = time.monotonic(), 0
    seeds = range(options.seed, options.seed + math.ceil(options.count / many.chunk))
    with ProcessPoolExecutor(options.processes) as pool:
        try:
            for count in pool.map(check, seeds, [many.chunk] * len(seeds)):
                done += count
                print(f"{done:,} {many.equal}, {time.monotonic() - begin:.0f} s", flush=True)
        except many.different as difference:
            pool.shutdown(cancel_futures=True)
            print(difference)
            return 1
    return 0
