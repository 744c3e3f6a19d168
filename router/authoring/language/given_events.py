"""Events of a test, and invitations from before it: their keys."""

from typing import Final

from router.authoring.language.given_customers import CustomerKeys
from router.authoring.language.given_times import WHEN
from router.authoring.language.keys import Block, Kind, block, optional, pairs, required
from router.authoring.language.kinds import NAME, TEXT, anything, choice
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.invitation_states import DELIVERY_STATUSES

SOURCE: Final = "/test"
"""The source of a test's interactions, unless they name one."""

_ONE: Final = "one of `type`, `preferences`, `delivery`, `answer`"
_ALWAYS: Final = ("at", "heard", "customer", "id", "source", "channel", "locale", "recipient")
_ALSO: Final = {"preferences": (), "delivery": ("of",), "answer": ("of",)}
"""What an event can say that is no interaction of a journey, and takes no attributes: the keys that go with it."""


def _recipient(node: Node, key: str, problems: Problems) -> dict[str, str]:
    texts = {
        channel: TEXT.read(address, channel, problems)
        for channel, (_, address) in pairs(node, f"`{key}`", problems).items()
    }
    return {channel: text for channel, text in texts.items() if text is not None}


_RECIPIENT: Final = Kind(
    _recipient, {"type": "object", "additionalProperties": TEXT.schema}, TEXT.definitions
)


class PastKeys(Block, free=True):
    """An invitation sent before the start; any further key is an attribute, as limits with `same` compare it."""

    invited = required(NAME, "the survey", names="survey")
    at = required(WHEN, "when it was sent")
    customer = optional(TEXT, "to whom", without="required with several customers")
    rule = optional(NAME, "by which rule", names="rule")
    channel = optional(TEXT, "by which channel", names="channel")
    journey = optional(NAME, "about which journey", names="journey")
    delivered = optional(WHEN, "when it was delivered", without="not delivered")
    answered = optional(WHEN, "when it was answered", without="not answered")


class EventKeys(Block, free=True, more={"anyOf": [{"required": [key]} for key in ("type", *_ALSO)]}):
    """An interaction, or what is told of an invitation or of a customer; any further key is an attribute."""

    at = required(WHEN, "when it happened")
    heard = optional(
        WHEN, "when it was heard of, which is when it is decided, where that was later", without="as `at`"
    )
    customer = optional(TEXT, "whose it is", without="required with several customers")
    type = optional(TEXT, "the type of the interaction", without=_ONE, names="type")
    preferences = optional(
        block(CustomerKeys),
        "what the customer says about being asked, written as a customer is",
        without=_ONE,
    )
    delivery = optional(
        choice(*DELIVERY_STATUSES),
        "what the sender tells of an invitation: `delivered`, `hard_bounced`, `unsubscribed` …",
        without=_ONE,
    )
    answer = optional(anything({}), "what the customer answers to an invitation, on its scale", without=_ONE)
    of = optional(
        NAME, "the rule whose invitation a `delivery` or an `answer` is about", without="the latest one"
    )
    id = optional(TEXT, "its id; the same source and id is the same interaction", without="ids that count up")
    source = optional(TEXT, "which system told of it", without=f"`{SOURCE}`")
    channel = optional(TEXT, "where it happened", names="channel")
    locale = optional(TEXT, "the language that was used")
    recipient = optional(_RECIPIENT, "addresses by channel", {})


def read_event(node: Node, what: str, problems: Problems) -> EventKeys:
    """An event, confined to the keys that go with what it says."""
    here = node.value if isinstance(node.value, dict) else {}
    said = next((key for key in _ALSO if key in here), None)
    if said is not None:
        return EventKeys(node, what, problems, known=(*_ALWAYS, said, *_ALSO[said]), closed=True)
    keys = EventKeys(node, what, problems, known=(*_ALWAYS, "type"))
    if "type" not in here:
        keys.lacks("type")
    return keys
