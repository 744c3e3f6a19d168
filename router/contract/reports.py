"""The schemas of what comes back about invitations: delivery reports and answers."""

from typing import Final

from router.contract.inbound import characters, event_attributes, obj, optional
from router.contract.schemas import Definitions, Schema, reference
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.invitation_states import DELIVERY_STATUSES

DELIVERY: Final = "DeliveryRecord"
RESPONSE: Final = "ResponseRecord"
_INVITATION: Final[Schema] = {"type": "string", "format": "uuid"}


def delivery_definitions() -> Definitions:
    """The definitions of a record of the deliveries topic: a plain object or a CloudEvent."""
    status: Schema = {
        "type": "string",
        "pattern": f"^ *({'|'.join(map(_spellings, (*DELIVERY_STATUSES, 'bounced')))}) *$",
        "description": f"What became of the message: {', '.join(f'`{status}`' for status in DELIVERY_STATUSES)}, in any"
        " capitals. `bounced` is `hard_bounced` or, with `bounce: soft`, `soft_bounced`.",
    }
    properties: dict[str, Schema] = {
        "invitation_id": _INVITATION
        | {"description": "The `id` of the message that this is about, or its `data.invitation_id`."},
        "status": status,
        "bounce": {
            "enum": ["hard", "soft", None],
            "description": "With `status: bounced`: for good or for now.",
        },
        "channel": {"description": "The channel it went out on; looked at where nothing else tells it."},
        "detail": {"type": ["string", "null"], "description": "A word of the sender for people; no address."},
    }
    return _either(
        DELIVERY,
        "What the survey sender tells of an invitation: a plain object, or a CloudEvent around it. Whose it is the"
        " invitation tells. Repeated, late and unknown reports are harmless.",
        "Delivery",
        obj("Delivery", "What became of one message.", properties, ["invitation_id", "status"]),
        DELIVERY_TYPE,
    )


def response_definitions() -> Definitions:
    """The definitions of a record of the responses topic: a plain object or a CloudEvent."""
    properties: dict[str, Schema] = {
        "response_token": characters() | {"description": "The token of the invitation, as it was sent."},
        "invitation_id": _INVITATION | {"description": "The invitation, where there is no token."},
        "score": {"type": ["number", "null"], "description": "The answer on the survey's scale."},
        "comment": {"type": ["string", "null"], "description": "What the customer wrote."},
        "presentation": optional("How the answers were shown."),
        "locale": optional("The language it was asked in, a BCP 47 tag."),
    }
    answers = obj("Response", "A customer's answers to one invitation.", properties)
    needed: Schema = {"anyOf": [{"required": ["response_token"]}, {"required": ["invitation_id"]}]}
    return _either(
        RESPONSE,
        "A customer's answers: a plain object, or a CloudEvent around it. Further members are kept with them.",
        "Response",
        answers | needed,
        RESPONSE_TYPE,
    )


def _spellings(status: str) -> str:
    return "".join("[ _-]" if sign == "_" else f"[{sign}{sign.upper()}]" for sign in status)


def _either(root: str, description: str, name: str, data: Schema, type_: str) -> Definitions:
    plain = {"$ref": f"#/$defs/{name}"}
    event = event_attributes(
        {"const": type_, "description": "Says what this event is."}, reference(name), "The report."
    )
    event["data"] = {"allOf": [reference(name)], "description": "The report."}
    return {
        root: {
            "title": root,
            "description": description,
            "anyOf": [
                {"allOf": [plain], "not": {"required": ["specversion"]}},
                reference(f"{name}Event"),
            ],
        },
        f"{name}Event": obj(
            f"{name}Event",
            "The same as a CloudEvent 1.0.",
            event,
            ["specversion", "id", "source", "type", "data"],
        ),
        name: data,
    }
