"""Suppressions: what must not be asked of whom, on which channel, for which purpose, at which address."""

from collections.abc import Iterable


def suppression(
    reason: str, channel: str | None = None, purpose: str | None = None, address: str | None = None
) -> str:
    """A suppression as a customer's profile holds it: `reason`, then what it is confined to."""
    parts = [reason, channel or "", purpose or "", address or ""]
    return "/".join(parts).rstrip("/")


def standing_against(
    suppressed: Iterable[str], channel: str | None, purpose: str | None = None, address: str | None = None
) -> list[str]:
    """The suppressions that forbid asking on a channel (None: on any), for a purpose, at an address."""
    return [entry for entry in suppressed if _applies(entry, channel, purpose, address)]


def _applies(entry: str, channel: str | None, purpose: str | None, address: str | None) -> bool:
    _, *confined = entry.split("/")
    asked = (channel, purpose, address)
    return all(wanted in ("", given) for wanted, given in zip(confined, asked, strict=False))
