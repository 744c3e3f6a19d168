"""How states, decisions and interactions are stored: MessagePack for the state, JSON for what people may read."""

import re
from typing import Any, Final

import msgspec

from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction

_HASH: Final = re.compile(r"[0-9a-f]{32}")
_state_encoder = msgspec.msgpack.Encoder()
_state_decoder = msgspec.msgpack.Decoder(Customer)
_json_encoder = msgspec.json.Encoder()
_decision_decoder = msgspec.json.Decoder(Decision)
_interaction_decoder = msgspec.json.Decoder(Interaction)
_invitation_decoder = msgspec.json.Decoder(Invitation)


def encode_state(customer: Customer) -> bytes:
    """A customer's state, compact."""
    return _state_encoder.encode(customer)


def decode_state(body: bytes) -> Customer:
    """The state that `encode_state` wrote."""
    return _state_decoder.decode(body)


def encode_json(value: Any) -> bytes:
    """A decision, interaction or invitation as JSON."""
    return _json_encoder.encode(value)


def encode_interaction(interaction: Interaction) -> bytes:
    """The frozen facts of an interaction, with the hashes of the addresses it brought and never with one itself."""
    if not all(map(_HASH.fullmatch, interaction.recipient.values())):
        interaction = msgspec.structs.replace(interaction, recipient={}, also_known={})
    return _json_encoder.encode(interaction)


def decode_decision(verdict: bytes) -> Decision:
    """A journaled decision."""
    return _decision_decoder.decode(verdict)


def decode_interaction(body: bytes) -> Interaction:
    """A journaled interaction."""
    return _interaction_decoder.decode(body)


def decode_invitation(body: bytes) -> Invitation:
    """A stored invitation's facts."""
    return _invitation_decoder.decode(body)
