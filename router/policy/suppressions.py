"""Suppressions, and how each is confined: to a channel, a purpose, an address."""

from collections.abc import Iterable, Sequence

from router.model.preferences import channel_name


def suppression(
    reason: str, channel: str | None = None, purpose: str | None = None, address: str | None = None
) -> str:
    """A suppression as a customer's profile holds it: `reason`, then what it is confined to."""
    parts = [reason, channel_name(channel or ""), channel_name(purpose or ""), address or ""]
    while not parts[-1]:
        parts.pop()
    return "/".join(parts)


def standing_against(
    suppressed: Iterable[str], channel: str | None, purpose: str | None = None, addresses: Sequence[str] = ()
) -> list[str]:
    """The suppressions that forbid asking on a channel (None: on any), for a purpose, at an address.

    `addresses` are all that the address is known by.
    """
    standing = []
    for entry in suppressed:
        _, _, confined = entry.partition("/")
        rest = _after(confined, channel)
        address = None if rest is None else _after(rest, purpose)
        if address is not None and (not address or address in addresses):
            standing.append(entry)
    return standing


def _after(confined: str, part: str | None) -> str | None:
    """The rest of an entry after the given `part`, or after an empty one, which is for all; None after another.

    Not split at each slash: a channel may have one.
    """
    if confined[:1] in ("", "/"):
        return confined[1:]
    for name in (channel_name(part), part) if part else ():
        rest = confined.removeprefix(name)
        if name and rest != confined and rest[:1] in ("", "/"):
            return rest[1:]
    return None
