"""`python -m tests.slow_hours`: every minute of two years, for every zone and wish."""

import sys
import time as clock

from tests.slow_hours.comparing import ZONES, differences, wishes
from tests.slow_hours.minutes import MINUTE, utc


def main() -> int:
    """Compares all; the exit code says whether there was a difference."""
    found = compared = 0
    for zone, (year, region) in ZONES.items():
        minutes = (utc(year + 2) - utc(year)) // MINUTE
        for wish in wishes(region):
            begun = clock.monotonic()
            differing = list(differences(wish, zone, utc(year), minutes))
            compared, found = compared + minutes, found + len(differing)
            print(
                f"{zone}, {wish.name}: {minutes:,} minutes, {len(differing)} differ ({clock.monotonic() - begun:.0f} s)"
            )
            for line in differing[:5]:
                print(f"  {line}")
            sys.stdout.flush()
    print(f"{compared:,} minutes compared, {found} differ")
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main())
