"""The AsyncAPI 3 document: the topics, what is on them, and who sends it."""

from typing import Any, Final

from router.contract.dead_letters import dead_letter_headers
from router.contract.delivery_and_response import (
    DELIVERY,
    RESPONSE,
    delivery_definitions,
    response_definitions,
)
from router.contract.examples import (
    ANSWER,
    BINARY_DATA,
    BINARY_HEADERS,
    DELIVERED,
    DELIVERED_EVENT,
    INTERACTION,
    OPTED_OUT,
    PREFERENCES,
    PREFERENCES_EVENT,
    alert_payload,
    cancellation_payload,
    invitation_payload,
    shift_payload,
)
from router.contract.inbound import interaction_definitions, preferences_definitions
from router.contract.invitation import (
    ALERT,
    CANCELLATION,
    ROOT,
    SHIFT,
    alert_definitions,
    cancellation_definitions,
    invitation_definitions,
    shift_definitions,
)
from router.contract.schemas import COMPONENTS, Schema, as_components
from router.settings.kafka import KafkaSettings, TopicSettings

VERSION: Final = "1.2.0"
"""The version of the contract: a member added raises the second number, anything else the first."""

_READ: Final = ("interactions", "preferences", "deliveries", "responses")
_CLOUDEVENT: Final = "application/cloudevents+json"
_BINDING: Final = "0.5.0"


