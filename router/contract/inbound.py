"""The schemas of what is read: interactions and preferences. The limits are those of the decoder."""

from typing import Any, Final

from router.contract.schemas import Definitions, Schema, reference
from router.decode.outcome import DEFAULT_LIMITS
from router.model.interaction import PREFERENCES_TYPE
from router.model.preferences import (
    CHANNEL_PATTERN,
    MOST_SUPPRESSIONS,
    SUPPRESSION_PATTERN,
    SUPPRESSIONS,
)

INTERACTION: Final = "Interaction"
PREFERENCES: Final = "PreferencesRecord"

_CHARACTERS: Final = "^[^\\u0000]*$"
_JSON_TYPE: Final = "(^(application|text)/json|\\+json)\\s*(;.*)?$"
_OFFSET: Final = "([Zz]|[+-][0-9]{2}:[0-9]{2})$"
_TRACE: Final = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"


def interaction_definitions() -> Definitions:
    """The definitions of an interaction: the CloudEvent and its data."""
    event = event_attributes(
        _text("What happened, in a word that the rules use, such as `complaint.resolved`."),
        reference("InteractionData"),
        "What the rules may ask about.",
    )
    return {
        INTERACTION: obj(
            INTERACTION,
            "One thing that happened between one customer and the company: a CloudEvent 1.0. `source` and `id`"
            " together name it; a repeat is read and changes nothing. The customer is `data.customer_id`, else"
            " `subject`.",
            event,
            ["specversion", "id", "source", "type"],
        ),
        "InteractionData": obj(
            "InteractionData",
            "Free attributes, usable in rules as `event.*`: case, order, agent, branch … Nested at most"
            f" {DEFAULT_LIMITS.depth} deep, integers within 64 bits, no NUL characters.",
            {
                "customer_id": _customer(),
                "channel": optional("Where it happened: `phone`, `chat`, `email`, `web` …"),
                "locale": optional("The language the customer used, a BCP 47 tag."),
                "recipient": _recipient(),
            },
        ),
    }


def preferences_definitions() -> Definitions:
    """The definitions of a record of the preferences topic: a plain object or a CloudEvent."""
    event = event_attributes(
        {"const": PREFERENCES_TYPE, "description": "Says that this event carries preferences."},
        reference("Preferences"),
        "The preferences.",
    )
    event["time"] |= {
        "description": "When it was said: RFC 3339 with an offset. Without it, the record's Kafka timestamp holds."
    }
    plain = {"$ref": "#/$defs/Preferences"}
    return {
        PREFERENCES: {
            "title": PREFERENCES,
            "description": "What a customer said about being asked: a plain object, or a CloudEvent around it. The"
            " customer is the one that it names, else the record's key. A record without a value is"
            " `forget: true`.",
            "anyOf": [
                {
                    "allOf": [plain],
                    "properties": {"time": event["time"] | {"type": ["string", "null"]}},
                    "not": {"required": ["specversion"]},
                },
                reference("PreferencesEvent"),
            ],
        },
        "PreferencesEvent": obj(
            "PreferencesEvent",
            "Preferences as a CloudEvent 1.0; may also come on the topic of the interactions, in order with them.",
            event,
            ["specversion", "id", "source", "type"],
        ),
        "Preferences": obj(
            "Preferences",
            "Members that are named replace what was said of them earlier, others stay. Any further member becomes an"
            " attribute of the customer, usable in rules as `customer.*`, such as `segment`. Names that seem to mean"
            " `consent` or `suppressed` (`Consent`, `supressed`, `opt_out: true`) are refused.",
            {
                "customer_id": _customer(),
                "consent": _consent(),
                "locale": optional(
                    "The language to ask in, a BCP 47 tag in any capitals; what is none counts as unknown. null: unknown again."
                ),
                "zone": optional(
                    "The time zone, an IANA name such as `Europe/Amsterdam`, an offset such as `+09:00`, or a name of Windows;"
                    " what means none for certain counts as unknown. null: unknown again."
                ),
                "suppressed": _suppressed(),
                "forget": {
                    "type": "boolean",
                    "description": "True: all preferences and attributes are unknown again. Lifts no suppression.",
                },
            },
        ),
    }


