"""The schema of an invitation: from the structs that are published, with the meaning of every member."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from router.contract.schemas import LOCAL, Definitions, Schema
from router.flow.cancellation_event import InvitationCancelled
from router.flow.invitation_event import InvitationDue

ROOT: Final = InvitationDue.__name__
CANCELLATION: Final = InvitationCancelled.__name__

_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "InvitationDue": {
        "id": "Names this message, a UUIDv5: the invitation's id, or a reminder's or fallback's own. A repeat has the same id: ask once.",
        "time": "When the invitation was released.",
        "subject": "The customer's id; also the key of the Kafka message.",
        "data": "What the sender needs to ask.",
        "specversion": "The version of CloudEvents.",
        "type": "What this event says.",
        "source": "Who says it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
        "traceparent": "W3C trace context of the interaction that the invitation is about, where it had one.",
    },
    "InvitationData": {
        "invitation_id": "The invitation; for a reminder or a fallback the one that it follows, else the event's `id`.",
        "kind": "`invitation`, `reminder`, or `fallback`: the same question on another channel.",
        "customer_id": "The customer to ask.",
        "channel": "The channel to ask on; null where the rule names none.",
        "recipient": "The address on that channel, where the interaction brought one. Null: the sender looks it up.",
        "survey": "What to ask.",
        "respond_by": "After this moment the invitation can not be answered any more.",
        "journey": "Where the customer was; null where the rule waits for no journey.",
        "rule": "The id of the rule that asks.",
        "revision": "The number of the rule set that planned the invitation.",
        "reason": "Why this customer is asked, in a sentence without personal data. English.",
        "reminder": "0 for the invitation itself, then the number of the reminder.",
        "response_token": "Proves which invitation an answer belongs to, and names no customer. Null: none is signed.",
    },
    "InvitationCancelled": {
        "id": "Names this message. A repeat has the same id.",
        "time": "When the invitation was withdrawn.",
        "subject": "The customer's id; also the key of the Kafka message.",
        "data": "What must not go out any more.",
        "specversion": "The version of CloudEvents.",
        "type": "What this event says.",
        "source": "Who says it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
    },
    "CancellationData": {
        "message_id": "The `id` of the message that must not go out any more.",
        "invitation_id": "The invitation that it is or follows.",
        "customer_id": "The customer who is not to be asked.",
        "channel": "The channel it was to go out on.",
        "rule": "The id of the rule that asked.",
        "revision": "The number of the rule set that took it back.",
    },
    "SurveyToAsk": {
        "id": "The survey's name in the catalogue.",
        "metric": "What is measured.",
        "variant": "The wording that is used. Scores of different variants are never blended.",
        "scale": "The lowest and the highest answer, both included.",
        "polarity": "Whether a high answer is good or bad.",
        "presentation": "How the answers are shown; to be kept with the response.",
        "locale": "The language of the texts, a BCP 47 tag.",
        "question": "The question, to be shown as it is.",
        "low": "The label of the lowest answer.",
        "high": "The label of the highest answer.",
        "text_version": "The version of the texts; to be kept with the response.",
    },
    "JourneyContext": {
        "name": "The journey's name.",
        "step": "The step the customer had reached.",
        "instance": "What tells two passes of the same journey apart, such as a case id; null where there is none.",
    },
}


def invitation_definitions() -> Definitions:
    """The definitions of an invitation. Raises KeyError where a member has no meaning or a meaning no member."""
    return _definitions(InvitationDue)


def cancellation_definitions() -> Definitions:
    """The definitions of the cancellation of an invitation, as `invitation_definitions`."""
    return _definitions(InvitationCancelled)


def _definitions(root: type[msgspec.Struct]) -> Definitions:
    _, components = msgspec.json.schema_components([root], ref_template=LOCAL + "{name}")
    return {name: _explained(name, schema) for name, schema in components.items()}


def _explained(name: str, schema: Schema) -> Schema:
    meanings, properties = _MEANINGS[name], schema["properties"]
    if properties.keys() != meanings.keys():
        raise KeyError(f"{name} without meaning or member: {sorted(properties.keys() ^ meanings.keys())}")
    explained = {key: _plain(value) | {"description": meanings[key]} for key, value in properties.items()}
    return schema | {"properties": explained}


def _plain(schema: Schema) -> Schema:
    """A schema that readers of draft 07 take the same way: pairs as lists, references without neighbours."""
    if "$ref" in schema:
        return {"allOf": [schema]}
    if "prefixItems" not in schema:
        return {key: value for key, value in schema.items() if key != "default"}
    kinds: list[Any] = schema["prefixItems"]
    if any(kind != kinds[0] for kind in kinds):
        raise TypeError("a tuple of different types has no form that both drafts share")
    kept = {key: value for key, value in schema.items() if key != "prefixItems"}
    return kept | {"items": kinds[0]}
