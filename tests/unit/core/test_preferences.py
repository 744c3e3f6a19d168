"""What preferences make of a customer's profile, and what each word is worth beside later and wider ones."""

from typing import Any

import msgspec
import pytest

from router.decide.preferences import implied, recorded, said_when
from router.model.customer import Customer, Profile
from router.model.encoding import decode_state, encode_state
from router.model.interaction import Interaction
from router.policy.consent import answer
from tests.unit.core.builders import event, moment, preferences, rules

RULES = rules(
    "rules: [{id: ask, when: {type: bought}, send: {survey: study, channel: [email, sms]}}]",
    "surveys: {study: {metric: nps, scale: [0, 10], polarity: higher_is_better, purpose: research,\n"
    "  texts: {en: {question: q, low: l, high: h}}}}",
    policy="consent: {given_by: agreed, withdrawn_by: stopped}\nsuppressed_by: {opted_out: left}\n",
)
KNOWN = Profile(
    "nl", "Europe/Amsterdam", {"email": True, "sms": False}, ("bounced",), {"segment": "consumer"}
)


def told(profile: Profile, *said: Interaction) -> Profile:
    for one in said:
        how = implied if RULES.telling(one.type) else recorded
        profile = how(profile, one, RULES, said_when(one, moment("99d")))
    return profile


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"locale": "de"}, {"locale": "de"}),
    ({"locale": None}, {"locale": None}),
    ({"zone": ""}, {"zone": None}),
    ({"consent": {"sms": True, "phone": False}}, {"consent": {"email": True, "sms": True, "phone": False}}),
    ({"consent": ["phone"]}, {"consent": {"phone": True}}),
    ({"consent": []}, {"consent": {}}),
    ({"consent": None, "suppressed": None}, {}),
    ({"suppressed": ["opted_out", "legal_hold"]}, {"suppressed": ("legal_hold", "opted_out")}),
    ({"suppressed": "erased"}, {"suppressed": ("erased",)}),
    ({"suppressed": []}, {"suppressed": ()}),
    ({"segment": "business"}, {"attributes": {"segment": "business"}}),
    ({"vip": True}, {"attributes": {"segment": "consumer", "vip": True}}),
    ({"forget": True, "consent": ["email"]}, {"locale": None, "zone": None, "consent": {}, "attributes": {}}),
    ({"forget": False}, {}),
]


@pytest.mark.parametrize(("given", "changed"), CHANGES)
def test_named_members_replace_and_others_stay(given: dict[str, Any], changed: dict[str, Any]) -> None:
    found = told(KNOWN, preferences(**given))
    expected = msgspec.structs.replace(KNOWN, **changed, said=found.said)
    assert found == expected


def test_the_known_profile_is_left_as_it_was() -> None:
    before = Profile(consent={"email": True}, attributes={"segment": "consumer"})
    told(before, preferences(consent={"email": False}, segment="business"))
    assert before == Profile(consent={"email": True}, attributes={"segment": "consumer"})


