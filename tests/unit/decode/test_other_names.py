"""A no by a name that other systems have for it: never understood, and never passed over."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.decode import decode_preferences
from router.model.interaction import UNCLEAR_TYPE
from router.model.record import Record
from tests.unit.core.builders import moment

NOES: list[dict[str, Any]] = [
    {"blocked": True},
    {"isBlocked": "yes"},
    {"dnd": True},
    {"dnc_flag": "1"},
    {"subscribed": False},
    {"is_subscribed": 0},
    {"unsubscribedAt": 1_772_323_200},
    {"unsubscribed_at": "2026-03-01"},
    {"opted_out_at": "2026-W10-1"},
    {"marketing_opt_in": "N"},
    {"optIn": {"email": False}},
    {"opt": "out"},
    {"gdpr_erased": "2026-01-01"},
    {"DELETED": 1},
    {"right_to_be_forgotten": True},
    {"do_not_call": "Y"},
    {"HasOptedOutOfEmail": True},
    {"never_contact": True},
    {"no_surveys": True},
    {"newsletter": "off"},
    {"blacklist": ["email"]},
    {"contactable": False},
    {"notContactable": True},
    {"can_contact": "false"},
    {"accepts_marketing": False},
    {"ok_to_survey": "no"},
    {"permissions": {"email": False}},
    {"permission_denied": True},
    {"consent_withdrawn": True},
    {"consent_status": "Withdrawn"},
    {"email_consent": "no"},
    {"status": "opted-out"},
    {"contact_status": "blocked"},
    {"last_action": "Unsubscribed"},
    {"tags": ["vip", "do not contact"]},
    {"email": False},
    {"email": {"enabled": False}},
    {"channels": {"sms": True, "email": "off"}},
    {"channels": [{"channel": "email", "allowed": False}]},
    {"preferences": {"consent": {"email": False}}},
    {"data": {"forget": True}},
    {"customer": {"suppressed": "opted_out"}},
    {"customer": {"suppressed": []}},
    {"crm": [[{"flags": {"dnc": "Y"}}]]},
    {"afgemeld": True},
    {"uitgeschreven_op": "2026-03-01"},
    {"toestemming": "nee"},
    {"niet_bellen": "ja"},
    {"geen_enquetes": True},
    {"Einwilligung": {"email": "nein"}},
    {"abgemeldet": True},
    {"werbesperre": True},
    {"keine_umfragen": True},
    {"consentement": "non"},
    {"désabonné": True},
    {"pas_de_contact": True},
    {"ne_pas_contacter": True},
    {"bounced": True},
    {"legal hold": True},
    {"contact_no": True},
    {"no_calls": 1},
    {"no_calls_since": 1_772_323_200},
    {"no_calls_since": "20260301"},
    {"no_email": "yes"},
    {"block": "email"},
    {"stop": "all"},
    {"objection": "2026-03-01"},
    {"objection": "1 maart 2026"},
    {"do_not_call_hours": "all"},
    {"no_contact_until": "2027"},
    {"block": "permanent"},
    {"stop": "STOP"},
    {"stop": "1 maart 2026"},
    {"preference": {"channel": "email", "wanted": False}},
    {"unsubscribe_page": True},
    {"said": [{"channel": "sms", "agreed": "no"}]},
    {"said": {"channel": "email", "checked": False}},
]
ATTRIBUTES: list[dict[str, Any]] = [
    {"blocked": False, "do_not_call": "N", "unsubscribed_at": None, "deleted": 0, "__deleted": "false"},
    {"subscribed": True, "newsletter": "on", "opt_in": "yes", "email": "a@example.org", "opt_out": ""},
    {"consent": ["email"], "newsletter": False, "marketing_opt_in": "N"},
    {"has_email": False, "email_verified": False, "app_user": False, "vip": False, "active": False},
    {"nps": 0, "calls": 0, "orders": 0, "last_call": 0, "emails_sent": 0, "complaints": 0},
    {"country": "NO", "language": "no", "gender": "f", "status": "active", "subscription": "premium"},
    {"card_blocked": True, "stopover": True, "restricted_area": True, "churned": True},
    {"loyalty": {"tier": "gold", "active": False}, "address": {"street": "x", "number": 0}},
    {"preferred_channel": "email", "consent_id": 0, "consent_date": "2026-01-01"},
    {
        "unsubscribe_link": "https://example.org/u?id=1",
        "opt_out_token": "a1",
        "List-Unsubscribe": "<mailto:x>",
    },
    {"do_not_call_list_version": 2, "unsubscribe": "https://example.org/u"},
    {"phone_no": "0612345678", "faxNo": 201234567, "contact_no": "4711", "no_of_calls": 3, "no_emails": 2},
    {"do_not_disturb_hours": "22-7", "stop": "Utrecht Centraal", "block": "B"},
    {
        "acquisition": [{"channel": "web", "promo_cost": 0}],
        "registered": {"channel": "app", "referral": False},
    },
    {"notes": "has asked to stop calling", "devices": [{"type": "ios", "push": True}]},
]


def decoded(data: dict[str, Any]) -> Any:
    record = Record("preferences", 0, 0, 1_772_323_200_000, b"c-1", json.dumps(data).encode())
    return decode_preferences(record, moment("99d"))


def is_unclear(data: dict[str, Any]) -> bool:
    found = decoded(data)
    (interaction,) = found.interactions
    told: bool = interaction.type == UNCLEAR_TYPE
    assert told == (found.dead is not None)
    return told


@pytest.mark.parametrize("data", NOES, ids=json.dumps)
def test_the_customer_is_unclear(data: dict[str, Any]) -> None:
    assert is_unclear(data)
    assert is_unclear({"segment": "consumer", **data})


@pytest.mark.parametrize("data", ATTRIBUTES, ids=json.dumps)
def test_an_attribute_is_kept(data: dict[str, Any]) -> None:
    (interaction,) = decoded(data).interactions
    assert interaction.attributes == data


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [no for no in NOES if "email" not in no and type(next(iter(no.values()))) in (bool, int)]
    ),
    st.sampled_from(["{}", " {} ", "is {}", "{} at", "customer-{}", "{}.flag", "gdpr_{}", "{}2"]),
    st.sampled_from([str, str.upper, str.title, lambda name: name.replace("_", "-")]),
    st.lists(st.sampled_from(["profile", "x", "crm", "settings"]), max_size=3),
)
def test_whatever_its_capitals_fillers_and_place(no: Any, around: str, cased: Any, within: list[str]) -> None:
    ((name, value),) = no.items()
    data: Any = {around.format(cased(name)): value}
    for outer in within:
        data = {outer: [data, {"name": "x"}]}
    assert is_unclear(data)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        TEXTS,
        st.recursive(
            st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
            lambda held: st.lists(held, max_size=3) | st.dictionaries(TEXTS, held, max_size=3),
        ),
        max_size=4,
    )
)
def test_nothing_makes_it_fail(data: dict[str, Any]) -> None:
    found = decoded(data)
    assert found.interactions or found.dead


@pytest.mark.parametrize("data", [{"isdeleted": True}, {"emailenabled": False}, {"NOTCONTACTABLE": 1}])
def test_words_run_together_are_told_apart(data: dict[str, Any]) -> None:
    assert is_unclear(data)
