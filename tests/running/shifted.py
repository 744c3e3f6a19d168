"""The command line on a clock that can be set: SIGUSR1 puts it a day ahead, SIGUSR2 right. `ahead` as first word begins so."""

import signal
import sys
from datetime import datetime, timedelta

from router.cli.main import main
from router.flow.clock import WallClock
from router.service import parts as bootstrap

DAY = timedelta(days=1)


class SetClock(WallClock):
    """The time of day, and what it is off."""

    off = timedelta(0)

    def wall(self) -> datetime:
        """The time as this machine would know it."""
        return super().wall() + SetClock.off


def set_to(off: timedelta) -> None:
    """Sets the clock."""
    SetClock.off = off


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, lambda *_: set_to(DAY))
    signal.signal(signal.SIGUSR2, lambda *_: set_to(timedelta(0)))
    bootstrap.WallClock = SetClock  # type: ignore[misc]
    if sys.argv[1] == "ahead":
        set_to(DAY)
        del sys.argv[1]
    sys.exit(main())
