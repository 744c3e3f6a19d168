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
        messages = [_message(parts, letter, left_out) for letter, left_out in waiting]
        try:
            await parts.producer.send(messages)
            break
        except TooLarge as error:
            waiting = _cut(list(zip(messages, waiting, strict=True)), error)
    for letter in dead:
        record = letter.record
        place = f"{record.topic}/{record.partition}/{record.offset}"
        log.warning("dead_letter", reason=letter.reason, detail=letter.detail, record=place)


def _cut(sent: Sequence[tuple[Message, _Letter]], error: TooLarge) -> list[_Letter]:
    """The refused ones, with more left out."""
    refused = {id(message) for message in error.refused}
    waiting: list[_Letter] = []
    for message, (letter, left_out) in sent:
        if id(message) in refused:
            if left_out == "all":
                raise error
            waiting.append((letter, "all" if left_out == "value" else "value"))
    return waiting


def _message(parts: Parts, dead: DeadLetter, left_out: LeftOut | None) -> Message:
    key, value, headers = to_message(dead, parts.settings.app, left_out)
    return Message(parts.settings.topics.dlq_of(dead.record.topic), key, value, headers)
