from typing import Any

import pytest

from router.decide.preferences import recorded
from router.model.customer import Profile
from tests.unit.core.builders import preferences

KNOWN = Profile(
    "nl", "Europe/Amsterdam", {"email": True, "sms": False}, ("bounced",), {"segment": "consumer"}
)

CHANGES: list[tuple[dict[str, Any], Profile]] = [
    ({}, KNOWN),
    ({"locale": "de"}, Profile("de", KNOWN.zone, KNOWN.consent, KNOWN.suppressed, KNOWN.attributes)),
    ({"locale": None}, Profile(None, KNOWN.zone, KNOWN.consent, KNOWN.suppressed, KNOWN.attributes)),
    ({"zone": ""}, Profile("nl", None, KNOWN.consent, KNOWN.suppressed, KNOWN.attributes)),
    (
        {"consent": {"email": None, "sms": True, "phone": "yes"}},
        Profile("nl", KNOWN.zone, {"sms": True}, KNOWN.suppressed, KNOWN.attributes),
    ),
    (
        {"consent": ["phone", 7]},
        Profile("nl", KNOWN.zone, {"phone": True}, KNOWN.suppressed, KNOWN.attributes),
    ),
    ({"consent": []}, Profile("nl", KNOWN.zone, {}, KNOWN.suppressed, KNOWN.attributes)),
    ({"consent": True}, KNOWN),
    (
        {"suppressed": ["opted_out", "legal_hold", "unheard_of"]},
        Profile("nl", KNOWN.zone, KNOWN.consent, ("legal_hold", "opted_out"), KNOWN.attributes),
    ),
    ({"suppressed": "erased"}, Profile("nl", KNOWN.zone, KNOWN.consent, ("erased",), KNOWN.attributes)),
    ({"suppressed": []}, Profile("nl", KNOWN.zone, KNOWN.consent, (), KNOWN.attributes)),
    (
        {"segment": "business"},
        Profile("nl", KNOWN.zone, KNOWN.consent, KNOWN.suppressed, {"segment": "business"}),
    ),
    (
        {"vip": True},
        Profile("nl", KNOWN.zone, KNOWN.consent, KNOWN.suppressed, {"segment": "consumer", "vip": True}),
    ),
    ({"forget": True, "consent": ["email"]}, Profile(suppressed=("bounced",))),
    ({"forget": False}, KNOWN),
]


@pytest.mark.parametrize(("given", "expected"), CHANGES)
def test_named_members_replace_and_others_stay(given: dict[str, Any], expected: Profile) -> None:
    assert recorded(KNOWN, preferences(**given)) == expected


def test_nothing_known_stays_unknown() -> None:
    assert recorded(Profile(), preferences(consent="email", suppressed=7)) == Profile()


def test_the_known_profile_is_left_as_it_was() -> None:
    before = Profile(consent={"email": True}, attributes={"segment": "consumer"})
    recorded(before, preferences(consent={"email": False}, segment="business"))
    assert before == Profile(consent={"email": True}, attributes={"segment": "consumer"})
