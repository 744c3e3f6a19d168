"""Sources: vendors' messages, and the mappings that make interactions of them."""

from typing import Literal

from msgspec import Struct

from router.model.rules import Position
from router.model.webhooks import PRESETS, Verification

Coding = Literal["json", "form", "base64"]
Unit = Literal["s", "ms", "us", "ns"]
Scalar = str | int | float | bool | None


class Where(Struct, frozen=True, array_like=True):
    """A step into a list of objects: to the first whose member `key` is `value`, compared as texts."""

    key: str
    value: str


Steps = tuple[str | int | Where, ...]
"""The way to a value: names of members, and places in a list (from its end where negative, or by what is there)."""


class Read(Struct, frozen=True, tag="read"):
    """A value of the element that `each` is at, or of the body where there is no `each`; `whole`: of the body anyway."""

    steps: Steps
    whole: bool = False


class Outside(Struct, frozen=True, tag="outside"):
    """What came beside the body: a header by its name (in any capitals), the record's key, its topic."""

    part: Literal["header", "key", "topic"]
    name: str = ""


class Constant(Struct, frozen=True, tag="constant"):
    """A value that is always the same."""

    value: Scalar


class First(Struct, frozen=True, tag="first"):
    """The first of several that has a value."""

    of: tuple["Value", ...]


class Join(Struct, frozen=True, tag="join"):
    """Texts put together; nothing where one of them is missing. `hashed`: the hash of these instead."""

    of: tuple["Value", ...]
    by: str = ":"
    hashed: bool = False


class Mapped(Struct, frozen=True, tag="mapped"):
    """A value looked up in a table. `otherwise` holds where it is not there; None: then it is missing.

    `refuse`: what the table does not have is an error of the message.
    """

    of: "Value"
    table: dict[str, Scalar]
    otherwise: "Value | None" = None
    refuse: bool = False


class Lower(Struct, frozen=True, tag="lower"):
    """A text in small letters."""

    of: "Value"


class Moment(Struct, frozen=True, tag="moment"):
    """A time. A number counts `unit`s since 1970; a text without offset is in `zone`. None: such a value is an error."""

    of: "Value"
    unit: Unit | None = None
    zone: str | None = None


class Decoded(Struct, frozen=True, tag="decoded"):
    """A value inside a text: JSON, a form, base64; `steps` lead on from there."""

    of: "Value"
    coding: Coding
    steps: Steps = ()


class Pick(Struct, frozen=True, tag="pick"):
    """Of a list of objects, the member `of` of the one whose member `key` is `value`."""

    list: "Value"
    key: str
    value: Scalar
    of: str


class Count(Struct, frozen=True, tag="count"):
    """How many members a list or an object has."""

    of: "Value"


Value = Read | Outside | Constant | First | Join | Mapped | Lower | Moment | Decoded | Pick | Count

Holds = Literal["is", "not", "prefix", "suffix", "contains", "exists", "changed_to"]


class Condition(Struct, frozen=True):
    """What must be true of a value. `values`: any of them; for `exists` one of True and False.

    With `changed_to`, `before` is where the message tells the value that it had; `remembered`: it does not, and what is
    remembered of the instance counts.
    """

    of: Value
    holds: Holds
    values: tuple[Scalar, ...]
    before: Value | None = None
    remembered: bool = False


class Remember(Struct, frozen=True):
    """What is remembered of the things that messages tell of: `of` tells them apart, `at` is when a thing was as the message says.

    `unseen` is what holds of a value where nothing is remembered: it changed, or it did not.
    """

    of: Value
    at: Value
    unseen: Literal["changed", "unchanged"]


class Skip(Struct, frozen=True):
    """Messages that are passed over on purpose, and why."""

    when: tuple[Condition, ...]
    because: str


class InteractionMapping(Struct, frozen=True):
    """What makes one interaction of a message, or one of each element of the list `each`.

    All of `when` must hold. `data` are the attributes by name.
    """

    id: Value
    type: Value
    time: Value
    when: tuple[Condition, ...] = ()
    each: Steps | None = None
    customer: Value | None = None
    data: dict[str, Value] = {}
    position: Position | None = None


class Webhook(Struct, frozen=True):
    """A source's messages come over HTTP too: what proves who sent them is a preset, or `verify`.

    `headers` are kept besides those that the sources of the topic read; `key` is the record's key.
    """

    preset: str = ""
    verify: Verification | None = None
    headers: tuple[str, ...] = ()
    key: Value | None = None

    @property
    def verification(self) -> Verification | None:
        """How requests are verified; None where the preset is one that this program does not know."""
        return self.verify if self.verify is not None else PRESETS.get(self.preset)


class Source(Struct, frozen=True):
    """A vendor's messages on a topic. Those that not all of `require` holds for are another source's, or nobody's.

    `decode` is what the body is, `otherwise` what becomes of a message of this source that no mapping takes. With a
    `webhook`, they are put on the topic by this program.
    """

    name: str
    topic: str
    interactions: tuple[InteractionMapping, ...]
    require: tuple[Condition, ...] = ()
    skip: tuple[Skip, ...] = ()
    decode: Coding = "json"
    otherwise: Literal["dead_letter", "skip"] = "dead_letter"
    ignore_case: bool = False
    position: Position | None = None
    webhook: Webhook | None = None
    remember: Remember | None = None
