"""One value of each stored format, with every field set, and how it is written.

A folder beside this file holds what the version of its name wrote of them, and is never written again. When a format
changes, the next folder is made with `python -m tests.unit.stored_formats NAME`, and the tests read all of them.
"""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.language.load import load_texts
from router.authoring.packing import pack, unpack
from router.model.customer import Customer, Invitation, Profile
from router.model.decision import Decision
from router.model.encoding import (
    decode_decision,
    decode_interaction,
    decode_invitation,
    decode_state,
    encode_decision,
    encode_interaction,
    encode_json,
    encode_state,
)
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.model.remembered import Run, decode_runs, encode_runs

FOLDERS: Final = sorted(
    path for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0].isdigit()
)


class Format(Struct, frozen=True):
    """A value, and how it is written and read."""

    value: Any
    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


HASH, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
SAID = Interaction(
    source="/crm",
    id="e-7",
    type="complaint.resolved",
    time=moment("2026-11-20T09:30:00.125"),
    customer_id="c-42",
    channel="phone",
    locale="nl-NL",
    attributes={
        "case_id": "K-9",
        "agent": {"id": 7},
        "transfers": 2,
        "score": 0.5,
        "vip": True,
        "note": None,
        "tags": ["a", "b"],
    },
    recipient={"email": HASH},
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    also_known={"email": (OTHER,)},
)
RUNS = (
    Run("open", moment("2026-11-20T09:30:00"), moment("2026-11-20T10:00:00.25")),
    Run("closed", moment("2026-11-21T10:00:00"), moment("2026-11-21T10:00:00")),
)
OF_NOBODY = Interaction(source="/crm", id="e-8", type="order.delivered", time=moment("2026-11-21T10:00:00"))
MAPPED = replace(OF_NOBODY, source="/sources/shop", mapped_by=12)
ASKED = Invitation(
    id="0192f3a4-0000-5000-8000-000000000001",
    rule="ces-after-complaint",
    survey="ces",
    metric="ces",
    channel="email",
    priority=80,
    at=moment("2026-11-20T11:30:00"),
    state="planned",
    journey="complaint",
    instance="K-9",
    step="resolved",
    attributes={"agent_id": "7"},
    expires_at=moment("2026-11-25T09:30:00"),
    interaction=SAID,
    kind="fallback",
    root="0192f3a4-0000-5000-8000-000000000000",
    number=0,
    tried=("sms",),
    respond_by=moment("2026-12-20T11:30:00"),
    address=HASH,
    slot=moment("2026-11-20T11:45:00"),
    due_at=moment("2026-11-20T11:30:00"),
    also_known=(OTHER,),
    happened_at=moment("2026-11-20T09:30:00.125"),
)
ANSWERED = Invitation(
    id="0192f3a4-0000-5000-8000-000000000002",
    rule="nps-after-purchase",
    survey="nps",
    metric="nps",
    channel=None,
    priority=40,
    at=moment("2026-10-01T08:00:00"),
    state="answered",
    delivered_at=moment("2026-10-01T08:00:05"),
    answered_at=moment("2026-10-02T19:20:00"),
    kind="reminder",
    number=1,
)
CUSTOMER = Customer(
    "c-42",
    17,
    Profile(
        locale="nl",
        zone="Europe/Amsterdam",
        consent={"email": True, "email/research": False, "*": False},
        suppressed=("bounced/sms", f"opted_out/email//{HASH}", "unclear"),
        attributes={"segment": "consumer", "vip": True, "size": 3},
        said={
            "locale": moment("2026-01-01T00:00:00"),
            "consent/email": moment("2026-02-01T12:00:00"),
            "suppressed": moment("2026-03-01T00:00:00"),
        },
        unclear=moment("2026-03-02T00:00:00"),
    ),
    (
        Journey(
            "complaint",
            "K-9",
            "resolved",
            moment("2026-11-18T08:00:00"),
            moment("2026-11-20T09:30:00.125"),
            moment("2026-11-20T09:30:00.125"),
            False,
            {"contacts": 3, "wait": 12.5, "agent": "7", "vip": True},
            {"channels": ("phone", "chat")},
            {"opened": (moment("2026-11-18T08:00:00"), moment("2026-11-18T08:00:00"))},
            "a1b2c3",
        ),
        Journey(
            "purchase",
            None,
            None,
            moment("2026-09-30T08:00:00"),
            moment("2026-10-01T07:00:00"),
            moment("2026-10-01T07:00:00"),
            True,
        ),
    ),
    (ANSWERED, ASKED),
)
DECIDED = Decision(
    outcome="defer",
    reason="shared_limit",
    journey="complaint",
    instance="K-9",
    step="resolved",
    rule="ces-after-complaint",
    survey="ces",
    metric="ces",
    channel="email",
    locale="nl",
    due_at=moment("2026-11-20T11:30:00"),
    eligible_again_at=moment("2026-12-01T00:00:00"),
    invitation_id="0192f3a4-0000-5000-8000-000000000001",
    gate="shared_limit",
    actual=1,
    limit={"id": "any-survey", "max": 1},
    revision=12,
    used_up=(("per-month", "7", "2026-11", 30),),
)
OF_SEVERAL = replace(DECIDED, also=(replace(DECIDED, rule="nps-next-month", used_up=()),))
RULES = {
    "journeys/complaint.yaml": b"""journey: complaint
instance: case_id
identifies_customer: true
steps:
  opened: {on: complaint.opened}
  resolved: {on: complaint.resolved}
  reopened: {on: complaint.reopened, counts: reopens, reopens: true}
  closed: {on: complaint.closed, ends: true}
order: [opened, resolved, closed]
expires: 60d
effort:
  contacts: {count: [call.completed, chat.completed]}
  transfers: {sum: transfers}
  channels: {distinct: channel}
  took: {duration: {from: opened, to: resolved}}
""",
    "policy.yaml": b"""zone: Europe/Amsterdam
limits:
  - {id: any-survey, max: 1, per: 30d, clock: [invited, answered], on_limit: defer, up_to: 5d}
  - {id: same-agent, max: 3, per: calendar_month, same: agent_id, on_limit: drop}
quotas: [{id: per-month, survey: ces, same: agent_id, max: 30, per: calendar_month}]
rate_caps: [{id: by-email, channel: email, max: 5000, per: 1h}]
quiet_hours: {from: "21:00", to: "08:00", zone: customer, otherwise: Europe/Amsterdam}
business_hours: {days: mon-fri, from: "09:00", to: "18:00", holidays: NL}
hold_out: 2%
consent: {unknown: allow, given_by: consent.given, withdrawn_by: consent.withdrawn}
suppressed_by: {opted_out: customer.unsubscribed, legal_hold: [dispute.opened, dispute.reopened]}
recipient: optional
locale: {otherwise: en, promised: [en]}
""",
    "routes/complaint.yaml": b"""rules:
  - id: ces-after-complaint
    when:
      journey: complaint
      step: resolved
      channel: [phone, chat, email]
      any:
        - journey.contacts: {gte: 2}
        - customer.segment: consumer
    unless: {event.sensitive: true}
    send: {survey: ces, channel: [email, sms]}
    priority: 80
    max_age: 24h
    delay: 2h
    within: business_hours
    expires: 5d
    sample: 50%
    cancel_on: complaint.reopened
    reminder: {after: 3d, max: 1}
""",
    "surveys/ces.yaml": b"""surveys:
  ces:
    metric: ces
    variant: ces-1.0
    scale: [1, 5]
    polarity: lower_is_better
    presentation: likert
    purpose: research
    texts:
      en: {question: "How much effort did you personally have to put forth to handle your request?", low: very little, high: very much}
""",
}
WITH_SIGNALS = replace(CUSTOMER, occurred={"call.completed": (1_773_000_000_000_000, 1_773_000_000_000_001)})
WISHES = RULES | {
    "policy.yaml": RULES["policy.yaml"]
    + b"""customer:
  contacts_30d: {count: [call.completed, chat.completed], within: 30d}
  last_contact: {last: call.completed}
never_ask_while:
  customer.open: [complaint]
  any: [customer.contacts_30d: {between: [5, 9]}, customer.last_contact: {within: 1d}]
  except: [ces-after-complaint]
""",
}

