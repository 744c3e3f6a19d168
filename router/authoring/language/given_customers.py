"""Customers in a test: the keys of what is known of one, and the preferences that it makes."""

from typing import Any, Final

from router.authoring.language.keys import Block, Kind, Schema, optional
from router.authoring.language.kinds import FLAG, TEXT, between, one_or_more, read_texts
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.naming import members_meant
from router.model.preferences import (
    CHANNEL_PATTERN,
    MOST_CHANNELS,
    SUPPRESSION_PATTERN,
    SUPPRESSIONS,
    Unclear,
    read_consent,
    suppression_entry,
)
from router.model.zones import zone_name


def _zone(node: Node, key: str, problems: Problems) -> str | None:
    zone = TEXT.read(node, key, problems)
    if zone is not None and zone_name(zone) is None:
        problems.wrong(node, key, "a time zone", "such as Europe/Amsterdam")
    return zone


def _consent(node: Node, key: str, problems: Problems) -> Node:
    try:
        read_consent(node.plain())
    except Unclear:
        expected = "a list of channels, or channels with true or false"
        problems.wrong(node, key, expected, "such as `consent: [email, sms]`; nobody asked: `[]`")
    return node


def _suppressed(node: Node, key: str, problems: Problems) -> tuple[str, ...]:
    entries = read_texts(node, key, problems)
    for entry in entries:
        try:
            suppression_entry(entry)
        except Unclear:
            problems.unknown("R013", node.position, f"value of `{key}`", entry, list(SUPPRESSIONS))
    return entries


MOST_ALIKE: Final = 1_000
"""So many customers alike a test has."""

_CHANNEL: Final[Schema] = {"type": "string", "pattern": CHANNEL_PATTERN}
_CONSENT: Final = Kind(
    _consent,
    {
        "anyOf": [
            {"type": "array", "maxItems": MOST_CHANNELS, "items": _CHANNEL},
            {
                "type": "object",
                "maxProperties": MOST_CHANNELS,
                "propertyNames": _CHANNEL,
                "additionalProperties": {"type": "boolean"},
            },
        ]
    },
)
_SUPPRESSED: Final = Kind(_suppressed, one_or_more({"type": "string", "pattern": SUPPRESSION_PATTERN}))


class CustomerKeys(Block, free=True, apart=True):
    """What is known of the customer; any further key is an attribute."""

    locale = optional(TEXT, "the customer's language", without="unknown")
    zone = optional(Kind(_zone, TEXT.schema, TEXT.definitions), "the customer's time zone", without="unknown")
    consent = optional(
        _CONSENT,
        "the channels agreed to, or channels with `true` or `false`: `{email: true, sms: false}`",
        without="unknown, so that nobody is asked",
    )
    suppressed = optional(
        _SUPPRESSED,
        f"why this customer is never contacted: {', '.join(f'`{one}`' for one in SUPPRESSIONS)}, or confined such as"
        " `bounced/email`",
    )
    forget = optional(FLAG, "`true`: all preferences are unknown again", False)


class GivenCustomerKeys(CustomerKeys, free=True, apart=True):
    """What is known of the customer; any further key is an attribute."""

    repeat = optional(
        between(2, MOST_ALIKE),
        "so many customers like this one: `customer-1`, `customer-2` and so on, or by the name they have. Each has every"
        " event that is theirs; in the texts of an event `#` is the customer's number",
        without="one customer",
    )


def preferences(keys: CustomerKeys) -> dict[str, Any]:
    """The block as the data of a preferences interaction; what is not named is unknown."""
    of_tests = keys.keys.keys() - CustomerKeys.keys.keys()
    data = {name: node.plain() for name, (_, node) in keys.pairs.items() if name not in of_tests}
    for name, member in members_meant(data).items():
        if member != name:
            message = f"{name!r} seems to mean `{member}`"
            keys.problems.add("R105", keys.key_place(name), message, f"write `{member}:`")
    return data
