"""Stable draws: who is sampled, who is held out. Anybody can compute them again."""

import hashlib


def draw(salt: str, purpose: str, period: str, customer_id: str) -> float:
    """A number in [0, 1) that depends on nothing but its arguments.

    It is the first 8 bytes, big-endian, of SHA-256 over `salt/purpose/period/customer_id` in UTF-8, divided
    by 2^64. A share of s takes the customers with a number below s, so a raised share keeps those it had.
    """
    digest = hashlib.sha256(f"{salt}/{purpose}/{period}/{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