def asyncapi() -> dict[str, Any]:
    """The document, with the topics' default names."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "feedback-router",
            "version": VERSION,
            "description": "Reads interactions between customers and the company, and sends the invitations to give"
            " feedback when they are due. The names of the topics are settings. Delivery is at least once, in order per key.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": _channels(),
        "operations": _operations(),
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def _channels() -> dict[str, Any]:
    topics = TopicSettings()
    read = "interaction", "interactionBinary", "interactionBatch"
    return {
        "interactions": _channel(topics.interactions, "Interactions, as CloudEvents 1.0 in any mode.", *read),
        "preferences": _channel(
            topics.preferences, "Consent, locale, time zone and segment. May be compacted.", "preferences"
        ),
        "invitations": _channel(
            topics.invitations, "Invitations that are due, and cancellations.", "invitation", "cancellation"
        ),
        "deliveries": _channel(topics.deliveries, "Delivery reports of the survey sender.", "delivery"),
        "responses": _channel(topics.responses, "Responses of customers.", "response"),
        "alerts": _channel(
            topics.alerts,
            "Alerts: customers to call back, scores that shifted.",
            "responseAlert",
            "scoreShiftAlert",
        ),
    } | {
        f"{name}DeadLetters": _channel(
            getattr(topics, name) + topics.dlq_suffix, "Records that could not be processed.", "deadLetter"
        )
        for name in _READ
    }


def _channel(address: str, description: str, *messages: str) -> dict[str, Any]:
    named = {message: {"$ref": f"#/components/messages/{message}"} for message in messages}
    return {"address": address, "description": description, "messages": named}


def _operations() -> dict[str, Any]:
    return {
        "receiveInteractions": _operation("receive", "interactions", "Decides each interaction once."),
        "receivePreferences": _operation("receive", "preferences", "Stores consent and preferences."),
        "sendInvitations": _operation("send", "invitations", "Asks the survey sender to ask a customer."),
        "sendAlerts": _operation("send", "alerts", "Tells a team that a customer's answer needs somebody."),
        "receiveDeliveries": _operation("receive", "deliveries", "Follows an invitation to its end."),
        "receiveResponses": _operation("receive", "responses", "Records the response to an invitation."),
    } | {
        f"send{name.capitalize()}DeadLetters": _operation(
            "send", f"{name}DeadLetters", f"Publishes records of the {name} that cannot be processed."
        )
        for name in _READ
    }


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    operation = {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}
    # Only who reads has a consumer group.
    if action == "send":
        return operation
    group = {"type": "string", "enum": [KafkaSettings().group]}
    return operation | {"bindings": {"kafka": {"groupId": group, "bindingVersion": _BINDING}}}


def _messages() -> dict[str, Any]:
    customer = "The customer's id, so that a customer's records stay in order."
    event = {"contentType": _CLOUDEVENT}
    return {
        "interaction": event
        | _message("An interaction, structured mode.", "Interaction", customer)
        | _examples({"payload": INTERACTION}),
        "interactionBinary": {"headers": _component("InteractionHeaders")}
        | _message("An interaction, binary mode: the attributes are headers.", "InteractionData", customer)
        | _examples({"headers": BINARY_HEADERS, "payload": BINARY_DATA}),
        "interactionBatch": {"contentType": "application/cloudevents-batch+json"}
        | _message("Several interactions of one customer in a record.", "InteractionBatch", customer),
        "preferences": _message(
            "Preferences; a record without a value forgets them.", "PreferencesRecord", customer
        )
        | _examples({"payload": PREFERENCES}, {"payload": PREFERENCES_EVENT}, {"payload": OPTED_OUT}),
        "invitation": event
        | _message("Ask this customer now.", ROOT, "The customer's id.")
        | _examples({"payload": invitation_payload()}),
        "cancellation": event
        | _message("Do not send this invitation any more.", CANCELLATION, "The customer's id.")
        | _examples({"payload": cancellation_payload()}),
        "responseAlert": event
        | _message("Somebody must act on this answer.", ALERT, "The customer's id.")
        | _examples({"payload": alert_payload()}),
        "scoreShiftAlert": event
        | _message("A score has shifted.", SHIFT, "The survey's name.")
        | _examples({"payload": shift_payload()}),
        "delivery": _message(
            "A delivery report on an invitation.", DELIVERY, "The customer's or the invitation's id."
        )
        | _examples({"payload": DELIVERED}, {"payload": DELIVERED_EVENT}),
        "response": _message("A customer's response.", RESPONSE, "The invitation's id.")
        | _examples({"payload": ANSWER}),
        "deadLetter": {
            "title": "A record that could not be processed.",
            "contentType": "application/octet-stream",
            "headers": _component("DeadLetterHeaders"),
            "payload": {"description": "The value as received, whatever it is."},
            "bindings": _key("The key as received."),
        },
    }


def _message(title: str, payload: str, key: str) -> dict[str, Any]:
    return {"title": title, "payload": _component(payload), "bindings": _key(key)}


def _examples(*examples: dict[str, Any]) -> dict[str, Any]:
    return {"examples": list(examples)}


def _key(description: str) -> dict[str, Any]:
    return {"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": _BINDING}}


def _component(name: str) -> Schema:
    return {"$ref": COMPONENTS + name}


def _schemas() -> dict[str, Any]:
    definitions = interaction_definitions() | preferences_definitions() | invitation_definitions()
    definitions |= delivery_definitions() | response_definitions() | cancellation_definitions()
    definitions |= alert_definitions() | shift_definitions()
    event = definitions["Interaction"]
    # In binary mode the attributes are Kafka headers, and the record's value is the data alone.
    attributes = {name: value for name, value in event["properties"].items() if name != "data"}
    return as_components(
        definitions
        | {
            "InteractionBatch": {
                "title": "InteractionBatch",
                "description": "Each event is read by itself. Where one cannot be read, the others still are, and"
                " the whole record is a dead letter.",
                "type": "array",
                "items": {"$ref": "#/$defs/Interaction"},
            },
            "InteractionHeaders": {
                "title": "InteractionHeaders",
                "description": "The attributes of the CloudEvent as headers, UTF-8.",
                "type": "object",
                "properties": {
                    "content-type" if name == "datacontenttype" else f"ce_{name}": value
                    for name, value in attributes.items()
                },
                "required": [f"ce_{name}" for name in event["required"]],
            },
            "DeadLetterHeaders": dead_letter_headers(),
        }
    )
