from collections.abc import Sequence

from router.demo.publisher import AHEAD, PARTS, StoryPublisher
from router.demo.story import Story
from router.model.record import Message


class Sent:
    def __init__(self) -> None:
        self.values: list[bytes | None] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.values += [message.value for message in messages]


def a_story(length: int) -> Story:
    messages = [Message("topic", None, str(number).encode()) for number in range(length)]
    return Story(messages, frozenset(("source", str(number)) for number in range(length)), 0)


async def test_the_first_record_goes_alone_until_it_is_handled() -> None:
    sent = Sent()
    publisher = StoryPublisher(sent, a_story(100), seconds=10)

    await publisher.step(0.0, handled=0)
    await publisher.step(5.0, handled=0)

    assert sent.values == [b"0"]


async def test_the_pace_begins_when_the_first_record_is_handled() -> None:
    sent = Sent()
    publisher = StoryPublisher(sent, a_story(100 * PARTS), seconds=10 * PARTS)

    await publisher.step(0.0, handled=0)
    await publisher.step(60.0, handled=1)
    await publisher.step(65.0, handled=1)

    assert len(sent.values) == 51
    assert not publisher.done


async def test_it_stops_at_the_end_of_a_part_until_it_goes_on() -> None:
    sent = Sent()
    publisher = StoryPublisher(sent, a_story(100 * PARTS), seconds=0)

    for _ in range(3):
        await publisher.step(0.0, handled=1)
    assert len(sent.values) == publisher.end_of_part == 100

    publisher.go_on()
    await publisher.step(0.0, handled=100)
    assert len(sent.values) == publisher.end_of_part == 200


async def test_everything_is_sent_once_and_in_order() -> None:
    sent = Sent()
    publisher = StoryPublisher(sent, a_story(1_300), seconds=0)

    handled = 0
    while not publisher.done:
        await publisher.step(0.0, handled)
        handled = len(sent.values)
        if handled == publisher.end_of_part and not publisher.done:
            publisher.go_on()

    assert sent.values == [str(number).encode() for number in range(1_300)]


async def test_it_never_runs_far_ahead_of_what_is_handled() -> None:
    sent = Sent()
    publisher = StoryPublisher(sent, a_story(2 * AHEAD * PARTS), seconds=0)

    for _ in range(100):
        await publisher.step(0.0, handled=1)

    assert len(sent.values) == AHEAD + 1
