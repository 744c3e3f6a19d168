"""When time alone brings something about, and for whom: the earliest moment of each name, in order."""

from datetime import datetime
from heapq import heappop, heappush


class Timetable:
    """Holds one moment a name. Those of one moment come in the order of their names.

    A name's earlier entries stay in the heap and are passed over when they come up, so that a change costs as little
    as a new one.
    """

    def __init__(self) -> None:
        self._moments: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def put(self, name: str, at: datetime | None) -> None:
        """Sets the moment of a name, in place of the one it had; None: there is none."""
        if at is None:
            self._moments.pop(name, None)
        elif self._moments.get(name) != at:
            self._moments[name] = at
            heappush(self._heap, (at, name))

    def pop(self, until: datetime) -> tuple[datetime, str] | None:
        """Takes out the earliest entry up to a moment, that one included; None: there is none."""
        heap, moments = self._heap, self._moments
        while heap and heap[0][0] <= until:
            at, name = heappop(heap)
            if moments.get(name) == at:
                del moments[name]
                return at, name
        return None
