import pytest

from router.decode import LeftOut, NotADeadLetter, describe, original, to_message
from router.model.record import DeadLetter, Record

HEADERS: tuple[tuple[str, bytes | None], ...] = (("a", b"\xff"), ("a", b"2"), ("null", None))
GIVEN = Record("cx.interactions.v1", 3, 42, 1_762_164_000_000, b"\xffkey", b'{"half', HEADERS)
DEAD = DeadLetter(GIVEN, "not_json", "The value is not JSON.")
TOLD = [
    ("dlq.reason", b"not_json"),
    ("dlq.detail", b"The value is not JSON."),
    ("dlq.topic", b"cx.interactions.v1"),
    ("dlq.partition", b"3"),
    ("dlq.offset", b"42"),
    ("dlq.timestamp", b"1762164000000"),
    ("dlq.app", b"feedback-router"),
]


def published(dead: DeadLetter, offset: int = 7) -> Record:
    key, value, headers = to_message(dead, "feedback-router")
    return Record(f"{dead.record.topic}.dlq", 0, offset, 1_762_164_000_500, key, value, tuple(headers))


def test_message_keeps_the_record_and_adds_why() -> None:
    assert to_message(DEAD, "feedback-router") == (b"\xffkey", b'{"half', [*HEADERS, *TOLD])


def test_what_was_told_of_an_earlier_life_is_replaced() -> None:
    again = Record(
        "cx.interactions.v1", 1, 5, 9, None, None, (("dlq.offset", b"1"), ("x", None), ("dlq.old", None))
    )
    _, _, headers = to_message(DeadLetter(again, "not_json", "d"), "app")
    assert headers[0] == ("x", None)
    assert [value for name, value in headers if name == "dlq.offset"] == [b"5"]
    assert "dlq.old" not in dict(headers)


def test_original_is_what_was_received() -> None:
    assert original(published(DEAD)) == ("cx.interactions.v1", b"\xffkey", b'{"half', list(HEADERS))


@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_origin_cannot_be_replayed(value: bytes | None) -> None:
    with pytest.raises(NotADeadLetter, match="has no header dlq"):
        original(Record("cx.dlq", 0, 1, 0, None, b"x", (("dlq.topic", value),)))


@pytest.mark.parametrize(
    ("left_out", "key", "kept", "detail"),
    [
        ("value", b"\xffkey", list(HEADERS), "without value (a value of 6 bytes)."),
        ("all", None, [], "without value, key and headers (a value of 6 bytes)."),
    ],
)
def test_one_too_large_for_its_topic_is_cut_and_says_so(
    left_out: LeftOut, key: bytes | None, kept: list[tuple[str, bytes | None]], detail: str
) -> None:
    message = to_message(DEAD, "feedback-router", left_out)
    assert message[:2] == (key, None)
    assert message[2][: len(kept)] == kept
    told = dict(message[2])
    assert told["dlq.truncated"] == left_out.encode()
    assert (told["dlq.detail"] or b"").decode().endswith(detail)

    stored = Record("cx.interactions.v1.dlq", 0, 7, 0, *message[:2], tuple(message[2]))
    with pytest.raises(NotADeadLetter, match=r"anew from cx.interactions.v1/3/42"):
        original(stored)
    assert describe(stored)["truncated"] == left_out


def test_description() -> None:
    assert describe(published(DEAD)) == {
        "dead_letter": "cx.interactions.v1.dlq/0/7",
        "reason": "not_json",
        "detail": "The value is not JSON.",
        "topic": "cx.interactions.v1",
        "partition": 3,
        "offset": 42,
        "timestamp": 1_762_164_000_000,
        "app": "feedback-router",
        "truncated": None,
        "bytes": 6,
        "key_base64": "/2tleQ==",
        "value": '{"half',
        "headers": [
            {"name": "a", "value_base64": "/w=="},
            {"name": "a", "value": "2"},
            {"name": "null", "value": None},
        ],
    }


def test_description_of_a_stranger() -> None:
    told = describe(Record("cx.dlq", 0, 1, 0, None, None, (("dlq.offset", b"x"), ("dlq.reason", b"\xff"))))
    assert (told["offset"], told["topic"], told["value"], told["bytes"]) == (None, None, None, 0)