Said = list[tuple[str, dict[str, Any] | str]]
YES, NO, MAYBE = {"consent": {"email": True}}, {"consent": {"email": False}}, {"consent": {"email": "?"}}
PURPOSE_YES, PURPOSE_NO = {"consent": {"email/research": True}}, {"consent": {"email/research": False}}
ANSWERS: dict[str, tuple[Said, str, str]] = {
    "nothing": ([], "unknown", "unknown"),
    "a yes": ([("1h", YES)], "yes", "yes"),
    "a later no": ([("1h", YES), ("2h", NO)], "no", "no"),
    "a no that is heard first": ([("2h", NO), ("1h", YES)], "no", "no"),
    "a yes of the same time read later": ([("1h", NO), ("1h", YES)], "yes", "yes"),
    "a no of the same time read later": ([("1h", YES), ("1h", NO)], "no", "no"),
    "a wider no": ([("1h", PURPOSE_YES), ("2h", NO)], "no", "no"),
    "a wider no that is heard first": ([("2h", NO), ("1h", PURPOSE_YES)], "no", "no"),
    "a wider no of the same time": ([("1h", PURPOSE_YES), ("1h", NO)], "no", "no"),
    "a narrower yes after it": ([("1h", NO), ("2h", PURPOSE_YES)], "no", "yes"),
    "both in one": ([("1h", {"consent": {"email/research": True, "email": False}})], "no", "yes"),
    "a narrower no": ([("1h", PURPOSE_NO), ("2h", YES)], "yes", "no"),
    "a list": ([("1h", PURPOSE_NO), ("2h", {"consent": ["email"]})], "yes", "yes"),
    "a list before": ([("2h", {"consent": []}), ("1h", YES)], "unknown", "unknown"),
    "a list that is heard later": ([("2h", YES), ("1h", {"consent": ["sms"]})], "yes", "yes"),
    "forgotten": ([("1h", YES), ("2h", {"forget": True})], "unknown", "unknown"),
    "forgotten before": ([("2h", YES), ("1h", {"forget": True})], "yes", "yes"),
    "what was forgotten is heard again": ([("2h", {"forget": True}), ("1h", YES)], "unknown", "unknown"),
    "unclear": ([("1h", YES), ("2h", MAYBE)], "unclear", "unclear"),
    "unclear before": ([("2h", YES), ("1h", MAYBE)], "yes", "yes"),
    "unclear and cleared up": ([("1h", MAYBE), ("2h", YES)], "yes", "yes"),
    "unclear and cleared up for a purpose": ([("1h", MAYBE), ("2h", PURPOSE_YES)], "unclear", "yes"),
    "unclear, and another channel": (
        [("1h", MAYBE), ("2h", {"consent": {"sms": True}})],
        "unclear",
        "unclear",
    ),
    "unclear and a list": ([("1h", MAYBE), ("2h", {"consent": ["sms"]})], "unknown", "unknown"),
    "unclear in part": ([("1h", {"consent": {"email": True, "sms": 1}})], "unclear", "unclear"),
    "a stranger": ([("1h", YES), ("2h", {"consent": {"emial": False}})], "unclear", "unclear"),
    "a stranger beside": ([("1h", {"consent": {"email": True, "e-mail": False}})], "unclear", "unclear"),
    "another word for it": ([("1h", YES), ("2h", {"consent": {"mail": False}})], "unclear", "unclear"),
    "another channel": ([("1h", {"consent": {"email": True, "phone": False}})], "yes", "yes"),
    "a yes to a stranger": ([("1h", {"consent": {"emial": True}})], "unknown", "unknown"),
    "a suppression that is unclear": ([("1h", YES), ("2h", {"suppressed": True})], "unclear", "unclear"),
    "it is not cleared up by consent": ([("1h", {"suppressed": "stop"}), ("2h", YES)], "unclear", "unclear"),
    "it is by suppressions": ([("1h", YES | {"suppressed": 1}), ("2h", {"suppressed": []})], "yes", "yes"),
    "not by earlier ones": (
        [("2h", YES | {"suppressed": 1}), ("1h", {"suppressed": []})],
        "unclear",
        "unclear",
    ),
    "a suppressed stranger": (
        [("1h", YES), ("2h", {"suppressed": ["opted_out/emial"]})],
        "unclear",
        "unclear",
    ),
    "forgotten, with a no": ([("1h", YES), ("2h", {"forget": True, **NO})], "no", "no"),
    "forgotten, with a yes": ([("2h", {"forget": True, **YES})], "unknown", "unknown"),
    "forgotten, and unclear": (
        [("1h", YES), ("2h", {"forget": True, "suppressed": 1})],
        "unclear",
        "unclear",
    ),
    "a misspelt purpose": (
        [("1h", YES), ("2h", {"consent": {"email/reserach": False}})],
        "unclear",
        "unclear",
    ),
    "another purpose": ([("1h", YES), ("2h", {"consent": {"email/marketing": False}})], "yes", "yes"),
    "a channel for a purpose": (
        [("1h", YES), ("2h", {"suppressed": "opted_out//email"})],
        "unclear",
        "unclear",
    ),
    "a stroke too many": (
        [("1h", YES), ("2h", {"consent": {"email//research": False}})],
        "unclear",
        "unclear",
    ),
    "withdrawn here": ([("1h", YES), ("2h", "email")], "no", "no"),
    "withdrawn in capitals": ([("1h", YES), ("2h", " EMAIL")], "no", "no"),
    "withdrawn there": ([("1h", YES), ("2h", "phone")], "yes", "yes"),
    "withdrawn from a stranger": ([("1h", YES), ("2h", "emial")], "unclear", "unclear"),
    "withdrawn from none": ([("1h", YES), ("2h", "")], "no", "no"),
    "withdrawn from blanks": ([("1h", YES), ("2h", "  ")], "no", "no"),
    "withdrawn from none before": ([("2h", YES), ("1h", "")], "yes", "yes"),
    "withdrawn from all, then agreed": ([("1h", ""), ("2h", PURPOSE_YES)], "no", "yes"),
}


