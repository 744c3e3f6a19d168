"""Files with rules and groups."""

from router.authoring.schema import condition_shapes
from router.authoring.schema.condition_shapes import FIELDS
from router.authoring.schema.shapes import (
    DEFINITIONS,
    Schema,
    flag,
    listing,
    mapping,
    named,
    reference,
    whole,
    words,
)


def route_file() -> Schema:
    """The schema of a file with `rules` or `groups`."""
    return {
        "title": "Rules",
        **mapping(
            "When to ask which question.",
            {
                "rules": listing("The rules of this file.", _rule()),
                "groups": named(
                    "Conditions that several rules share, by name; used as `group: name`.",
                    {"$ref": "#/definitions/block"},
                ),
            },
        ),
        "anyOf": [{"required": ["rules"]}, {"required": ["groups"]}],
        "definitions": {**DEFINITIONS, **condition_shapes.DEFINITIONS},
    }


def _rule() -> Schema:
    return mapping(
        "A rule: when it matches, what to send, and how the moment is chosen.",
        {
            "id": reference("name", "Its name, unique in the set; decisions and invitations carry it."),
            "when": _when(),
            "unless": reference("block", "Conditions under which the customer is spared."),
            "send": mapping(
                "What to send.",
                {
                    "survey": reference("name", "A survey of the catalogue."),
                    "channel": reference(
                        "texts", "The first of these that the customer agreed to.", minItems=1
                    ),
                },
                ("survey", "channel"),
            ),
            "priority": whole(
                "Higher comes first; a planned invitation of lower priority gives way.", 0, default=0
            ),
            "max_age": reference("duration", "Older interactions correct history and send nothing."),
            "delay": reference("duration", "How long after the interaction the invitation is due."),
            "within": words("Only within these hours of the policy; moves the time.", ("business_hours",)),
            "expires": reference("duration", "How long after the interaction it is no longer worth asking."),
            "sample": reference("share", "The share of customers asked; the same ones for a whole period."),
            "cancel_on": reference("texts", "Types of interaction that cancel the planned invitation."),
            "reminder": mapping(
                "Ask again without an answer.",
                {
                    "after": reference("duration", "How long to wait each time."),
                    "max": whole("How often at most.", 1, default=1),
                    "channel": reference("texts", "Else the channel of the invitation."),
                },
                ("after",),
            ),
            "enabled": flag("Whether the rule is in use.", default=True),
            "active": mapping(
                "The span of time in which the rule is in use.",
                {
                    "from": reference("moment", "From then on."),
                    "until": reference("moment", "Until just before then."),
                },
            ),
        },
        ("id", "when", "send"),
    )


def _when() -> Schema:
    """Conditions in which `journey` names one journey, which `step` needs."""
    return {
        "description": "Conditions, all of which must hold.",
        "allOf": [{"$ref": "#/definitions/block"}],
        "properties": {
            "journey": {"description": FIELDS["journey"], "type": "string"},
            "step": reference("texts", FIELDS["step"], minItems=1),
        },
        "dependencies": {"step": ["journey"]},
    }
