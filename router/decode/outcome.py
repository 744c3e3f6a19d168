"""What decoding a record can come to."""

from msgspec import Struct

from router.model.interaction import Interaction
from router.model.preferences import MOST_CHANNELS
from router.model.record import DeadLetter, DeadReason
from router.model.remembered import Change, Seen


class Decoded(Struct, frozen=True):
    """The interactions that a record holds and, where some of it cannot be read, the dead letter.

    Both empty: a no-op, such as a tombstone or an empty batch. Both filled: a batch of which only a part could
    be read; the dead letter holds the whole record, and replaying it is harmless.
    `source` names whose mapping read a vendor's record (empty: it is none), `skipped` why that passed it over.
    An interaction counts only where its `changes`, by its place, hold of what is remembered; `seen` is to be remembered.
    """

    interactions: tuple[Interaction, ...] = ()
    dead: DeadLetter | None = None
    source: str = ""
    skipped: str = ""
    changes: dict[int, tuple[Change, ...]] = {}
    seen: tuple[Seen, ...] = ()


class SizeLimits(Struct, frozen=True):
    """How large a record may be; beyond, it becomes a dead letter.

    `value` is in bytes, `text` in characters of an id, source, type, customer id, channel, locale or address.
    `depth` counts objects and lists inside one another in `data`, with `data` itself as the first. `channels` are
    those that an event brings addresses or consent for.
    """

    value: int = 1_048_576
    headers: int = 1_000
    depth: int = 64
    text: int = 512
    batch: int = 1_000
    channels: int = MOST_CHANNELS


DEFAULT_LIMITS = SizeLimits()
NOTHING = Decoded()


class Refusal(Exception):
    """A record, or one event of a batch, cannot be read. Never leaves this package."""

    def __init__(self, reason: DeadReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
