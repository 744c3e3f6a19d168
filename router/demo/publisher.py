"""Publishes the story part by part, at a pace that a person can follow."""

from router.demo.story import Story
from router.kafka.producer import Producer

AHEAD = 4000
"""Most records published and not yet handled, so that publishing and deciding are seen side by side."""

PARTS = 6
"""So many parts the month is published in. Between two, what was sent is answered: the order is the same each time."""

_AT_ONCE = 500


class StoryPublisher:
    """Sends the story over the Kafka protocol within `seconds`, 0 for as fast as it is handled.

    The first record goes alone: the pace begins once the consumers have taken it. It stops at the end of each part, until
    `go_on` is called.
    """

    def __init__(self, producer: Producer, story: Story, seconds: float) -> None:
        self._producer = producer
        self._messages = story.messages
        self._per_second = len(story.messages) / seconds if seconds else 0.0
        self._began: tuple[float, int] | None = None
        self._part = 1
        self.sent = 0

    @property
    def end_of_part(self) -> int:
        """How many records are published when this part is."""
        return len(self._messages) * self._part // PARTS

    @property
    def done(self) -> bool:
        """Whether all records are published."""
        return self.sent == len(self._messages)

    def go_on(self) -> None:
        """Begins with the next part."""
        self._part += 1
        self._began = None

    async def step(self, at: float, handled: int) -> None:
        """Sends what is next at `at` (in seconds, of any clock). Raises `BrokerUnavailable`."""
        due = 1
        if handled:
            if self._began is None:
                self._began = at, self.sent
            began, sent = self._began
            due = sent + int(self._per_second * (at - began)) if self._per_second else len(self._messages)
        end = min(due, handled + AHEAD, self.sent + _AT_ONCE, self.end_of_part)
        if end > self.sent:
            await self._producer.send(self._messages[self.sent : end])
            self.sent = end
