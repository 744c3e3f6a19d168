import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from router.decode import SizeLimits, decode, decode_line, decode_preferences
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.record import Record

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ATTRIBUTES: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/crm",
    "type": "call.completed",
    "subject": "c-1",
    "time": "2025-11-03T10:00:00Z",
}
DATA = {"channel": "phone", "locale": "nl", "case_id": "K-1", "transfers": 2}
EXPECTED = Interaction(
    "/crm",
    "e-1",
    "call.completed",
    datetime(2025, 11, 3, 10, tzinfo=UTC),
    "c-1",
    "phone",
    "nl",
    {"case_id": "K-1", "transfers": 2},
)
Headers = tuple[tuple[str, bytes | None], ...]


def record(value: bytes | None, headers: Headers = (), timestamp: int = 0) -> Record:
    return Record("cx.interactions.v1", 3, 42, timestamp, b"other", value, headers)


def event(**changes: Any) -> bytes:
    return json.dumps({**ATTRIBUTES, "data": DATA, **changes}).encode()


def headers(prefix: str = "ce_", **changes: str) -> Headers:
    return tuple((prefix + name, str(value).encode()) for name, value in {**ATTRIBUTES, **changes}.items())


def only(given: Record) -> Interaction:
    decoded = decode(given, LATEST)
    assert decoded.dead is None
    (interaction,) = decoded.interactions
    return interaction


CONTENT_TYPE = "content-type"
BODY = json.dumps(DATA).encode()
MODES: dict[str, Record] = {
    "structured": record(event(), ((CONTENT_TYPE, b"application/cloudevents+json"),)),
    "structured with charset": record(
        event(), ((CONTENT_TYPE, b"application/cloudevents+json; charset=UTF-8"),)
    ),
    "structured, told by its value": record(event()),
    "structured as application/json": record(event(), ((CONTENT_TYPE, b"application/json"),)),
    "structured after white space": record(b" \n" + event()),
    "structured wins over stray headers": record(
        event(), ((CONTENT_TYPE, b"application/cloudevents+json"), *headers(id="other"))
    ),
    "binary": record(BODY, (*headers(), (CONTENT_TYPE, b"application/json"))),
    "binary without content type": record(BODY, headers()),
    "binary with a null content type": record(BODY, (*headers(), (CONTENT_TYPE, None))),
    "binary with a JSON suffix": record(BODY, (*headers(), (CONTENT_TYPE, b"application/vnd.crm+json"))),
    "binary in capitals": record(
        BODY, (*headers("CE_"), ("Content-Type", b"Application/JSON; charset=utf-8"))
    ),
    "binary with HTTP's prefix": record(BODY, headers("ce-")),
    "binary, the last of a repeated header": record(BODY, (("ce_id", b"first"), *headers())),
    "binary amid rubbish": record(
        BODY, (("", None), ("x", b"\xff"), ("ce_foo", None), ("ce_bar", b"\xff"), *headers())
    ),
    "binary with 1,000 headers": record(BODY, (*headers(), *((f"x{n}", b"") for n in range(994)))),
    "batch": record(b"[" + event() + b"]", ((CONTENT_TYPE, b"application/cloudevents-batch+json"),)),
    "batch, told by its value": record(b" [" + event() + b"]"),
    "data_base64": record(event(data=None, data_base64=b64encode(BODY).decode())),
    "attributes nobody knows": record(event(foo={"bar": [1]}, partitionkey="x", datacontenttype="text/json")),
}


@pytest.mark.parametrize("given", MODES.values(), ids=MODES)
def test_every_mode_gives_the_same_interaction(given: Record) -> None:
    assert only(given) == EXPECTED


@pytest.mark.parametrize(
    "given", [record(None), record(b"[]"), record(b" [ ] "), record(None, (("x", b"y"),))]
)
def test_tombstone_and_empty_batch_are_no_ops(given: Record) -> None:
    decoded = decode(given, LATEST)
    assert decoded.interactions == ()
    assert decoded.dead is None


@pytest.mark.parametrize("value", [None, b"", b"null", b"{}"])
def test_binary_event_without_data_is_an_interaction(value: bytes | None) -> None:
    interaction = only(record(value, headers()))
    assert interaction.customer_id == "c-1"
    assert interaction.attributes == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2025-11-03T10:00:00Z", "2025-11-03T10:00:00"),
        ("2025-11-03t10:00:00z", "2025-11-03T10:00:00"),
        ("2025-11-03 10:00:00Z", "2025-11-03T10:00:00"),
        ("2025-11-03T10:00:00-00:00", "2025-11-03T10:00:00"),
        ("2025-11-03T12:30:00.5+02:30", "2025-11-03T10:00:00.500000"),
        ("2025-11-03T10:00:00.123456789Z", "2025-11-03T10:00:00.123457"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
        ("2017-01-01T00:59:60.25+01:00", "2017-01-01T00:00:00"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00"),
        ("2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00"),
    ],
)
def test_times_are_utc(given: str, expected: str) -> None:
    time = only(record(event(time=given))).time
    assert time.isoformat() == expected + "+00:00"
    assert time.tzinfo is UTC


@pytest.mark.parametrize("missing", [None, ""])
def test_missing_time_is_the_records(missing: str | None) -> None:
    assert only(record(event(time=missing), timestamp=1_500)).time == datetime(
        1970, 1, 1, 0, 0, 1, 500_000, UTC
    )


