"""Keyed hashes: they recognise an address or an erased customer again, and tell neither."""

import hmac
import re
from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from router.model.addresses import forms
from router.model.interaction import PREFERENCES_TYPE, Interaction

_BYTES: Final = 16
_HASHED: Final = re.compile(r"[0-9a-f]{32}")


class KeyedHash:
    """HMAC-SHA256, cut to 16 bytes, with keys of their own derived from a secret.

    Whoever has the secret can try out values; whoever has not cannot. What was hashed with one of the `former`
    secrets is recognised too; with any other nothing is.
    """

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        secrets = (secret, *former)
        self._addresses = [hmac.digest(one, b"addresses", "sha256") for one in secrets]
        self._customers = [hmac.digest(one, b"customers", "sha256") for one in secrets]
        self.fingerprints = tuple(hmac.digest(one, b"fingerprint", "sha256")[:_BYTES] for one in secrets)
        """Each tells its secret from others, and nothing else; the first one is of the present one."""

    def address(self, channel: str, address: str) -> tuple[str, ...]:
        """The hash of an address on a channel, in hexadecimal; after it the others it may be known by."""
        found = [form.encode("utf-8", "surrogatepass") for form in forms(channel, address)]
        return tuple(_hash(key, form).hex() for key in self._addresses for form in found)

    def customer(self, customer_id: str) -> tuple[bytes, ...]:
        """The hash of a customer id; after it those with the former secrets."""
        return tuple(_hash(key, customer_id.encode()) for key in self._customers)


IN_MEMORY: Final = KeyedHash(b"feedback-router: nothing is kept")
"""For what is decided and thrown away: a backtest, a test of rules, a comparison."""


def _hash(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key, value, "sha256")[:_BYTES]


def with_hashes(interaction: Interaction, hashes: KeyedHash) -> Interaction:
    """The interaction as the core sees it, with hashes in the place of addresses."""
    if interaction.recipient:
        found = {name: hashes.address(name, given) for name, given in interaction.recipient.items()}
        return replace(
            interaction,
            recipient={name: known[0] for name, known in found.items()},
            also_known={name: known[1:] for name, known in found.items() if known[1:]},
        )
    if interaction.type == PREFERENCES_TYPE and "suppressed" in interaction.attributes:
        given = interaction.attributes["suppressed"]
        if isinstance(given, list):
            hashed = [_suppression(entry, hashes) for entry in given]
            return replace(interaction, attributes=interaction.attributes | {"suppressed": hashed})
        return replace(
            interaction, attributes=interaction.attributes | {"suppressed": _suppression(given, hashes)}
        )
    return interaction


def _suppression(entry: Any, hashes: KeyedHash) -> Any:
    """A suppression with the hash of the address that it names."""
    if not isinstance(entry, str) or entry.count("/") < 3:
        return entry
    reason, channel, purpose, address = entry.split("/", 3)
    if not address or _HASHED.fullmatch(address):
        return entry
    return "/".join((reason, channel, purpose, hashes.address(channel, address)[0]))
