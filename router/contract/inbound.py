"""The schemas of interactions and preferences. The limits are those of the decoder."""

from typing import Final

from router.contract.schemas import Schema, SchemaDefinitions, reference
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


_CUSTOMER: Final[Schema] = {
    "anyOf": [characters(), {"type": ["integer", "null"]}],
    "description": "The customer. An integer is taken as its digits; ids beyond 2^53 are safer as text.",
}
_RECIPIENT: Final[Schema] = {
    "type": ["object", "null"],
    "maxProperties": DEFAULT_LIMITS.channels,
    "propertyNames": characters(),
    "additionalProperties": optional("An address."),
    "description": "Addresses by channel. Kept only until the invitation is published.",
}
_CHANNEL: Final[Schema] = characters() | {"pattern": CHANNEL_PATTERN}
_CONSENT: Final[Schema] = {
    "anyOf": [
        {
            "type": "object",
            "maxProperties": DEFAULT_LIMITS.channels,
            "propertyNames": _CHANNEL,
            "additionalProperties": {"type": "boolean"},
            "description": "Channel to yes or no; a channel that is not named stays as it was.",
        },
        {
            "type": "array",
            "maxItems": DEFAULT_LIMITS.channels,
            "items": _CHANNEL,
            "description": "The channels agreed to; all others are unknown from then on.",
        },
        {"type": "null", "description": "Stays as it was."},
    ],
    "description": "On which channels the customer agreed to be asked: `email`, or `email/research` for a purpose on"
    " it. Capitals make no difference. Unknown is no, unless the policy says so.",
}
_SUPPRESSION: Final[Schema] = {
    "type": "string",
    "maxLength": DEFAULT_LIMITS.text,
    "pattern": SUPPRESSION_PATTERN,
    "description": f"{', '.join(f'`{reason}`' for reason in SUPPRESSIONS)}: for everything; `opted_out/email`: on a"
    " channel; `opted_out/email/research`: for a purpose on it; `bounced/email//a@example.org`: at an address. Capitals make no difference.",
}
_SUPPRESSED: Final[Schema] = {
    "anyOf": [
        _SUPPRESSION,
        {"type": "array", "maxItems": MOST_SUPPRESSIONS, "items": _SUPPRESSION},
        {"type": "null", "description": "Stays as it was."},
    ],
    "description": "The suppressions of this customer; a list names all that hold, an empty one lifts them.",
}


def interaction_definitions() -> SchemaDefinitions:
    """The definitions of an interaction: the CloudEvent and its data."""
    event = event_attributes(
        _text("The type that rules name, such as `complaint.resolved`."),
        reference("InteractionData"),
        "Attributes for the rules.",
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
                "customer_id": _CUSTOMER,
                "channel": optional("The channel of the interaction: `phone`, `chat`, `email`, `web` …"),
                "locale": optional("The language the customer used, a BCP 47 tag."),
                "recipient": _RECIPIENT,
            },
        ),
    }


def preferences_definitions() -> SchemaDefinitions:
    """The definitions of a record of the preferences topic: a plain object or a CloudEvent."""
    event = event_attributes(
        {"const": PREFERENCES_TYPE, "description": "Says that this event carries preferences."},
        reference("Preferences"),
        "The preferences.",
    )
    event["time"] |= {
        "description": "The time of the statement: RFC 3339 with an offset. Without it, the record's Kafka timestamp holds."
    }
    plain = {"$ref": "#/$defs/Preferences"}
    return {
        PREFERENCES: {
            "title": PREFERENCES,
            "description": "A customer's consent and preferences: a plain object, or a CloudEvent around it. The"
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
            "Members that are named replace earlier values, others stay. Any further member becomes an"
            " attribute of the customer, usable in rules as `customer.*`, such as `segment`. Names that seem to mean"
            " `consent` or `suppressed` (`Consent`, `supressed`, `opt_out: true`) are refused.",
            {
                "customer_id": _CUSTOMER,
                "consent": _CONSENT,
                "locale": optional(
                    "The language to ask in, a BCP 47 tag in any capitals; anything else counts as unknown. null: unknown again."
                ),
                "zone": optional(
                    "The time zone, an IANA name such as `Europe/Amsterdam`, an offset such as `+09:00`, or a name of Windows;"
                    " anything else counts as unknown. null: unknown again."
                ),
                "suppressed": _SUPPRESSED,
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
        "source": _text(
            "The system that the event comes from: an absolute path or a URI, always the same for the same system."
        ),
        "type": type_,
        "subject": optional("The customer, where `data` has no `customer_id`."),
        "time": {
            "type": "string",
            "format": "date-time",
            "pattern": _OFFSET,
            "description": "The time of the interaction: RFC 3339 with an offset, from 1970 to a day ahead. Without it, the"
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
            "description": "W3C trace context, handed on to the invitation. An invalid one is ignored.",
        },
        "data": {"anyOf": [data, {"type": "null"}], "description": meaning},
    }
