"""How states, decisions and interactions are stored: MessagePack for the state, JSON for what people may read."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.model.responses import AskedContext, Covered

T = TypeVar("T")
_NONE_BESIDES: Final = b",[]]"
_HASH: Final = re.compile(r"[0-9a-f]{32}")


class _Typed(msgspec.Struct):
    type: str


_state_encoder = msgspec.msgpack.Encoder()
_state_decoder = msgspec.msgpack.Decoder(Customer)
_json_encoder = msgspec.json.Encoder()
_decision_decoder = msgspec.json.Decoder(Decision)
_type_decoder = msgspec.json.Decoder(_Typed)
_interaction_decoder = msgspec.json.Decoder(Interaction)
_invitation_decoder = msgspec.json.Decoder(Invitation)
_covered_decoder = msgspec.json.Decoder(Covered)
_context_decoder = msgspec.json.Decoder(AskedContext)


class UnreadableRow(Exception):
    """What is stored of a customer cannot be read. The text says what to do, and nothing of the customer."""


def encode_state(customer: Customer) -> bytes:
    """A customer's state, compact."""
    return _state_encoder.encode(customer)


def decode_state(body: bytes) -> Customer:
    """The state that `encode_state` wrote."""
    return _read(_state_decoder.decode, body, "the state")


def encode_json(value: Any) -> bytes:
    """An interaction, an invitation or what else is kept of one as JSON."""
    return _json_encoder.encode(value)


def encode_decision(decision: Decision) -> bytes:
    """A decision for the journal. Where nothing is planned besides, nothing is written of that."""
    body = _json_encoder.encode(decision)
    return body if decision.also else body[: -len(_NONE_BESIDES)] + b"]"


def encode_interaction(interaction: Interaction) -> bytes:
    """The frozen facts of an interaction, with the hashes of the addresses it brought and never with one itself."""
    if interaction.recipient and not all(map(_HASH.fullmatch, interaction.recipient.values())):
        interaction = msgspec.structs.replace(interaction, recipient={}, also_known={})
    return _json_encoder.encode(interaction)


def decode_decision(verdict: bytes) -> Decision:
    """A journaled decision."""
    return _read(_decision_decoder.decode, verdict, "a decision")


def decode_interaction(body: bytes) -> Interaction:
    """A journaled interaction."""
    return _read(_interaction_decoder.decode, body, "an interaction")


def decode_type(body: bytes) -> str:
    """The type of a journaled interaction, at a fraction of the cost of the whole."""
    return _read(_type_decoder.decode, body, "an interaction").type


def decode_invitation(body: bytes) -> Invitation:
    """A stored invitation's facts."""
    return _read(_invitation_decoder.decode, body, "an invitation")


def decode_context(body: bytes) -> AskedContext:
    """The frozen context of a stored invitation."""
    return _read(_context_decoder.decode, body, "the context of an invitation")


def decode_covered(body: bytes) -> Covered:
    """What a journaled interaction changed in the coverage."""
    return _read(_covered_decoder.decode, body, "what an interaction changed in the coverage")


def _read(decode: Callable[[bytes], T], body: bytes, what: str) -> T:
    try:
        return decode(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableRow(
            f"{what} that is stored of this customer cannot be read ({type(error).__name__}): it is damaged, or a newer"
            " version wrote it; restore it from a backup, or forget the customer with `feedback-router customer erase`"
        ) from error
