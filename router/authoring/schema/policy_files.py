"""Files with parts of the policy."""

from typing import get_args

from router.authoring.language.read_policy import DAYS, POLICY_KEYS
from router.authoring.schema.shapes import (
    DEFINITIONS,
    Schema,
    flag,
    listing,
    mapping,
    reference,
    whole,
    words,
)
from router.model.policy import CalendarPeriod, ContactClock
from router.model.preferences import SUPPRESSIONS
from router.model.survey import Metric

_CALENDAR = get_args(CalendarPeriod)
_DAY = "|".join(DAYS)
_DAYS = {"type": "string", "pattern": f"^({_DAY})(-({_DAY}))?$"}


def policy_file() -> Schema:
    """The schema of a file with policy keys."""
    keys = (
        _hours()
        | _asking()
        | {
            "limits": listing("How often one customer is asked at most.", _limit()),
            "rate_caps": listing("How fast invitations leave for the sender at most.", _rate_cap()),
            "quotas": listing("How many invitations all customers together get at most.", _quota()),
        }
    )
    return {
        "title": "Policy",
        **mapping("What holds for every rule.", {key: keys[key] for key in POLICY_KEYS}),
        "minProperties": 1,
        "definitions": DEFINITIONS,
    }


def _asking() -> dict[str, Schema]:
    return {
        "hold_out": reference("share", "The share of customers who are never asked."),
        "salt": reference("text", "Mixed into all draws: another salt draws other customers."),
        "consent": mapping(
            "What an unknown consent means.",
            {
                "unknown": words(
                    "Refuse, or allow, where consent is unknown.", ("refuse", "allow"), "refuse"
                ),
                "given_by": reference("texts", "Types that mean a yes to the interaction's channel."),
                "withdrawn_by": reference("texts", "Types that mean a no to the interaction's channel."),
            },
        ),
        "suppressed_by": mapping(
            "Types of interaction after which the customer is not asked any more, by reason.",
            {reason: reference("texts", "Types that mean this.") for reason in SUPPRESSIONS},
        ),
        "recipient": words(
            "Whether an interaction must bring an address.", ("required", "optional"), "optional"
        ),
        "reminders": mapping(
            "Reminders.",
            {"count_towards_limits": flag("Whether a reminder counts as an invitation.", default=False)},
        ),
        "locale": mapping(
            "Languages.",
            {
                "otherwise": reference("locale", "The language for a customer whose own has no text."),
                "promised": {
                    "description": "Every survey must have a text in these.",
                    "anyOf": [
                        {"$ref": "#/definitions/locale"},
                        {"type": "array", "items": {"$ref": "#/definitions/locale"}},
                    ],
                },
            },
        ),
        "channels": reference("texts", "All channels of the company; any other is then a mistake."),
        "types": reference("texts", "Types besides those of journeys; any other is then a mistake."),
    }


def _hours() -> dict[str, Schema]:
    span = {"from": reference("clock", "The begin."), "to": reference("clock", "The end.")}
    return {
        "zone": reference("text", "The time zone of calendar periods, such as Europe/Amsterdam."),
        "quiet_hours": mapping(
            "Local hours in which nothing is sent; may pass midnight.",
            {
                **span,
                "zone": words("Whose time zone.", ("customer", "policy"), "customer"),
                "otherwise": reference("text", "The time zone of customers whose own is unknown."),
            },
            ("from", "to"),
        ),
        "business_hours": mapping(
            "What `within: business_hours` means.",
            {
                **span,
                "days": {
                    "description": "Days and ranges of days: `mon-fri`, or a list of both.",
                    "anyOf": [_DAYS, {"type": "array", "items": _DAYS, "minItems": 1}],
                },
                "holidays": reference(
                    "text", "A country, or a part of one, whose holidays are left out: NL, DE-BY."
                ),
            },
            ("from", "to"),
        ),
    }


def _scope() -> dict[str, Schema]:
    return {
        "survey": reference("name", "Counts and limits this survey only."),
        "metric": words("Counts and limits this metric only.", get_args(Metric)),
        "channel": reference("name", "Counts and limits this channel only."),
        "journey": reference("name", "Counts and limits this journey only."),
        "same": reference(
            "text",
            "Counts and limits the same value of this field only: agent_id, agent.id, journey.agent, customer.segment.",
        ),
    }


def _limit() -> Schema:
    return mapping(
        "A contact limit.",
        {
            "id": reference("name", "Its name; decisions carry it."),
            "max": whole("How many.", 1),
            "per": {
                "description": "A rolling window such as 30d, or a calendar period in the policy's zone.",
                "anyOf": [{"$ref": "#/definitions/duration"}, {"enum": list(_CALENDAR)}],
            },
            **_scope(),
            "clock": {
                "description": "When an invitation counts; of several the latest.",
                "anyOf": [
                    {"enum": list(get_args(ContactClock))},
                    {"type": "array", "items": {"enum": list(get_args(ContactClock))}},
                ],
            },
            "on_limit": words("Drop the invitation, or wait for room.", ("drop", "defer"), "drop"),
            "up_to": reference("duration", "How long it may wait; needed by `defer`."),
        },
        ("id", "max", "per"),
    ) | {
        "if": {"properties": {"on_limit": {"const": "defer"}}, "required": ["on_limit"]},
        "then": {"required": ["up_to"]},
    }


def _rate_cap() -> Schema:
    return mapping(
        "A rate cap: what is due all at once leaves one after the other.",
        {
            "id": reference("name", "Its name."),
            "max": whole("How many.", 1),
            "per": reference("duration", "In how long; a day at most."),
            "survey": reference("name", "This survey only."),
            "channel": reference("name", "This channel only."),
        },
        ("id", "max", "per"),
    )


def _quota() -> Schema:
    return mapping(
        "A quota.",
        {
            "id": reference("name", "Its name; decisions carry it."),
            "max": whole("How many.", 1),
            "per": words("The calendar period.", _CALENDAR),
            **_scope(),
        },
        ("id", "max", "per"),
    )