FORMATS: Final = {
    "state": Format(CUSTOMER, encode_state, decode_state),
    "state-of-nobody-asked": Format(Customer("c-1"), encode_state, decode_state),
    "interaction": Format(SAID, encode_interaction, decode_interaction),
    "interaction-of-nobody": Format(OF_NOBODY, encode_interaction, decode_interaction),
    "interaction-of-source": Format(MAPPED, encode_interaction, decode_interaction),
    "decision": Format(DECIDED, encode_decision, decode_decision),
    # Since 0.4.0: until then one interaction planned one invitation at most.
    "decision-of-several": Format(OF_SEVERAL, encode_decision, decode_decision),
    "invitation": Format(ASKED, encode_json, decode_invitation),
    "revision": Format(
        RULES,
        lambda texts: zlib.decompress(pack(texts, load_texts(texts))),
        lambda body: unpack(zlib.compress(body), 12)[0],
    ),
    "remembered": Format(RUNS, encode_runs, decode_runs),
    "state-with-signals": Format(WITH_SIGNALS, encode_state, decode_state),
    "revision-of-wishes": Format(
        WISHES,
        lambda texts: zlib.decompress(pack(texts, load_texts(texts))),
        lambda body: unpack(zlib.compress(body), 12)[0],
    ),
}