def event_attributes(type_: Schema, data: Schema, meaning: str) -> dict[str, Schema]:
    """The attributes of a CloudEvent of a type, with its data."""
    return {
        "specversion": {"const": "1.0", "description": "The version of CloudEvents."},
        "id": _text(
            "Names the event within its source. Not the bare id of a case or an order, which repeats."
        ),
        "source": _text("Who says it: an absolute path or a URI, always the same for the same system."),
        "type": type_,
        "subject": optional("The customer, where `data` has no `customer_id`."),
        "time": {
            "type": "string",
            "format": "date-time",
            "pattern": _OFFSET,
            "description": "When it happened: RFC 3339 with an offset, from 1970 to a day ahead. Without it, the"
            " record's Kafka timestamp holds.",
        },
        "datacontenttype": {
            "type": "string",
            "pattern": _JSON_TYPE,
            "description": "The form of `data`: JSON.",
        },
        "traceparent": {
            "type": "string",
            "pattern": _TRACE,
            "description": "W3C trace context, handed on to the invitation. A broken one is passed over.",
        },
        "data": {"anyOf": [data, {"type": "null"}], "description": meaning},
    }


def obj(
    title: str, description: str, properties: dict[str, Schema], required: list[str] | None = None
) -> Schema:
    """An object with these members."""
    schema: Schema = {"title": title, "description": description, "type": "object", "properties": properties}
    return schema | {"required": required} if required else schema


def _text(description: str) -> Schema:
    return characters() | {"minLength": 1, "description": description}


def optional(description: str) -> Schema:
    """A text that may be missing."""
    return characters() | {"type": ["string", "null"], "description": description}


def characters() -> Schema:
    """A text within the limits of the decoder."""
    return {"type": "string", "maxLength": DEFAULT_LIMITS.text, "pattern": _CHARACTERS}


def _customer() -> Schema:
    return {
        "anyOf": [characters(), {"type": ["integer", "null"]}],
        "description": "The customer. An integer is taken as its digits; ids beyond 2^53 are safer as text.",
    }


def _recipient() -> Schema:
    return {
        "type": ["object", "null"],
        "maxProperties": DEFAULT_LIMITS.channels,
        "propertyNames": characters(),
        "additionalProperties": optional("An address."),
        "description": "Addresses by channel. Kept only until the invitation is published.",
    }


def _consent() -> Schema:
    channel: dict[str, Any] = characters() | {"pattern": CHANNEL_PATTERN}
    most = DEFAULT_LIMITS.channels
    return {
        "anyOf": [
            {
                "type": "object",
                "maxProperties": most,
                "propertyNames": channel,
                "additionalProperties": {"type": "boolean"},
                "description": "Channel to yes or no; a channel that is not named stays as it was.",
            },
            {
                "type": "array",
                "maxItems": most,
                "items": channel,
                "description": "The channels agreed to; all others are unknown from then on.",
            },
            {"type": "null", "description": "Stays as it was."},
        ],
        "description": "On which channels the customer agreed to be asked: `email`, or `email/research` for a purpose on"
        " it. Capitals make no difference. Unknown is no, unless the policy says so.",
    }


def _suppressed() -> Schema:
    entry = {
        "type": "string",
        "maxLength": DEFAULT_LIMITS.text,
        "pattern": SUPPRESSION_PATTERN,
        "description": f"{', '.join(f'`{reason}`' for reason in SUPPRESSIONS)}: for everything; `opted_out/email`: on a"
        " channel; `opted_out/email/research`: for a purpose on it; `bounced/email//a@example.org`: at an address. Capitals make no difference.",
    }
    return {
        "anyOf": [
            entry,
            {"type": "array", "maxItems": MOST_SUPPRESSIONS, "items": entry},
            {"type": "null", "description": "Stays as it was."},
        ],
        "description": "Why this customer must not be asked; a list names all that holds, an empty one lifts it.",
    }
