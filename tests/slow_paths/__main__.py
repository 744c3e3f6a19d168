"""`python -m tests.slow_paths`: 20,000 logs through every way."""

import sys

from tests.running.many import Many, compare
from tests.slow_paths.comparing import Different, check

LOGS = Many("python -m tests.slow_paths", "logs", 20_000, 100, "logs come to the same every way", Different)

if __name__ == "__main__":
    sys.exit(compare(LOGS, check))
