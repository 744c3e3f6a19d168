"""`python -m tests.oracle`: as many comparisons with the program as wanted."""

import sys

from tests.oracle.comparing import Different, check
from tests.running.many import Many, compare

INTERACTIONS = Many(
    "python -m tests.oracle",
    "interactions",
    1_000_000,
    5_000,
    "decisions and traces are equal",
    Different,
)

if __name__ == "__main__":
    sys.exit(compare(INTERACTIONS, check))