@pytest.mark.parametrize(("said", "general", "research"), ANSWERS.values(), ids=ANSWERS)
def test_the_newest_word_that_covers_it_holds(said: Said, general: str, research: str) -> None:
    words = [
        event("stopped", at, channel=what) if isinstance(what, str) else preferences(at, **what)
        for at, what in said
    ]
    profile = told(Profile(), *words)
    assert (answer(profile, "email"), answer(profile, "Email", "Research")) == (general, research)


SUPPRESSED: dict[str, tuple[Said, tuple[str, ...]]] = {
    "an event": ([("1h", "left")], ("opted_out",)),
    "lifted": ([("1h", "left"), ("2h", {"suppressed": []})], ()),
    "lifted before": ([("2h", "left"), ("1h", {"suppressed": []})], ("opted_out",)),
    "heard after it was lifted": ([("2h", {"suppressed": []}), ("1h", "left")], ()),
    "of the same time": ([("1h", {"suppressed": []}), ("1h", "left")], ("opted_out",)),
    "another list": (
        [("1h", {"suppressed": "bounced"}), ("2h", {"suppressed": ["legal_hold"]})],
        ("legal_hold",),
    ),
    "an older list": (
        [("2h", {"suppressed": "bounced"}), ("1h", {"suppressed": ["legal_hold"]})],
        ("bounced",),
    ),
    "not by forgetting": ([("1h", "left"), ("2h", {"forget": True})], ("opted_out",)),
    "forgetting adds what it names": (
        [("1h", "left"), ("2h", {"forget": True, "suppressed": "bounced"})],
        ("bounced", "opted_out"),
    ),
    "and lifts none": ([("1h", "left"), ("2h", {"forget": True, "suppressed": []})], ("opted_out",)),
    "said again": ([("1h", "left"), ("3h", "left"), ("2h", {"suppressed": []})], ("opted_out",)),
}


@pytest.mark.parametrize(("said", "expected"), SUPPRESSED.values(), ids=SUPPRESSED)
def test_a_suppression_stands_until_a_later_list_lifts_it(said: Said, expected: tuple[str, ...]) -> None:
    words = [event(what, at) if isinstance(what, str) else preferences(at, **what) for at, what in said]
    assert told(Profile(), *words).suppressed == expected


def test_every_member_keeps_its_own_time() -> None:
    newer = preferences("2h", locale="nl", segment="consumer")
    older = preferences("1h", locale="de", zone="Europe/Berlin", segment="business", vip=True)
    found = told(Profile(), newer, older)
    assert (found.locale, found.zone) == ("nl", "Europe/Berlin")
    assert found.attributes == {"segment": "consumer", "vip": True}


def test_a_word_of_a_clock_that_is_ahead_counts_as_now() -> None:
    ahead = preferences("5h", consent={"email": True})
    profile = recorded(Profile(), ahead, RULES, said_when(ahead, moment("1h")))
    assert answer(told(profile, preferences("2h", consent={"email": False})), "email") == "no"


def test_what_was_stored_without_times_is_older_than_anything() -> None:
    before = msgspec.msgpack.encode(
        [
            "c-1",
            3,
            {"consent": {"email": True, "email/research": True, "sms": False}, "suppressed": ["bounced"]},
        ]
    )
    profile = decode_state(before).profile
    assert answer(profile, "email") == "yes"
    assert answer(told(profile, preferences("-900d", consent={"email": False})), "email", "research") == "no"
    assert told(profile, preferences("-900d", suppressed=[])).suppressed == ()
    assert answer(told(profile, preferences("-900d", consent=["sms"])), "email") == "unknown"
    wider = decode_state(
        msgspec.msgpack.encode(["c-1", 3, {"consent": {"email": False, "email/research": True}}])
    )
    assert answer(wider.profile, "email", "research") == "no"


def test_times_are_stored() -> None:
    profile = told(KNOWN, preferences("1h", consent={"email": 1}, suppressed="yes", vip=True))
    customer = Customer("c-1", profile=profile)
    assert decode_state(encode_state(customer)) == customer
