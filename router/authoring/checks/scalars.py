"""Values that other YAML readers take for something else, and personal data."""

import re
from collections.abc import Iterator

from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems

_SWITCH = re.compile(r"(?:yes|no|on|off)\Z", re.IGNORECASE)
_CLOCK = re.compile(r"[0-9]{1,2}(?::[0-5]?[0-9]){1,2}\Z")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)[1-9][0-9]{0,2}[ .-]?(?:\(0\)[ .-]?)?[0-9](?:[ .-]?[0-9]){6,11}(?![\w:-])"
)


def check_scalars(definitions: Definitions, problems: Problems) -> None:
    """R090, R091, R092: every text and key of the set."""
    for root in definitions.roots:
        tests = root.find("tests") is not None
        for node, is_key in scalars(root):
            text = node.value
            if not is_key and not node.quoted:
                _check_plain(node, problems)
            if not tests and (_ADDRESS.search(text) or _PHONE.search(text)):
                kind = "an e-mail address" if _ADDRESS.search(text) else "a telephone number"
                problems.add("R090", node.position, f"this looks like {kind}", "use an attribute instead")


def _check_plain(node: Node, problems: Problems) -> None:
    if _SWITCH.match(node.value):
        meant = "true" if node.value.lower() in ("yes", "on") else "false"
        message = f"`{node.value}` without quotes is text here, and true or false elsewhere"
        problems.add("R091", node.position, message, f'write "{node.value}", or {meant}')
    elif _CLOCK.match(node.value):
        message = f"`{node.value}` without quotes is text here, and a number elsewhere"
        problems.add("R092", node.position, message, f'write "{node.value}"')


def scalars(node: Node) -> Iterator[tuple[Node, bool]]:
    """The texts of a node, and whether each is a key."""
    if isinstance(node.value, str):
        yield node, False
    elif isinstance(node.value, list):
        for item in node.value:
            yield from scalars(item)
    elif isinstance(node.value, dict):
        for key, value in node.value.values():
            yield key, True
            yield from scalars(value)
