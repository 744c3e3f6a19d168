"""Publishes the story at a pace that a person can follow."""

from router.demo.story import Story
from router.kafka.producer import Producer

AHEAD = 4000
"""Most records published and not yet handled, so that publishing and deciding are seen side by side."""

_AT_ONCE = 500


class StoryPublisher:
    """Sends the story over the Kafka protocol within `seconds`, 0 for as fast as it is handled.

    The first record goes alone: the pace begins once the consumers have taken it.
    """

    def __init__(self, producer: Producer, story: Story, seconds: float) -> None:
        self._producer = producer
        self._messages = story.messages
        self._seconds = seconds
        self._began: float | None = None
        self.sent = 0

    @property
    def done(self) -> bool:
        """Whether all records are published."""
        return self.sent == len(self._messages)

    async def step(self, at: float, handled: int) -> None:
        """Sends what is next at `at` (in seconds, of any clock). Raises `BrokerUnavailable`."""
        due = 1
        if handled:
            if self._began is None:
                self._began = at
            due = len(self._messages)
            if self._seconds:
                due = 1 + int(len(self._messages) * (at - self._began) / self._seconds)
        end = min(due, handled + AHEAD, self.sent + _AT_ONCE, len(self._messages))
        if end > self.sent:
            await self._producer.send(self._messages[self.sent : end])
            self.sent = end
