"""`python -m tests.mutated_messages`: a million mutated messages through the mappings that are shipped."""

import sys

from tests.mutated_messages.comparing import Different, check
from tests.running.many import Many, compare

MESSAGES = Many(
    "python -m tests.mutated_messages",
    "messages",
    1_000_000,
    10_000,
    "mutated messages are an interaction, an explained skip or a dead letter, and cost no neighbour anything",
    Different,
)

if __name__ == "__main__":
    sys.exit(compare(MESSAGES, check))
