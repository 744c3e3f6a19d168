"""Records that cannot be processed, out to the dead-letter topics."""

from collections.abc import Sequence

import structlog

from router.decode import LeftOut, to_message
from router.model.record import DeadLetter, Message, TooLarge
from router.service.parts import Parts

log = structlog.get_logger(__name__)

_Letter = tuple[DeadLetter, LeftOut | None]


async def set_aside(parts: Parts, dead: Sequence[DeadLetter]) -> None:
    """Returns when all are stored; what Kafka refuses for its size is cut. Raises `BrokerUnavailable`."""
    waiting: list[_Letter] = [(letter, None) for letter in dead]
    while waiting:
        messages = []
        for letter, left_out in waiting:
            key, value, headers = to_message(letter, parts.settings.app, left_out)
            topic = parts.settings.topics.dlq_of(letter.record.topic)
            messages.append(Message(topic, key, value, headers))
        try:
            await parts.producer.send(messages)
            break
        except TooLarge as error:
            refused = {id(message) for message in error.refused}
            too_large = [
                pair for message, pair in zip(messages, waiting, strict=True) if id(message) in refused
            ]
            if any(left_out == "all" for _, left_out in too_large):
                raise
            # All others are stored. Of these the value is left out, and if that is not enough, the headers too.
            waiting = [(letter, "all" if left_out == "value" else "value") for letter, left_out in too_large]
    for letter in dead:
        record = letter.record
        place = f"{record.topic}/{record.partition}/{record.offset}"
        log.warning("dead_letter", reason=letter.reason, detail=letter.detail, record=place)
