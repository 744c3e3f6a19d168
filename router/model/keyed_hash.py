"""Keyed hashes: they recognise an address or an erased customer again, and tell neither."""

import hmac
import re
from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from router.model.addresses import forms
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.keys import former_ids

_BYTES: Final = 16
_HASHED: Final = re.compile(r"[0-9a-f]{32}")


class KeyedHash:
    """HMAC-SHA256, cut to 16 bytes, with keys of their own derived from a secret.

    Only with the secret can anybody try out values. Hashes made with one of the `former` secrets are recognised too,
    others are not.
    """

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        secrets = (secret, *former)
        self._addresses = [hmac.digest(one, b"addresses", "sha256") for one in secrets]
        self._customers = [hmac.digest(one, b"customers", "sha256") for one in secrets]
        self.fingerprints = tuple(hmac.digest(one, b"fingerprint", "sha256")[:_BYTES] for one in secrets)
        """Each tells its secret from others, and nothing else; the first one is of the present one."""

    def address(self, channel: str, address: str) -> tuple[str, ...]:
        """The hash of an address on a channel, in hexadecimal; after it the others it may be known by."""
        spellings = [form.encode("utf-8", "surrogatepass") for form in forms(channel, address)]
        return tuple(_hash(key, form).hex() for key in self._addresses for form in spellings)

    def customer(self, customer_id: str) -> tuple[bytes, ...]:
        """The hash of a customer id; after it those with the former secrets, and of how the id was once kept."""
        ids = [one.encode() for one in (customer_id, *former_ids(customer_id))]
        return tuple(_hash(key, one) for key in self._customers for one in ids)


IN_MEMORY: Final = KeyedHash(b"feedback-router: nothing is kept")
"""For what is decided and thrown away: a backtest, a test of rules, a comparison."""


def _hash(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key, value, "sha256")[:_BYTES]


def with_hashes(interaction: Interaction, hashes: KeyedHash) -> Interaction:
    """The interaction as the core sees it, with hashes in the place of addresses."""
    if interaction.recipient:
        hashed = {name: hashes.address(name, address) for name, address in interaction.recipient.items()}
        return replace(
            interaction,
            recipient={name: known_by[0] for name, known_by in hashed.items()},
            also_known={name: known_by[1:] for name, known_by in hashed.items() if known_by[1:]},
        )
    if interaction.type == PREFERENCES_TYPE and "suppressed" in interaction.attributes:
        value: Any = interaction.attributes["suppressed"]
        if isinstance(value, list):
            value = [_suppression(entry, hashes) for entry in value]
        else:
            value = _suppression(value, hashes)
        return replace(interaction, attributes=interaction.attributes | {"suppressed": value})
    return interaction


def _suppression(entry: Any, hashes: KeyedHash) -> Any:
    """A suppression with the hash of the address that it names."""
    if not isinstance(entry, str) or entry.count("/") < 3:
        return entry
    reason, channel, purpose, address = entry.split("/", 3)
    if not address or _HASHED.fullmatch(address):
        return entry
    return "/".join((reason, channel, purpose, hashes.address(channel, address)[0]))
