"""A customer's no, in whatever way it comes: what it takes back, and that nothing is asked against it."""

import json
from typing import Any

import pytest

from router.decide.batch import Batch
from router.decode import decode_line
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, Interaction
from tests.unit.core.builders import ALLOW, event, moment, preferences, reasons, rules, told

POLICY = "suppressed_by: {opted_out: left}\nchannels: [email, sms]\n"
RULES = rules(
    "rules:\n"
    "  - {id: mail, when: {type: bought}, send: {survey: nps, channel: email}}\n"
    "  - {id: text, when: {type: called}, send: {survey: ces, channel: sms}}\n"
    "  - {id: later, when: {type: visited}, send: {survey: nps, channel: email}, delay: 9d}\n",
    policy=ALLOW + POLICY,
)
ASKED = [event("bought"), event("bought", "1h"), event("called", "2h"), event("visited", "3h")]


def asked(*more: Interaction, number: int = 0) -> Batch:
    """Two e-mails and a text message at the sender, one planned; then `more`, reports about the one of `number`."""
    first = told(RULES, ASKED)
    about = {"invitation_id": [one.invitation.id for one in first.planned][number]}
    named = [
        event(one.type, "1d", id=str(at), channel=one.channel, **(one.attributes | about))
        if one.type == DELIVERY_TYPE
        else one
        for at, one in enumerate(more)
    ]
    return told(RULES, [*ASKED, event("x", "4h"), *named])


def states(batch: Batch) -> list[str]:
    by_id = {one.id: one.state for one in batch.customers["c-1"].invitations}
    return [by_id.get(one.invitation.id, "gone") for one in batch.planned]


SENT = ["queued", "queued", "queued", "planned"]
WITHDRAWN: dict[str, tuple[Interaction, list[str]]] = {
    "an opt-out from the channel": (
        event(DELIVERY_TYPE, status="unsubscribed"),
        ["queued", "withdrawn", "queued"],
    ),
    "a complaint": (event(DELIVERY_TYPE, status="complained"), ["queued", "withdrawn", "withdrawn"]),
    "one that may be either": (event(DELIVERY_TYPE, status="unclear"), ["queued", "withdrawn", "withdrawn"]),
    "a bounce": (event(DELIVERY_TYPE, status="hard_bounced"), ["gone", "queued", "queued"]),
    "an event": (event("left", "1d"), ["withdrawn"] * 3),
    "a preference": (preferences("1d", suppressed="opted_out/email"), ["withdrawn", "withdrawn", "queued"]),
    "one that is unclear": (preferences("1d", suppressed="stop"), ["withdrawn"] * 3),
    "an unclear consent": (preferences("1d", consent="none"), ["queued"] * 3),
}


@pytest.mark.parametrize(("no", "expected"), WITHDRAWN.values(), ids=WITHDRAWN)
def test_what_is_at_the_sender_is_withdrawn(no: Interaction, expected: list[str]) -> None:
    assert states(asked()) == SENT
    assert states(asked(no)) == [*expected, "planned"]


def test_what_is_planned_is_not_sent_then() -> None:
    for no, _ in WITHDRAWN.values():
        batch = asked(no, event("x", "30d"))
        last = batch.changed[batch.planned[-1].invitation.id].change
        bounced = no.attributes.get("status") == "hard_bounced"
        assert (last.invitation.state, last.reason) in (
            ("cancelled", "suppressed"),
            ("cancelled", "preferences_unclear"),
        ), bounced


def test_what_was_delivered_stays() -> None:
    got = event(DELIVERY_TYPE, status="delivered")
    batch = asked(got, event(DELIVERY_TYPE, status="complained"))
    assert states(batch) == ["delivered", "withdrawn", "withdrawn", "planned"]


def test_a_report_of_before_the_suppressions_were_said_anew_takes_nothing_back() -> None:
    batch = asked(preferences("2d", suppressed=[]), event(DELIVERY_TYPE, status="complained"))
    assert states(batch) == SENT
    assert batch.customers["c-1"].profile.suppressed == ()


@pytest.mark.parametrize(
    ("channel", "entry"), [("SMS", "opted_out/sms"), ("smss", "opted_out"), (None, "opted_out")]
)
def test_an_opt_out_from_nobody_knows_what_is_one_from_everything(channel: str | None, entry: str) -> None:
    unknown = "00000000-0000-4000-8000-000000000001"
    report = event(DELIVERY_TYPE, "1d", status="unsubscribed", invitation_id=unknown, channel=channel)
    assert told(RULES, [report]).customers["c-1"].profile.suppressed == (entry,)


REFUSE = rules(
    "rules: [{id: mail, when: {type: bought}, send: {survey: nps, channel: email}}]",
    policy="locale: {otherwise: en}\nconsent: {given_by: agreed, withdrawn_by: stopped}\nsuppressed_by: {opted_out: left}\n",
)


