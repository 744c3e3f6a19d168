"""Starts a Kafka and a PostgreSQL for work by hand, until Ctrl-C."""

import signal
import sys

from tests.services.ways import choose_kafka, choose_postgres


def main() -> None:
    """Start both, print their addresses, and wait. `--durable`: PostgreSQL writes through to the disk."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    durable = "--durable" in sys.argv[1:]
    with choose_kafka().service as kafka, choose_postgres(durable=durable).service as postgres:
        print(f"Kafka ({kafka.kind}): {kafka.bootstrap}")
        print(f"PostgreSQL ({postgres.describe()}): {postgres.create_database()}")
        print("Ctrl-C ends both.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


main()
