"""The schemas of delivery reports and of responses."""

from typing import Final

from router.contract.inbound import characters, event_attributes, obj, optional
from router.contract.schemas import Schema, SchemaDefinitions, reference
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.responses import MOST_COMMENT

DELIVERY: Final = "DeliveryRecord"
RESPONSE: Final = "ResponseRecord"
_INVITATION: Final[Schema] = {"type": "string", "format": "uuid"}


def delivery_definitions() -> SchemaDefinitions:
    """The definitions of a record of the deliveries topic: a plain object or a CloudEvent."""
    # As the decoder takes them: in any capitals, words parted in any way. JSON Schema has no flag to ignore capitals.
    spellings = "|".join(
        "".join("[ _-]" if sign == "_" else f"[{sign}{sign.upper()}]" for sign in status)
        for status in (*DELIVERY_STATUSES, "bounced")
    )
    status: Schema = {
        "type": "string",
        "pattern": f"^ *({spellings}) *$",
        "description": f"The delivery status of the message: {', '.join(f'`{status}`' for status in DELIVERY_STATUSES)}, in any"
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
        "channel": {"description": "The channel it went out on; used where the invitation does not name it."},
        "detail": {
            "type": ["string", "null"],
            "description": "A remark of the sender for people; no address.",
        },
    }
    return _either(
        DELIVERY,
        "The survey sender's report on an invitation: a plain object, or a CloudEvent around it. The customer is that"
        " of the invitation. Repeated, late and unknown reports are harmless.",
        "Delivery",
        obj("Delivery", "The delivery of one message.", properties, ["invitation_id", "status"]),
        DELIVERY_TYPE,
    )


def response_definitions() -> SchemaDefinitions:
    """The definitions of a record of the responses topic: a plain object or a CloudEvent."""
    properties: dict[str, Schema] = {
        "response_token": characters() | {"description": "The token of the invitation, as it was sent."},
        "invitation_id": _INVITATION | {"description": "The invitation, where there is no token."},
        "score": {
            "description": "The answer on the survey's scale, a whole number. Anything else is kept with the reason why"
            " it does not count."
        },
        "comment": {
            "description": f"The customer's own words, a text; at most {MOST_COMMENT:,} characters are kept."
        },
        "presentation": optional("The presentation of the answers."),
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


def _either(root: str, description: str, name: str, data: Schema, type_: str) -> SchemaDefinitions:
    plain = {"$ref": f"#/$defs/{name}"}
    event = event_attributes(
        {"const": type_, "description": "The type of this event."}, reference(name), "The report."
    )
    event["data"] = {"allOf": [reference(name)], "description": "The report."}
    return {
        root: {
            "title": root,
            "description": description,
            "anyOf": [
                # With a specversion it is a CloudEvent, and not excused from being a whole one.
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