def lines(*more: tuple[str, Any]) -> list[str]:
    """The reasons after a yes to e-mail, events of a type with any data, and something that is asked about."""
    given = [(PREFERENCES_TYPE, {"consent": ["email"], "suppressed": []}), *more, ("bought", {})]
    found = []
    for number, (kind, data) in enumerate(given):
        about = {"specversion": "1.0", "id": str(number), "source": "/s", "type": kind, "subject": "c-1"}
        time = {"time": moment(f"{number}h").isoformat()}
        line = json.dumps(time | about | ({"data": data} if not isinstance(data, str) else json.loads(data)))
        found += decode_line(line.encode(), number, moment("99d")).interactions
    return reasons(told(REFUSE, found))


NOES: list[tuple[str, Any, str]] = [
    (PREFERENCES_TYPE, {"suppressed": "OPTED-OUT"}, "suppressed"),
    (PREFERENCES_TYPE, {"suppressed": ["Opted out/EMAIL"]}, "suppressed"),
    (PREFERENCES_TYPE.upper(), {"suppressed": "opted_out"}, "suppressed"),
    *(
        (PREFERENCES_TYPE, {"suppressed": odd}, "preferences_unclear")
        for odd in (True, 1, "", {}, ["stop"], [[]])
    ),
    *(
        (PREFERENCES_TYPE, {name: True}, "preferences_unclear")
        for name in ("Suppressed", "opt-out", "unsubscribed")
    ),
    *(
        (PREFERENCES_TYPE, {"consent": odd}, "preferences_unclear")
        for odd in (
            False,
            "no",
            0,
            "",
            {"email": 0},
            {"Email": "false"},
            {"emial": False},
            {"all": False},
            [None],
        )
    ),
    (PREFERENCES_TYPE, {"consent": {"EMAIL": False}}, "no_consent"),
    (PREFERENCES_TYPE, {"consent": {"email": False}, "zone": 7}, "preferences_unclear"),
    (PREFERENCES_TYPE, [{"suppressed": "opted_out"}], "preferences_unclear"),
    *(
        ("stopped", {"channel": odd}, "no_consent")
        for odd in ("email", "Email ", "", None, 7, ["email"], {"a": 1})
    ),
    ("stopped", {"channel": "e mail"}, "preferences_unclear"),
    ("stopped", {}, "no_consent"),
    ("stopped", None, "no_consent"),
    ("stopped", {"locale": 7}, "no_consent"),
    ("stopped", '{"time": "2026-03-02T10:00:00"}', "no_consent"),
    *(("left", {"channel": odd}, "suppressed") for odd in ("email", "", None, 7, ["email"])),
    ("left", '{"time": 1772445600}', "suppressed"),
    ("left", [1], "suppressed"),
    *((kind, {}, "suppressed") for kind in ("Left", "LEFT ", "\uff4ceft")),
    *((kind, {"channel": "email"}, "no_consent") for kind in ("Stopped", " STOPPED")),
    ("Stopped", {"channel": 7}, "no_consent"),
    ("LEFT", [1], "suppressed"),
]


@pytest.mark.parametrize(("kind", "data", "reason"), NOES)
def test_a_no_holds_however_it_is_spelt(kind: str, data: Any, reason: str) -> None:
    assert lines()[-1] == "invited"
    assert lines((kind, data))[-1] == reason


def test_what_cannot_be_read_and_is_no_no_changes_nothing() -> None:
    assert lines(("agreed", {"channel": 7}))[-1] == "invited"
    assert lines(("x", {"channel": 7}))[-1] == "invited"


def test_a_yes_is_no_other_type_than_the_policy_says() -> None:
    taken_back = (PREFERENCES_TYPE, {"consent": []})
    assert lines(taken_back, ("agreed", {"channel": "email"}))[-1] == "invited"
    assert lines(taken_back, ("Agreed", {"channel": "email"}))[-1] == "no_consent"


def test_it_is_cleared_up_by_the_same_member_said_anew() -> None:
    unclear = (PREFERENCES_TYPE, {"suppressed": True})
    assert lines(unclear, (PREFERENCES_TYPE, {"consent": ["email"]}))[-1] == "preferences_unclear"
    assert lines(unclear, (PREFERENCES_TYPE, {"suppressed": []}))[-1] == "invited"
    assert (
        lines((PREFERENCES_TYPE, {"consent": "email"}), (PREFERENCES_TYPE, {"consent": ["email"]}))[-1]
        == "invited"
    )


@pytest.mark.parametrize("channel", ["*", " * ", "\uff0a", "", None])
def test_a_yes_to_no_channel_is_none(channel: str | None) -> None:
    taken_back = (PREFERENCES_TYPE, {"consent": []})
    assert lines(taken_back, ("agreed", {"channel": channel}))[-1] == "no_consent"
    assert lines(("stopped", {"channel": channel}))[-1] == "no_consent"


@pytest.mark.parametrize("purpose", ["*", "all", "Surveys", " feedback ", "NPS", "sms"])
def test_a_no_to_a_purpose_that_is_none_may_be_one_to_everything(purpose: str) -> None:
    for said in ({"consent": {f"email/{purpose}": False}}, {"suppressed": [f"opted_out/email/{purpose}"]}):
        assert lines((PREFERENCES_TYPE, said))[-1] == "preferences_unclear"
    assert lines((PREFERENCES_TYPE, {"consent": {"email/brochures": False}}))[-1] == "invited"
