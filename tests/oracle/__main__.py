"""`python -m tests.oracle`: as many comparisons as wanted, on all cores."""

import argparse
import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.oracle.comparing import Different, check

CHUNK = 5_000


def main() -> int:
    """Compares, and tells how far it is; 1 where the program and the oracle differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle")
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1_000, help="the first one; every 5,000 take the next")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    begin, done = time.monotonic(), 0
    seeds = range(asked.seed, asked.seed + math.ceil(asked.interactions / CHUNK))
    with ProcessPoolExecutor(asked.processes) as pool:
        try:
            for count in pool.map(check, seeds, [CHUNK] * len(seeds)):
                done += count
                print(
                    f"{done:,} decisions and traces are equal, {time.monotonic() - begin:.0f} s", flush=True
                )
        except Different as difference:
            pool.shutdown(cancel_futures=True)
            print(difference)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
