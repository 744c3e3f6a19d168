"""`python -m tests.slow_paths`: 20,000 logs through every way."""

import argparse
import math
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.slow_paths.comparing import Different, check

CHUNK = 100


def main() -> int:
    """Compares, and tells how far it is; 1 where two ways differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.slow_paths")
    parser.add_argument("--logs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1_000, help="the first one; every 100 logs take the next")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    begin, done = time.monotonic(), 0
    seeds = range(asked.seed, asked.seed + math.ceil(asked.logs / CHUNK))
    with ProcessPoolExecutor(asked.processes) as pool:
        try:
            for count in pool.map(check, seeds, [CHUNK] * len(seeds)):
                done += count
                print(
                    f"{done:,} logs come to the same every way, {time.monotonic() - begin:.0f} s", flush=True
                )
        except Different as difference:
            pool.shutdown(cancel_futures=True)
            print(difference)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
