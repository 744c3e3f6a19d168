"""Waiting for a condition, never for a time."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 60.0


class NeverHeld(AssertionError):
    """A condition did not come true in time."""


async def eventually(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Return when the condition holds; it may be a coroutine function."""
    deadline = time.monotonic() + patience
    while True:
        held = condition()
        if asyncio.iscoroutine(held):
            held = await held
        if held:
            return
        if time.monotonic() > deadline:
            raise NeverHeld(f"{what}: still not so after {patience:.0f} s")
        await asyncio.sleep(0.05)
