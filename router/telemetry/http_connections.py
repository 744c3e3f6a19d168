"""Connections: not more than so many, and none on which nothing is asked for."""

import asyncio
import logging
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

_BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)

_LOGGER: Final = logging.getLogger("uvicorn.error.bounded")
# It warns of every request that is none: whoever sends those would fill the log.
_LOGGER.setLevel(logging.ERROR)


class Bounded(H11Protocol):
    """The protocol of uvicorn with at most `most` connections, of which each has `seconds` to ask for something.

    That one counts connections only once they have asked, and waits for that as long as it takes.
    """

    most: int
    seconds: float

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.logger = _LOGGER
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Answers with 503 where there are too many."""
        full = len(self.connections) >= self.most
        super().connection_made(transport)
        if full:
            transport.write(_BUSY)
            transport.close()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A request whose headers have come has a time limit of its own."""
        super().data_received(data)
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._unwait()

    def on_response_complete(self) -> None:
        """The next request has as long again, unless it is here already."""
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the wait."""
        self._unwait()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._unwait()
        self._late = self.loop.call_later(self.seconds, self.transport.abort)

    def _unwait(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def bounded(most: int, seconds: float) -> type[Bounded]:
    """The protocol with these bounds."""
    return type("BoundedHere", (Bounded,), {"most": most, "seconds": seconds})
