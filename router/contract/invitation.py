"""The schemas of what is sent, an invitation, its cancellation, an alert: from the structs that are published, with the meaning of every member."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from router.contract.schemas import LOCAL, SchemaDefinitions
from router.flow.alert_event import ResponseAlert
from router.flow.cancellation_event import InvitationCancelled
from router.flow.invitation_event import InvitationDue
from router.flow.shift_event import ScoreShiftAlert

ROOT: Final = InvitationDue.__name__
CANCELLATION: Final = InvitationCancelled.__name__
ALERT: Final = ResponseAlert.__name__
SHIFT: Final = ScoreShiftAlert.__name__

_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "InvitationDue": {
        "id": "Names this message, a UUIDv5: the invitation's id, or a reminder's or fallback's own. A repeat has the same id: ask once.",
        "time": "The time of the release.",
        "subject": "The customer's id; also the key of the Kafka message.",
        "data": "All that the sender needs to ask.",
        "specversion": "The version of CloudEvents.",
        "type": "The type of this event.",
        "source": "The service that sent it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
        "traceparent": "W3C trace context of the interaction that the invitation is about, where it had one.",
    },
    "InvitationData": {
        "invitation_id": "The invitation; for a reminder or a fallback the one that it follows, else the event's `id`.",
        "kind": "`invitation`, `reminder`, or `fallback`: the same question on another channel.",
        "customer_id": "The customer to ask.",
        "channel": "The channel to ask on; null where the rule names none.",
        "recipient": "The address on that channel, where the interaction brought one. Null: the sender looks it up.",
        "survey": "The survey to ask.",
        "respond_by": "After this moment the invitation can no longer be answered.",
        "journey": "The journey of the customer; null where the rule waits for no journey.",
        "rule": "The id of the rule that asks.",
        "revision": "The number of the rule set that planned the invitation.",
        "reason": "The reason for this invitation, an English sentence without personal data.",
        "reminder": "0 for the invitation itself, then the number of the reminder.",
        "response_token": "Proves to which invitation a response belongs, and names no customer. Null: none is signed.",
    },
    "InvitationCancelled": {
        "id": "Names this message. A repeat has the same id.",
        "time": "The time of the withdrawal.",
        "subject": "The customer's id; also the key of the Kafka message.",
        "data": "The message that must not go out any more.",
        "specversion": "The version of CloudEvents.",
        "type": "The type of this event.",
        "source": "The service that sent it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
    },
    "CancellationData": {
        "message_id": "The `id` of the message that must not go out any more.",
        "invitation_id": "The invitation that it is or follows.",
        "customer_id": "The customer who is not to be asked.",
        "channel": "The channel it was to go out on.",
        "rule": "The id of the rule that asked.",
        "revision": "The number of the rule set that cancelled it.",
    },
    "ResponseAlert": {
        "id": "Names this alert, a UUIDv5 of the invitation and the alert rule. A repeat has the same id: act once.",
        "time": "The time at which the alert was raised.",
        "subject": "The customer's id; also the key of the Kafka message.",
        "data": "Who must act, about which answer.",
        "specversion": "The version of CloudEvents.",
        "type": "The type of this event.",
        "source": "The service that sent it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
    },
    "ResponseAlertData": {
        "alert": "The id of the alert rule.",
        "team": "The team that must act.",
        "due_at": "When it must be closed. Null: there is no such time.",
        "customer_id": "The customer who answered.",
        "invitation_id": "The invitation that was answered.",
        "survey": "The survey's name in the catalogue.",
        "metric": "The metric of the survey.",
        "scale": "The lowest and the highest answer, both included.",
        "polarity": "Whether a high answer is good or bad.",
        "score": "The answer. Null: the customer only left a comment.",
        "comment": "What the customer wrote, at most 4,000 characters of it; null where there is none or comments are not kept.",
        "answered_at": "The time of the answer.",
        "happened_at": "The time of the interaction that was asked about.",
        "asked_on": "The channel of the question.",
        "channel": "The channel of the interaction that was asked about.",
        "locale": "The language of the question, a BCP 47 tag.",
        "journey": "What was asked about; null where the rule waits for no journey.",
        "attributes": "The attributes that the policy keeps with responses, as they were when the question was planned.",
        "effort": "The effort signals of the journey then.",
        "revision": "The number of the rule set that raised the alert.",
    },
    "ScoreShiftAlert": {
        "id": "Names this alert, a UUIDv5 of the rule, the chart and the week. A repeat has the same id.",
        "time": "The time at which the alert was raised.",
        "subject": "The survey's name; also the key of the Kafka message.",
        "data": "Which score shifted, and how far.",
        "specversion": "The version of CloudEvents.",
        "type": "The type of this event.",
        "source": "The service that sent it. `source` and `id` together name the event.",
        "datacontenttype": "The form of `data`.",
    },
    "ScoreShiftData": {
        "alert": "The id of the score shift in the rules.",
        "team": "The team that must act.",
        "survey": "The survey's name in the catalogue.",
        "metric": "The metric of the survey.",
        "scale": "The lowest and the highest answer, both included.",
        "polarity": "Whether a high answer is good or bad.",
        "text_version": "The version of the texts.",
        "presentation": "The presentation of the answers.",
        "journey": "The journey that was asked about; null: none.",
        "step": "Its step; null: none.",
        "week": "The Monday of the week in which it was found.",
        "measure": "`nps`: points from -100 to 100; `mean`: on the scale; `top_box`: the share of the best answers, 0 to 1.",
        "direction": "`better` or `worse`, by the polarity.",
        "average": "The moving average of the score after that week.",
        "centre": "The score in the 26 weeks that the chart was learnt from.",
        "low": "The lower limit of what is chance.",
        "high": "The upper limit of what is chance.",
        "n": "Answers in that week.",
        "weeks": "Weeks with answers that were looked at, those learnt from included.",
        "revision": "The number of the rule set that raised the alert.",
    },
    "SurveyToAsk": {
        "id": "The survey's name in the catalogue.",
        "metric": "The metric of the survey.",
        "variant": "The wording. Scores of different variants are never blended.",
        "scale": "The lowest and the highest answer, both included.",
        "polarity": "Whether a high answer is good or bad.",
        "presentation": "The presentation of the answers; to be kept with the response.",
        "locale": "The language of the texts, a BCP 47 tag.",
        "question": "The question, to be shown as it is.",
        "low": "The label of the lowest answer.",
        "high": "The label of the highest answer.",
        "text_version": "The version of the texts; to be kept with the response.",
        "follow_up": "An open question, to be asked after the score; its answer is the response's `comment`. Left out where there is none.",
        "subject": "The line above the message, such as the subject of a mail. Left out where there is none: take the question.",
        "introduction": "To be shown before the question. Left out where there is none.",
    },
    "JourneyContext": {
        "name": "The journey's name.",
        "step": "The step the customer had reached.",
        "instance": "The key that tells two passes of the same journey apart, such as a case id; null where there is none.",
    },
}


def invitation_definitions() -> SchemaDefinitions:
    """The definitions of an invitation. Raises KeyError where a member has no meaning or a meaning no member."""
    return _definitions(InvitationDue)


def cancellation_definitions() -> SchemaDefinitions:
    """The definitions of the cancellation of an invitation, as `invitation_definitions`."""
    return _definitions(InvitationCancelled)


def alert_definitions() -> SchemaDefinitions:
    """The definitions of an alert about a response, as `invitation_definitions`."""
    return _definitions(ResponseAlert)


def shift_definitions() -> SchemaDefinitions:
    """The definitions of an alert about a score, as `invitation_definitions`."""
    return _definitions(ScoreShiftAlert)


def _definitions(root: type[msgspec.Struct]) -> SchemaDefinitions:
    """The struct and those within it, explained, in a form that readers of draft 07 take the same way."""
    _, components = msgspec.json.schema_components([root], ref_template=LOCAL + "{name}")
    definitions = {}
    for name, schema in components.items():
        meanings, members = _MEANINGS[name], schema["properties"]
        if members.keys() != meanings.keys():
            raise KeyError(f"{name} without meaning or member: {sorted(members.keys() ^ meanings.keys())}")
        explained = {}
        for key, member in members.items():
            plain = {part: value for part, value in member.items() if part not in ("default", "prefixItems")}
            if "$ref" in member:
                # Draft 07 ignores whatever stands beside a reference, and so would lose the description.
                plain = {"allOf": [member]}
            elif "prefixItems" in member:
                kinds: list[Any] = member["prefixItems"]
                if any(kind != kinds[0] for kind in kinds):
                    raise TypeError("a tuple of different types has no form that both drafts share")
                plain["items"] = kinds[0]
            explained[key] = plain | {"description": meanings[key]}
        definitions[name] = schema | {"properties": explained}
    return definitions
