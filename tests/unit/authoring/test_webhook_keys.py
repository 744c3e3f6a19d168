"""The `webhook` of a source: what is read, what is refused, and how a change of it is told."""

from datetime import timedelta

import pytest

from router.authoring.comparison import changes
from router.authoring.language.load import check_texts, load_texts
from router.authoring.packing import pack, unpack
from router.model.sources import Read, Webhook
from router.model.webhooks import PRESETS, Stated, Verification
from router.rules.ruleset import RuleSet

SOURCE = """
source: shop
topic: raw.shop
decode: json
webhook: WEBHOOK
interactions:
  - {type: order.placed, id: id, time: at}
"""


def text(webhook: str) -> dict[str, bytes]:
    return {"sources/shop.yaml": SOURCE.replace("WEBHOOK", webhook).encode()}


def rules(webhook: str) -> RuleSet:
    return load_texts(text(webhook))


def told(webhook: str) -> list[str]:
    """The codes and first words of what is refused."""
    return [f"{one.code} {one.message}" for one in check_texts(text(webhook)).errors]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_read_and_kept_in_a_revision(name: str) -> None:
    webhook = f"{{preset: {name}, headers: X-Trace, key: case.id}}"
    source = SOURCE.replace("WEBHOOK", webhook).replace(
        "decode: json", "decode: form" if name == "twilio" else "decode: json"
    )
    texts = {"sources/shop.yaml": source.encode()}
    read = load_texts(texts)
    expected = Webhook(name, None, ("x-trace",), Read(("case", "id")))
    assert read.sources["shop"].webhook == expected
    assert expected.verification == PRESETS[name]
    assert unpack(pack(texts, read), 1)[1].sources["shop"].webhook == expected


def test_a_way_of_ones_own_is_read_and_kept_in_a_revision() -> None:
    webhook = (
        '{verify: {header: X-Sign, prefix: "v1=", separator: ", ", text: [timestamp, ".", body], hash: sha512,'
        ' coding: base64, timestamp: {header: X-Time, prefix: "t=", unit: ms}, tolerance: 90s, key: base64}}'
    )
    expected = Verification(
        "X-Sign",
        ("timestamp", ".", "body"),
        "sha512",
        "base64",
        "v1=",
        ", ",
        Stated("X-Time", "t=", "ms"),
        tolerance=timedelta(seconds=90),
        key="base64",
    )
    read = rules(webhook)
    assert read.sources["shop"].webhook == Webhook(verify=expected)
    assert unpack(pack(text(webhook), read), 1)[1].sources["shop"].webhook == Webhook(verify=expected)


def test_without_a_text_the_header_holds_the_secret_as_it_is() -> None:
    webhook = rules("{verify: {header: X-Key}}").sources["shop"].webhook
    assert webhook == Webhook(verify=Verification("X-Key", coding="plain"))


def test_a_preset_of_a_later_version_is_kept_and_verifies_nothing() -> None:
    assert Webhook("of-a-later-version").verification is None


@pytest.mark.parametrize(
    ("webhook", "expected"),
    [
        ("{headers: [x-a]}", ["R202 `webhook` does not say how its sender signs"]),
        ("{preset: stripe, verify: {header: X-A}}", ["R202 `webhook` has both `preset` and `verify`"]),
        ("{preset: strip}", ["R013 unknown value of `preset` 'strip'"]),
        ("{verify: {text: body}}", ["R011 `verify` lacks `header`"]),
        (
            "{verify: {header: X-A, text: [id, body]}}",
            ["R204 `text` has `id`, and nothing says which header that is"],
        ),
        (
            "{verify: {header: X-A, text: body, tolerance: 5m}}",
            ["R204 `tolerance` needs a time that is signed: another one could be put in its place"],
        ),
        (
            "{verify: {header: X-A, text: url}}",
            ["R203 the signature does not cover the message: anybody could put another body behind it"],
        ),
        ("{preset: twilio}", ["R204 the signature is of a form, and the body is none"]),
        ("{verify: {header: X-A, text: [form]}}", ["R204 the signature is of a form, and the body is none"]),
        ("stripe", None),
        ("[stripe]", None),
        ("{verify: {header: X-A, prefix: 7}}", None),
        ("{verify: {header: X-A, timestamp: X-Time}}", None),
        ("{verify: {header: X-A, text: [timestamp, body], timestamp: {header: X-T}, tolerance: 2d}}", None),
        ("{preset: stripe, key: {pathh: a}}", None),
    ],
)
def test_what_proves_nothing_is_refused(webhook: str, expected: list[str] | None) -> None:
    found = told(webhook)
    assert found
    if expected is not None:
        assert found == expected


def test_a_change_is_told() -> None:
    was = rules("{preset: stripe, headers: [x-a], key: case}")
    now = rules("{verify: {header: X-Sign, text: body, hash: sha1}}")
    lines = "\n".join(change.line for change in changes(was, now))
    for words in (
        "no longer: messages come over HTTP too, proven by stripe",
        "no longer: webhook: keeps the header x-a",
        "no longer: webhook: key is case",
        "now: messages come over HTTP too, proven by a way of its own",
        "sha1",
    ):
        assert words in lines
    assert not changes(was, was)