@pytest.mark.parametrize(
    ("subject", "customer_id", "expected"),
    [
        ("c-1", None, "c-1"),
        (None, "c-2", "c-2"),
        ("case-7", "c-2", "c-2"),
        ("c-1", "", "c-1"),
        (None, 90071992547409931234, "90071992547409931234"),
        (None, None, ""),
        ("", "", ""),
    ],
)
def test_the_customer_is_the_one_data_names_else_the_subject(
    subject: str | None, customer_id: Any, expected: str
) -> None:
    interaction = only(record(event(subject=subject, data={"customer_id": customer_id, "case_id": "K-1"})))
    assert interaction.customer_id == expected
    assert interaction.attributes == {"case_id": "K-1"}


def test_addresses_are_kept_apart_from_attributes() -> None:
    recipient = {"email": "a@b.example", "sms": None, "app": "", "push": " \t", "": "x"}
    interaction = only(record(event(data={"recipient": recipient, "case_id": "K-1"})))
    assert interaction.recipient == {"email": "a@b.example"}
    assert interaction.attributes == {"case_id": "K-1"}


@pytest.mark.parametrize(
    ("own", "of_record", "expected"),
    [
        (TRACE, None, TRACE),
        (None, TRACE.encode(), TRACE),
        (TRACE, TRACE.replace("-01", "-00").encode(), TRACE),
        ("broken", TRACE.encode(), TRACE),
        (7, b"\xff", None),
        (None, None, None),
    ],
)
def test_trace_is_carried_and_a_broken_one_costs_nothing(
    own: Any, of_record: bytes | None, expected: str | None
) -> None:
    assert only(record(event(traceparent=own), (("traceparent", of_record),))).traceparent == expected
    if isinstance(own, str):
        assert (
            only(record(BODY, (*headers(traceparent=own), ("Traceparent", of_record)))).traceparent
            == expected
        )


def test_of_a_repeated_json_key_the_last_holds() -> None:
    assert only(record(event().replace(b'"id": "e-1"', b'"id": "e-0", "id": "e-1"'))) == EXPECTED


def test_integers_of_64_bits_and_depth_64_survive() -> None:
    nested: Any = 1
    for _ in range(63):
        nested = [nested]
    data = {"most": 2**63 - 1, "least": -(2**63), "nested": nested, "text": "😀", "fraction": 1.5}
    attributes = only(record(event(data=data))).attributes
    assert msgspec.json.decode(msgspec.json.encode(attributes)) == data


@pytest.mark.parametrize("absent", [None, ""])
def test_absent_channel_and_locale(absent: str | None) -> None:
    interaction = only(record(event(data={"channel": absent, "locale": absent})))
    assert (interaction.channel, interaction.locale, interaction.attributes) == (None, None, {})


def test_preferences_keep_all_but_customer_and_addresses() -> None:
    data = {
        "consent": {"email": True},
        "locale": "nl",
        "channel": "web",
        "recipient": {"email": "a@b.example"},
    }
    interaction = only(record(event(type=PREFERENCES_TYPE, data={**data, "customer_id": "c-9"})))
    assert interaction.attributes == {"consent": {"email": True}, "locale": "nl", "channel": "web"}
    assert (interaction.customer_id, interaction.locale, interaction.channel) == ("c-9", None, None)
    assert interaction.recipient == {"email": "a@b.example"}


def test_a_bad_event_leaves_the_rest_of_its_batch() -> None:
    given = record(b"[%s, 7, %s, {}]" % (event(), event(id="e-2")))
    decoded = decode(given, LATEST)
    assert [interaction.id for interaction in decoded.interactions] == ["e-1", "e-2"]
    assert decoded.dead is not None
    assert decoded.dead.record is given
    assert decoded.dead.reason == "not_an_object"
    assert decoded.dead.detail.startswith(
        "2 of the batch's 4 events cannot be read. The first is at index 1: "
    )


def test_batch_beyond_the_limit_is_refused_whole() -> None:
    decoded = decode(record(b"[1,2,3]"), LATEST, SizeLimits(batch=2))
    assert decoded.dead is not None
    assert decoded.dead.reason == "value_too_large"


def test_a_line_of_a_file() -> None:
    assert decode_line(event() + b"\r\n", 7, LATEST).interactions == (EXPECTED,)
    assert decode_line(b" \n", 8, LATEST) == decode_line(b"", 8, LATEST)
    dead = decode_line(b"oops\n", 9, LATEST).dead
    assert dead is not None
    assert dead.record == Record("file", 0, 9, 0, None, b"oops")


@pytest.mark.parametrize("spelt", [" 7", "7\n", "7.0", 7, 7.0, "\ufeff7", "\u200b7", "\u00a07\u202c"])
def test_a_customer_is_one_however_the_id_is_spelt(spelt: Any) -> None:
    assert only(record(event(subject=None, data={"customer_id": spelt}))).customer_id == "7"
    if isinstance(spelt, str):
        assert only(record(event(subject=spelt))).customer_id == "7"
        told = decode_preferences(Record("p", 0, 0, 1, spelt.encode(), b'{"consent": []}'), LATEST)
        assert [one.customer_id for one in told.interactions] == ["7"]
        unread = decode_preferences(Record("p", 0, 0, 1, spelt.encode(), b"{"), LATEST)
        assert [one.customer_id for one in unread.interactions] == ["7"]


@pytest.mark.parametrize("blank", [" ", "\u200b", "\t\ufeff"])
def test_an_id_of_nothing_names_nobody(blank: str) -> None:
    assert only(record(event(subject=blank))).customer_id == ""
    assert only(record(event(data={"customer_id": blank}))).customer_id == "c-1"
    (told,) = decode_preferences(
        Record("p", 0, 0, 1, b"c-2", json.dumps({"customer_id": blank, "suppressed": "opted_out"}).encode()),
        LATEST,
    ).interactions
    assert told.customer_id == "c-2"
