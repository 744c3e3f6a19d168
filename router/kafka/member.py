"""A named member of a consumer group: whether it has its name to itself."""

from collections import deque
from typing import Any

from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

FENCES, FENCED_WITHIN = 3, 60.0
"""A named member that loses its membership so many times in so many seconds shares its name with another one."""

FENCED_INSTANCE_ID = 82
"""Kafka's error code for that, which aiokafka does not know."""


class NamedMember:
    """Hears what Kafka answers a member. Times are those of the event loop; `name` None: it goes by none.

    `beat_at` is when Kafka last took it for alive, which holds for `session` seconds.
    """

    def __init__(self, name: str | None, session: float) -> None:
        self.name = name
        self.session = session
        self.beat_at = 0.0
        self._lost: deque[float] = deque(maxlen=FENCES)
        self._refused = False

    def answered(self, request: Any, response: Any, now: float) -> None:
        """Takes in an answer of Kafka."""
        error = getattr(response, "error_code", None)
        if error == FENCED_INSTANCE_ID:
            self._refused = True
        if error == 0 and isinstance(request, HeartbeatRequest | SyncGroupRequest):
            self.beat_at = now

    def lost(self, now: float) -> None:
        """Kafka does not know this member any more: its session ended, or another one took its name.

        One that stood still, as a stopped process does, lost its session by that and to nobody.
        """
        if now - self.beat_at < self.session:
            self._lost.append(now)

    def shared(self, now: float) -> str | None:
        """That another worker goes by the name of this one; None where that is not known."""
        often = len(self._lost) == FENCES and now - self._lost[0] < FENCED_WITHIN
        if not self.name or not (often or self._refused):
            return None
        return (
            f"another worker goes by the name {self.name}, and they take each other's partitions away:"
            " give each worker a ROUTER_KAFKA__INSTANCE of its own, or leave it unset"
        )
