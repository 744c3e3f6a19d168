"""Files with a journey."""

from typing import get_args

from router.authoring.schema.shapes import DEFINITIONS, Schema, flag, mapping, named, reference
from router.model.journey import EffortKind

_SIGNALS = {
    "count": ("texts", "How many interactions of these types there were."),
    "sum": ("text", "The sum of this attribute."),
    "distinct": ("text", "How many different values of this attribute there were; `channel` too."),
    "first": ("text", "The first value of this attribute."),
    "last": ("text", "The latest value of this attribute."),
}


def journey_file() -> Schema:
    """The schema of a file with a `journey`."""
    return {
        "title": "Journey",
        **mapping(
            "The steps that a customer passes through.",
            {
                "journey": reference("name", "The name of the journey."),
                "instance": reference(
                    "name", "The attribute that tells two passes apart, such as `order_id`."
                ),
                "identifies_customer": flag(
                    "Whose an interaction without a customer is, the instance tells.", default=False
                ),
                "steps": named("The steps by name.", _step()),
                "order": reference("texts", "The steps that are only entered forward; steps may be skipped."),
                "expires": reference("duration", "Nothing heard for so long: abandoned. Else 365d."),
                "effort": named("Signals that the journey keeps, usable as `journey.<name>`.", _signal()),
            },
            ("journey", "steps"),
        ),
        "definitions": DEFINITIONS,
    }


def _step() -> Schema:
    return mapping(
        "A step.",
        {
            "on": reference("texts", "The types of interaction that enter the step.", minItems=1),
            "counts": reference("name", "A count of how often it was met, usable as `journey.<name>`."),
            "ends": flag("The journey ends here.", default=False),
            "reopens": flag("Entered from anywhere, also after the end.", default=False),
        },
        ("on",),
    )


def _signal() -> Schema:
    signals = {kind: reference(shape, told) for kind, (shape, told) in _SIGNALS.items()}
    span = {
        "from": reference("name", "The step whose first entry begins it."),
        "to": reference("name", "The step whose latest entry ends it."),
    }
    signals["duration"] = mapping("Seconds from one step to another.", span, ("from", "to"))
    order = [kind for kind in get_args(EffortKind) if kind in signals]
    one = mapping("A signal, of exactly one kind.", {kind: signals[kind] for kind in order})
    return one | {"minProperties": 1, "maxProperties": 1}
