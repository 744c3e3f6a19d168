"""Channels that nobody can be asked by, or that look misspelt."""

from typing import Final

from router.authoring.checks.lists import parts_of, written
from router.authoring.checks.places import asking_channels, channels_named
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.preferences import CHANNEL_WORDS, channel_name

_LIKENESS: Final = 0.75


def check_channels(definitions: Definitions, problems: Problems) -> None:
    """R126, R127. Where the policy lists the channels, anything else is unknown (R078)."""
    if definitions.policy.policy.channels:
        return
    for node in asking_channels(definitions):
        if isinstance(node.value, str):
            _check_possible(node, problems)
    for node in channels_named(definitions):
        if isinstance(node.value, str):
            _check_spelling(node, problems)


def _check_possible(node: Node, problems: Problems) -> None:
    """Notes a text that names several channels, or seems to name a purpose."""
    parts = parts_of(node.value)
    channel, stroke, purpose = node.value.partition("/")
    if parts:
        message = f"{node.value[:80]!r} is one text, not {len(parts)} channels"
        problems.add("R126", node.position, message, f"write {written(parts)}", final=True)
    elif stroke and channel.strip() in CHANNEL_WORDS and purpose.strip() not in CHANNEL_WORDS:
        message = (
            f"{node.value[:80]!r} is a channel of its own: consent to a purpose is a matter of the survey"
        )
        hint = f"write {channel.strip()} here, and `purpose: {purpose.strip()}` in the survey"
        problems.add("R127", node.position, message, hint, final=True)


def _check_spelling(node: Node, problems: Problems) -> None:
    """Notes a channel that is nearly a word for one; another that nobody knows may be the company's own."""
    if node.value in CHANNEL_WORDS:
        return
    letters = "".join(sign for sign in channel_name(node.value) if sign.isalnum())
    known = sorted(word for word in CHANNEL_WORDS if len(word) > 2)
    near = letters if letters in CHANNEL_WORDS else problems.nearest(letters, known, _LIKENESS)
    if near is not None and len(letters) > 2:
        message = f"the channel {node.value[:80]!r} looks misspelt: capitals and signs tell channels apart"
        hint = f"write {near}; if it is right, list it in the policy under `channels`"
        problems.add("R127", node.position, message, hint)
