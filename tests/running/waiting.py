"""Waiting for a condition, never for a time; and never for as long as the test may take, so that its words show."""

import asyncio
import math
import time
from collections.abc import Callable

PATIENCE = 60.0
MARGIN = 10.0
"""Seconds that a wait ends before its test does."""

_ends = math.inf


class NeverHeld(AssertionError):
    """A condition did not come true in time."""


def waits_end_in(seconds: float) -> None:
    """From here on no wait goes on to the end of the test, which is so many seconds away."""
    global _ends  # noqa: PLW0603 - one test runs at a time
    _ends = time.monotonic() + seconds - MARGIN


def within(seconds: float) -> float:
    """So many seconds, or what is left of the test."""
    return max(min(seconds, _ends - time.monotonic()), 0.0)


async def eventually(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Return when the condition holds; it may be a coroutine function."""
    begun = time.monotonic()
    deadline = begun + within(patience)
    while True:
        held = condition()
        if asyncio.iscoroutine(held):
            held = await held
        if held:
            return
        if time.monotonic() > deadline:
            raise NeverHeld(f"{what}: still not so after {time.monotonic() - begun:.0f} s")
        await asyncio.sleep(0.05)
