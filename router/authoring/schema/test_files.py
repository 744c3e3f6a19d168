"""Files with tests."""

from typing import get_args

from router.authoring.schema.shapes import DEFINITIONS, Schema, listing, mapping, named, reference, words
from router.model.customer import InvitationKind
from router.model.decision import REASONS
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.preferences import CHANNEL_PATTERN, MOST_CHANNELS, SUPPRESSION_PATTERN
from router.model.rule_tests import Draws


def test_file() -> Schema:
    """The schema of a file with `tests`."""
    return {
        "title": "Tests",
        **mapping("What the rules should do.", {"tests": listing("The tests.", _test())}, ("tests",)),
        "definitions": {**DEFINITIONS, "when": _WHEN, "reasons": _REASONS},
    }


_SUPPRESSION: Schema = {"type": "string", "pattern": SUPPRESSION_PATTERN}
_CHANNEL: Schema = {"type": "string", "pattern": CHANNEL_PATTERN}
_WHEN: Schema = {
    "description": "A time from the start, `2h` or `-14d`, or a time with its offset.",
    "type": "string",
    "pattern": "^(-?([0-9]{1,9}[wdhms]){1,5}|[0-9]{4}-.*)$",
}
_REASONS: Schema = {
    "description": "A reason, or a list of them.",
    "anyOf": [{"enum": list(REASONS)}, {"type": "array", "items": {"enum": list(REASONS)}}],
}


def _test() -> Schema:
    return mapping(
        "One test, on a clock of its own.",
        {
            "name": reference("text", "What it shows; unique in the set."),
            "given": _given(),
            "expect": listing("The invitations that should be sent; none: `[]`.", _expected()),
            "because": reference("reasons", "Why something is not sent."),
        },
        ("name", "given", "expect"),
    ) | {
        "if": {"properties": {"expect": {"maxItems": 0}}, "required": ["expect"]},
        "then": {"required": ["because"]},
    }


def _given() -> Schema:
    return mapping(
        "What is before, and what happens.",
        {
            "start": reference("moment", "When the clock begins; else a Monday morning."),
            "draws": words("Who is left out by hold-out and samples.", get_args(Draws), "asked"),
            "policy": mapping(
                "What the policy says otherwise in this test.",
                {
                    "recipient": words("Whether an address is needed.", ("required", "optional")),
                    "locale": mapping(
                        "Languages.", {"otherwise": reference("text", 'The other language; none: `""`.')}
                    ),
                },
            ),
            "customer": _customer(),
            "customers": named("Several customers by name.", _customer()),
            "history": listing("Invitations sent before the start.", _past()),
            "events": listing("What happens, in the order in which it is heard.", _event()),
        },
        ("events",),
    ) | {
        "if": {
            "properties": {"customers": {"type": "object", "minProperties": 2}},
            "required": ["customers"],
        },
        "then": {
            "properties": {name: {"items": {"required": ["customer"]}} for name in ("events", "history")}
        },
    }


def _open(description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A mapping that takes further attributes."""
    return mapping(description, properties, required) | {"additionalProperties": True}


def _customer() -> Schema:
    return _open(
        "What is known of the customer; any further key is an attribute.",
        {
            "locale": reference("text", "The customer's language."),
            "zone": reference("text", "The customer's time zone."),
            "consent": {
                "description": "The channels agreed to, or channels with true or false.",
                "anyOf": [
                    {"type": "array", "maxItems": MOST_CHANNELS, "items": _CHANNEL},
                    {
                        "type": "object",
                        "maxProperties": MOST_CHANNELS,
                        "propertyNames": _CHANNEL,
                        "additionalProperties": {"type": "boolean"},
                    },
                ],
            },
            "forget": {"description": "True: all preferences are unknown again.", "type": "boolean"},
            "suppressed": {
                "description": "Why this customer is never contacted.",
                "anyOf": [
                    _SUPPRESSION,
                    {"type": "array", "items": _SUPPRESSION},
                ],
            },
        },
    )


def _past() -> Schema:
    return _open(
        "An invitation sent before the start; any further key is an attribute.",
        {
            "invited": reference("name", "The survey."),
            "at": reference("when", "When it was sent."),
            "customer": reference("text", "To whom; needed with several customers."),
            "rule": reference("name", "By which rule."),
            "channel": reference("text", "By which channel."),
            "journey": reference("name", "About which journey."),
            "delivered": reference("when", "When it was delivered."),
            "answered": reference("when", "When it was answered."),
        },
        ("invited", "at"),
    )


def _event() -> Schema:
    event = _open(
        "An interaction, or what a customer says about being asked; any further key is an attribute.",
        {
            "at": reference("when", "When it happened."),
            "heard": reference("when", "When it was heard of, where that was later."),
            "customer": reference("text", "Whose; needed with several customers."),
            "type": reference("text", "What happened."),
            "preferences": _customer(),
            "delivery": words("What the sender tells of the latest invitation.", DELIVERY_STATUSES),
            "answer": {"description": "What the customer answers to the latest invitation, on its scale."},
            "of": reference("name", "The rule whose invitation a delivery or an answer is about."),
            "id": reference("text", "Its id; the same source and id is the same interaction."),
            "source": reference("text", "Which system told of it."),
            "channel": reference("text", "Where it happened."),
            "locale": reference("text", "The language that was used."),
            "recipient": named("Addresses by channel.", {"$ref": "#/definitions/text"}),
        },
        ("at",),
    )
    told = ("type", "preferences", "delivery", "answer")
    return event | {"anyOf": [{"required": [key]} for key in told]}


def _expected() -> Schema:
    return mapping(
        "An invitation; what is not named is not compared.",
        {
            "customer": reference("text", "To whom."),
            "rule": reference("name", "By which rule."),
            "survey": reference("name", "The survey."),
            "channel": reference("text", "By which channel."),
            "locale": reference("text", "In which language."),
            "at": reference("when", "When it is sent."),
            "reason": reference("reasons", "The reason of the decision."),
            "kind": words("Whether it is the first question or follows it.", get_args(InvitationKind)),
        },
    )
