"""Mutated messages through the mapper, between messages that are whole."""

import random
from datetime import UTC, datetime
from typing import Any

import msgspec

from router.decode import Decoded
from router.model.record import Record
from router.sources.explain import explain
from router.sources.mapper import Mapper
from router.sources.records import decode_mapped
from router.sources.samples import messages_of
from tests.mutated_messages.mutating import Mutator, shipped

LATEST = datetime(2126, 1, 1, tzinfo=UTC)
EXPLAINED = 25
"""One message of so many is explained too."""


class Different(AssertionError):
    """A message made the mapper raise, came to nothing without a word, or cost a neighbour something."""


class Messages:
    """The messages that are whole, with what becomes of each."""

    def __init__(self) -> None:
        self.mappers, self.sources, self.records = shipped()
        self.outcomes = [self.outcome(record) for record in self.records]

    def outcome(self, record: Record) -> Decoded:
        """What becomes of a message. Raises `Different`."""
        try:
            return decode_mapped(record, LATEST, self.mappers)
        except Exception as error:
            raise Different(f"{type(error).__name__} of {record}") from error

    def explained(self, record: Record) -> None:
        """Tells of a message whose body can be read. Raises `Different`."""
        source = self.sources[record.topic]
        try:
            for message in messages_of(source, [record]):
                msgspec.json.encode(explain(source, message), enc_hook=str)
        except UnicodeEncodeError:
            return
        except Exception as error:
            raise Different(f"explained: {type(error).__name__} of {record}") from error


_messages: Messages | None = None


def check(seed: int, count: int) -> int:
    """Mutates so many messages. Raises `Different`; returns how many there were."""
    global _messages  # noqa: PLW0603 - a process of a pool makes them once
    _messages = _messages or Messages()
    chance = random.Random(seed)
    mutator = Mutator(chance)
    for number in range(count):
        _one(_messages, mutator, chance, explains=number % EXPLAINED == 0)
    return count


def _one(messages: Messages, mutator: Mutator, chance: random.Random, *, explains: bool) -> None:
    place = chance.randrange(len(messages.records))
    whole = messages.records[place]
    record = mutator.mutated(whole)
    decoded = messages.outcome(record)
    letter = decoded.dead
    if letter is not None and (letter.record is not record or not letter.detail):
        raise Different(f"a dead letter of another record, or without a word: {record}")
    if not (decoded.interactions or letter or decoded.skipped or record.value is None):
        raise Different(f"nothing came of it, and nobody says why: {record}")
    if explains:
        messages.explained(record)
    if messages.outcome(whole) != messages.outcomes[place]:
        raise Different(f"its neighbour comes to something else after {record}")
    _beside(messages, whole, record)


def _beside(messages: Messages, whole: Record, mutated: Record) -> None:
    """The same in one list of messages, for senders that send several at once."""
    mapper = messages.mappers[whole.topic]
    source = messages.sources[whole.topic]
    if any(one.each != () for one in source.interactions):
        return
    try:
        good, bad = (msgspec.json.decode(one.value or b"") for one in (whole, mutated))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if not isinstance(good, list) or not isinstance(bad, list) or len(good) + len(bad) > 1_000:
        return
    alone = _made(mapper, whole, good)
    both = _made(mapper, whole, [*bad, *good])
    if not all(one in both for one in alone):
        raise Different(f"a member of the list was lost beside {mutated}")


def _made(mapper: Mapper, record: Record, members: list[Any]) -> list[Any]:
    body = msgspec.json.encode(members)
    return mapper.take(msgspec.structs.replace(record, value=body)).interactions
