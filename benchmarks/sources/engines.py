"""The same nine values of one message, read by this service's mapping and by two expression engines."""

import json
from collections.abc import Callable
from typing import Any, Final

import cel
import jmespath

from router.authoring.language.load import load_texts
from router.model.record import Record

TOPIC: Final = "raw.helpdesk"
MESSAGE: Final = json.dumps(
    {
        "id": "01JB6T8XQ4",
        "kind": "ticket.updated",
        "account": {"id": 22129848, "region": "eu-west-1", "plan": "enterprise"},
        "at": "2026-01-01T10:00:00Z",
        "before": {"status": "open", "priority": "high"},
        "ticket": {
            "id": 4711,
            "status": "solved",
            "subject": "The parcel did not arrive",
            "via": {"channel": "voice", "number": "+31 20 555 0100"},
            "requester": {"id": "17", "tier": "gold", "locale": "nl-NL"},
            "assignee": {"id": 9, "team": "front-office"},
            "tags": ["parcel", "late", "phone"],
            "reopens": 1,
        },
    }
).encode()
SOURCE: Final = b"""
source: helpdesk
topic: raw.helpdesk
interactions:
  - when: {ticket.status: {changed_to: solved, from: before.status}}
    type: complaint.resolved
    id: id
    time: at
    customer: ticket.requester.id
    data:
      case_id: ticket.id
      agent_id: {first: [ticket.assignee.id, ticket.assignee.team]}
      channel: {path: ticket.via.channel, map: {voice: phone, mail: email}, otherwise: web}
      locale: ticket.requester.locale
      tier: ticket.requester.tier
      reopens: ticket.reopens
"""
SEEN: Final = {
    "id": "01JB6T8XQ4",
    "time": "2026-01-01T10:00:00Z",
    "customer": "17",
    "case_id": 4711,
    "agent_id": 9,
    "channel": "phone",
    "locale": "nl-NL",
    "tier": "gold",
    "reopens": 1,
}
"""What every engine must give."""

Engine = Callable[[], dict[str, Any]]


def mapping() -> Engine:
    """This service: the message to a checked time, an id, a customer and attributes, from its bytes."""
    mapper = load_texts({"helpdesk.yaml": SOURCE}).mappers[TOPIC]
    record = Record(TOPIC, 0, 0, 0, None, MESSAGE)

    def ask() -> dict[str, Any]:
        [one] = mapper.take(record).interactions
        time = f"{one.time:%Y-%m-%dT%H:%M:%SZ}"
        return {"id": one.id, "time": time, "customer": one.customer, **one.data}

    return ask


def taken() -> Callable[[], object]:
    """What is timed of this service: the mapping alone."""
    mapper = load_texts({"helpdesk.yaml": SOURCE}).mappers[TOPIC]
    record = Record(TOPIC, 0, 0, 0, None, MESSAGE)
    return lambda: mapper.take(record)


def jmespath_expression() -> Engine:
    """jmespath: one compiled expression that makes the object, over a document that was read."""
    path = "ticket.via.channel"
    expression = jmespath.compile(
        "ticket.status == 'solved' && before.status != 'solved' && {id: id, time: at, customer: ticket.requester.id,"
        " case_id: ticket.id, agent_id: ticket.assignee.id || ticket.assignee.team, locale: ticket.requester.locale,"
        f" channel: ({path} == 'voice' && 'phone') || ({path} == 'mail' && 'email') || 'web',"
        " tier: ticket.requester.tier, reopens: ticket.reopens}"
    )
    return lambda: dict(expression.search(json.loads(MESSAGE)))


def cel_program() -> Engine:
    """common-expression-language, in Rust: one compiled program that makes the object."""
    program = cel.compile(
        "ticket.status == 'solved' && before.status != 'solved' ? {'id': id, 'time': at, 'customer': ticket.requester.id,"
        " 'case_id': ticket.id, 'agent_id': has(ticket.assignee.id) ? ticket.assignee.id : ticket.assignee.team,"
        " 'locale': ticket.requester.locale, 'channel': ticket.via.channel == 'voice' ? 'phone' :"
        " ticket.via.channel == 'mail' ? 'email' : 'web', 'tier': ticket.requester.tier,"
        " 'reopens': ticket.reopens} : {}"
    )
    return lambda: dict(program.execute(json.loads(MESSAGE)))
