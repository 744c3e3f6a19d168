"""How a service ends: told to, it gives up its start or finishes what is in flight, and takes no longer than it may."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from router.telemetry.logs import traced

log = structlog.get_logger(__name__)

NOT_IN_TIME: Final = 143
FAILED: Final = 1
_TELLING_SECONDS: Final = 2.0

Stop = Callable[[], object]


class Ending:
    """Waits for SIGTERM and SIGINT. `seconds` is how long a stop may take; `leave` ends the process after that.

    Everything is stored in transactions, so leaving at once loses nothing: what is not committed is read again.
    """

    def __init__(self, seconds: float, leave: Callable[[int], object] | None = None) -> None:
        self._seconds = seconds
        self._leave = leave
        self._timer: threading.Timer | None = None
        self._stop: Stop | None = None
        self._starting: asyncio.Task[object] | None = None
        self.begun = False
        self.failed = False
        self._error: BaseException | None = None

    async def run(self, service: Awaitable[None]) -> None:
        """Runs a service to its end. One that is told to end while it starts is given up."""
        self._starting = asyncio.current_task()
        self._listen()
        try:
            await service
        except asyncio.CancelledError:
            if not self.begun or self._stop is not None or self._starting is None:
                raise
            self._starting.uncancel()
            log.info("stopped", message="told to end before the start was complete")
        except BaseException as error:
            self.failed, self._error = True, error
            raise
        finally:
            # What follows, such as the end of the event loop, may hang as well.
            self._bound()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled, number)

    def _signalled(self, number: signal.Signals) -> None:
        if not self.begun:
            log.info("stop_asked_for", signal=number.name)
        self.begin()

    def started(self, stop: Stop) -> None:
        """The service is up: from here on `stop` asks it to end."""
        self._stop = stop
        if self._starting is not None:
            # FastStream listens by itself once it runs, and says nothing.
            self._listen()
        if self.begun:
            stop()

    def begin(self, *, failed: bool = False) -> None:
        """Ends the service: now, or in order where it is up. Once told is enough."""
        self.failed = self.failed or failed
        if self.begun:
            return
        self.begun = True
        self._bound()
        if self._stop is not None:
            self._stop()
        elif self._starting is not None:
            self._starting.cancel()

    def over(self) -> None:
        """Everything ended: the process is not left any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _bound(self) -> None:
        if self._leave is None or self._timer is not None:
            return
        self._timer = threading.Timer(self._seconds, self._left)
        self._timer.daemon = True
        self._timer.start()

    def _left(self) -> None:
        # Whatever hangs, the event loop and the log included.
        telling = threading.Thread(target=self._tell_why, daemon=True)
        telling.start()
        telling.join(_TELLING_SECONDS)
        if self._leave is not None:
            self._leave(FAILED if self.failed else NOT_IN_TIME)

    def _tell_why(self) -> None:
        error = self._error
        after = {"error": type(error).__name__, "where": traced(error)} if error is not None else {}
        log.error(
            "service_stopped",
            **after,
            cause=f"not everything ended within {self._seconds:g} s (ROUTER_STOP_SECONDS), so the process leaves",
            message="Nothing is lost: what is not committed is read again, what is not settled is sent again by its id.",
        )


@contextmanager
def leaving(seconds: float) -> Iterator[Ending]:
    """An ending for a process of its own: past the time it leaves, whatever still waits within."""
    ending = Ending(seconds, os._exit)
    try:
        yield ending
    finally:
        ending.over()
