"""Keyed hashes: they recognise an address or an erased customer again, and tell neither."""

import hmac

_BYTES = 16


class KeyedHash:
    """HMAC-SHA256, cut to 16 bytes, with keys of their own derived from a secret.

    Whoever has the secret can try out values; whoever has not can not. With another secret nothing is recognised.
    """

    def __init__(self, secret: bytes) -> None:
        self._addresses = hmac.digest(secret, b"addresses", "sha256")
        self._customers = hmac.digest(secret, b"customers", "sha256")

    def address(self, address: str) -> str:
        """The hash of an address, in hexadecimal. Capitals and spaces around it make no difference."""
        return hmac.digest(self._addresses, address.strip().lower().encode(), "sha256")[:_BYTES].hex()

    def customer(self, customer_id: str) -> bytes:
        """The hash of a customer id."""
        return hmac.digest(self._customers, customer_id.encode(), "sha256")[:_BYTES]
