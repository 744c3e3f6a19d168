"""Delivery reports and answers, as events and as plain objects."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from router.decode import decode, decode_deliveries, responses_decoder
from router.decode.outcome import Decoded
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.record import Record
from router.model.response_token import response_token

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2025, 11, 3, 10, tzinfo=UTC)
ID = "00000000-0000-4000-8000-000000000001"
SECRET = b"of the tests"
TOKEN = response_token(ID, AT + timedelta(days=14), SECRET)
decode_responses = responses_decoder(SECRET)


def record(value: Any) -> Record:
    raw = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
    return Record("cx.survey-deliveries.v1", 3, 42, int(AT.timestamp() * 1000), b"c-1", raw)


def delivery(**data: Any) -> Decoded:
    return decode_deliveries(record({"invitation_id": ID, "status": "delivered"} | data), LATEST)


def refused(decoded: Decoded) -> str:
    assert decoded.dead is not None
    assert not decoded.interactions
    return decoded.dead.reason


def unclear(decoded: Decoded) -> bool:
    """Whether a dead letter leaves a report behind that says nothing but that it was not understood."""
    assert decoded.dead is not None
    return [one.attributes for one in decoded.interactions] == [{"invitation_id": ID, "status": "unclear"}]


@pytest.mark.parametrize("status", DELIVERY_STATUSES)
def test_every_status_as_an_event_and_as_a_plain_object(status: str) -> None:
    (plain,) = delivery(status=status).interactions
    event = {"specversion": "1.0", "id": "1", "source": "/sender", "type": DELIVERY_TYPE, "subject": "c-9"}
    (told,) = decode_deliveries(
        record(event | {"data": {"invitation_id": ID, "status": status}}), LATEST
    ).interactions
    assert plain.attributes == told.attributes == {"invitation_id": ID, "status": status}
    assert (plain.source, plain.id, plain.time) == ("kafka", "cx.survey-deliveries.v1/3/42", AT)


@pytest.mark.parametrize(
    ("bounce", "status"),
    [("hard", "hard_bounced"), ("soft", "soft_bounced"), (" Soft", "soft_bounced"), (None, "hard_bounced")],
)
def test_a_bounce_is_hard_unless_it_says_soft(bounce: str | None, status: str) -> None:
    (found,) = delivery(status="bounced", bounce=bounce).interactions
    assert found.attributes["status"] == status


def test_details_are_cut_and_nothing_else_is_kept() -> None:
    (found,) = delivery(detail="x" * 999, address="ann@example.org", channel="email").interactions
    assert "ann@example.org" not in str(found)
    assert found.attributes["detail"] == "x" * 200


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"status": "sent"}, "attribute_invalid"),
        ({"status": "bounced", "bounce": "medium"}, "attribute_invalid"),
        ({"invitation_id": None}, "attribute_missing"),
        ({"invitation_id": "x"}, "attribute_invalid"),
        ({"invitation_id": 7}, "attribute_invalid"),
        ({"invitation_id": [ID]}, "attribute_invalid"),
        ({"time": "3000-01-01T00:00:00Z"}, "time_in_future"),
    ],
)
def test_what_is_no_report_is_a_dead_letter(data: dict[str, Any], reason: str) -> None:
    assert refused(delivery(**data)) == reason


def test_an_event_of_another_type_is_a_dead_letter() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "order.placed", "subject": "c-1"}
    assert refused(decode_deliveries(record(event), LATEST)) == "attribute_invalid"
    assert decode_deliveries(record(None), LATEST) == Decoded((), None)


def test_an_answer_names_its_invitation_by_a_token_or_by_its_id() -> None:
    for named in ({"response_token": TOKEN}, {"invitation_id": ID}):
        (found,) = decode_responses(record(named | {"score": 3, "comment": "so"}), LATEST).interactions
        assert found.type == RESPONSE_TYPE
        assert found.attributes == {"invitation_id": ID, "score": 3, "comment": "so"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("7", 7),
        ("6.5", 6.5),
        ("null", None),
        ("true", True),
        ('"7"', "7"),
        ('" very easy "', "very easy"),
        ('""', None),
        ('"  "', None),
        ("[3]", "[3]"),
        ('{"value": 3}', '{"value":3}'),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
        ("100000000000000000000", "100000000000000000000"),
        ("9223372036854775807", 2**63 - 1),
    ],
)
@pytest.mark.parametrize("event", [False, True])
def test_no_answer_is_lost_for_its_score(given: str, kept: Any, event: bool) -> None:
    plain = f'{{"invitation_id": "{ID}", "comment": "say \\"score\\": NaN", "score" : {given}}}'
    around = (
        f'{{"specversion": "1.0", "id": "1", "source": "/s", "type": "{RESPONSE_TYPE}", "data": {plain}}}'
    )
    decoded = decode_responses(record((around if event else plain).encode()), LATEST)
    assert decoded.dead is None
    [found] = decoded.interactions
    assert found.attributes == {
        "invitation_id": ID,
        "comment": 'say "score": NaN',
        "score": kept,
    }


def test_a_score_is_kept_as_far_as_anybody_reads() -> None:
    data = {"invitation_id": ID, "score": "x" * 100_000}
    [found] = decode_responses(record(data), LATEST).interactions
    assert found.attributes["score"] == "x" * 200


def test_a_long_comment_is_cut_and_its_length_told() -> None:
    [short] = decode_responses(record({"invitation_id": ID, "comment": "é" * 10_000}), LATEST).interactions
    assert short.attributes == {"invitation_id": ID, "comment": "é" * 10_000}
    [long] = decode_responses(record({"invitation_id": ID, "comment": "x" * 1_000_000}), LATEST).interactions
    assert long.attributes == {"invitation_id": ID, "comment": "x" * 10_000, "comment_cut_from": 1_000_000}
    too_large = record({"invitation_id": ID, "comment": "x" * 1_100_000})
    assert refused(decode_responses(too_large, LATEST)) == "value_too_large"


@pytest.mark.parametrize(("given", "kept"), [(7, "7"), ({"text": "so"}, '{"text":"so"}'), ("", "")])
def test_a_comment_is_kept_as_a_text(given: Any, kept: str) -> None:
    [found] = decode_responses(record({"invitation_id": ID, "comment": given}), LATEST).interactions
    assert found.attributes["comment"] == kept


@pytest.mark.parametrize("value", [b'{"score": NaN', b'{"score": 6,5}', b'{"score": NaN, "a": NaN}'])
def test_what_is_no_json_for_other_reasons_stays_a_dead_letter(value: bytes) -> None:
    assert refused(decode_responses(record(value), LATEST)) == "not_json"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"response_token": TOKEN[:-2] + "AA"}, "token_invalid"),
        ({"response_token": response_token(ID, AT, b"another secret")}, "token_invalid"),
        ({"response_token": "*"}, "token_invalid"),
        ({"response_token": ["a"]}, "attribute_invalid"),
        ({"score": 3}, "attribute_missing"),
    ],
)
def test_what_is_no_answer_is_a_dead_letter(data: dict[str, Any], reason: str) -> None:
    assert refused(decode_responses(record(data), LATEST)) == reason


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Unsubscribed", "unsubscribed"),
        (" COMPLAINED ", "complained"),
        ("Hard-Bounced", "hard_bounced"),
        ("UNSUBSCRIBE", "unsubscribed"),
        ("Opt-Out", "unsubscribed"),
        ("opted out", "unsubscribed"),
        ("Complaint", "complained"),
        ("spam-report", "complained"),
        ("Spam Complaint", "complained"),
        ("group_unsubscribe", "unsubscribed"),
        ("STOP", "unsubscribed"),
    ],
)
def test_no_word_of_a_customer_is_lost_for_its_spelling(given: str, status: str) -> None:
    (found,) = delivery(status=given).interactions
    assert found.attributes["status"] == status


@pytest.mark.parametrize("channel", [7, ["email"], {"email": True}, True])
def test_an_opt_out_is_not_lost_for_its_channel(channel: Any) -> None:
    (found,) = delivery(status="unsubscribed", channel=channel).interactions
    assert (found.channel, found.attributes["status"]) == (None, "unsubscribed")


MAY_BE_NO: list[dict[str, Any]] = [
    *(
        {"status": word}
        for word in ("rejected", "blocked_by_recipient", "dropped", "flown", "unclear", "afgemeld")
    ),
    *({"status": odd} for odd in (None, "", 7, True, ["unsubscribed"], {"is": "unsubscribed"}, "x" * 999)),
    {"status": "unsubscribed", "time": "yesterday"},
    {"status": "complained", "time": "2026-03-02T10:00:00"},
    {"status": "unsubscribed", "time": "3000-01-01T00:00:00Z"},
    {"status": "unsubscribed", "nested": "a\0b", "invitation_id": None, "invitationId": ID.upper()},
]


@pytest.mark.parametrize("data", MAY_BE_NO, ids=str)
def test_what_may_be_a_no_leaves_word_of_it(data: dict[str, Any]) -> None:
    data = {name: value for name, value in ({"invitation_id": ID} | data).items() if value is not None}
    assert unclear(decode_deliveries(record(data), LATEST))
    event: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "/s", "type": DELIVERY_TYPE}
    event |= {"time": data.pop("time", "2025-11-03T10:00:00Z"), "data": data}
    for type_ in (DELIVERY_TYPE, DELIVERY_TYPE.upper(), "feedback.delivery", "order.placed", None):
        assert unclear(decode_deliveries(record(event | {"type": type_}), LATEST))
    assert unclear(decode_deliveries(record([event]), LATEST))
    assert unclear(decode(record(event), LATEST))


@pytest.mark.parametrize(
    "word",
    [
        "queued_for_retry",
        "DeliveryDelay",
        "softBounce",
        "loaded_by_proxy",
        "Rendering-Failure",
        "first_opened",
        "throttled",
        "cancelled",
        "delivered_to_recipient",
        "received",
        "proxy_open",
        "temporary_failure",
    ],
)
def test_a_new_word_of_sending_silences_nobody(word: str) -> None:
    found = decode_deliveries(record({"invitation_id": ID, "status": word}), LATEST)
    assert found.dead is not None
    assert found.interactions == ()


@pytest.mark.parametrize(
    "word",
    [
        "opt_out_processed",
        "sent_stop",
        "consent_error",
        "cancelled_by_customer",
        "unsub-sent",
        "DND_failed",
        "spam_report_received",
        "do_not_send",
        "reply_received",
    ],
)
def test_a_word_of_sending_hides_no_no(word: str) -> None:
    assert unclear(decode_deliveries(record({"invitation_id": ID, "status": word}), LATEST))


def test_a_report_put_right_is_another_one() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": DELIVERY_TYPE}
    (found,) = decode_deliveries(
        record(event | {"data": {"invitation_id": ID, "status": "?"}}), LATEST
    ).interactions
    assert (found.source, found.id, found.time) == ("/s", "1/unclear", AT)
