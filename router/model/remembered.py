"""The values that instances of a source were last seen with, for vendors that send how something is and not what changed."""

from datetime import date, datetime
from hashlib import blake2b, sha256
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

MOST_RUNS: Final = 8
"""So many runs are remembered of one value; the oldest go."""

KEPT_DAYS: Final = 400
"""So long a value is remembered that no message tells any more."""

_LONGEST: Final = 200


class Run(Struct, frozen=True, array_like=True):
    """A value that messages told from `first` to `last`, both when the instance was as they say."""

    value: str
    first: datetime
    last: datetime


Runs = tuple[Run, ...]
"""The runs of one value of one instance in the order of time, at most `MOST_RUNS`."""


class Seen(Struct, frozen=True):
    """A message that tells a value of an instance: `at` is when the instance was so."""

    key: UUID
    value: str
    at: datetime


class Change(Struct, frozen=True):
    """A condition on the value before: it was none of `to`, of which it is one now.

    `name` is the value as the source asks for it. `unseen`: the condition holds where nothing is remembered.
    """

    seen: Seen
    name: str
    to: frozenset[str]
    unseen: bool


class RememberedRow(Struct, frozen=True):
    """What is stored of a value of an instance: its runs, encoded, and the day on which they were last written.

    `new`: nothing was stored of it.
    """

    key: UUID
    body: bytes
    noted_on: date
    new: bool


def value_key(source: str, instance: str, name: str) -> UUID:
    """The key of a value of an instance: a hash, so that no id of a customer's case is kept for it."""
    text = f"{source}\0{instance}\0{name}".encode("utf-8", "surrogatepass")
    # The constructor of UUID takes longer than all of this.
    return msgspec.convert(blake2b(text, digest_size=16, person=b"remembered").hexdigest(), UUID)


def kept_text(value: str) -> str:
    """A value as it is remembered: a long one by its hash."""
    if len(value) <= _LONGEST:
        return value
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Runs)


def encode_runs(runs: Runs) -> bytes:
    """Runs as they are stored."""
    return _encoder.encode(runs)


def decode_runs(body: bytes) -> Runs:
    """The runs that `encode_runs` wrote."""
    return _decoder.decode(body)
