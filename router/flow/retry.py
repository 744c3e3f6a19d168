"""How long to wait before something is tried again."""

import asyncio
from collections.abc import Iterator

from msgspec import Struct


class Retry(Struct, frozen=True):
    """Seconds between two tries: first so long, then twice as long each time, up to the longest."""

    first: float
    longest: float

    def pauses(self) -> Iterator[float]:
        """The pauses of one run of failures, without end."""
        pause = self.first
        while True:
            yield pause
            pause = min(pause * 2, self.longest)


async def stops_within(stopping: asyncio.Event, seconds: float) -> bool:
    """Waits, but no longer than until a stop; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            return await stopping.wait()
    except TimeoutError:
        return False
