"""How requests are answered, over sockets: what is stored, what is refused with which status, and what is kept of it."""

from datetime import timedelta

import pytest

from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge
from router.webhooks.rate import Bucket
from tests.integration.webhooks.serving import TOPIC, serving, source
from tests.unit.webhooks.signing import BODY, NOW, VENDORS

PLAIN = {"content-type": "application/json; charset=utf-8"}


def signed(name: str, body: bytes | None = None, secret: str | None = None) -> dict[str, str]:
    """The headers that a vendor sends."""
    vendor = VENDORS[name]
    body = vendor.body if body is None else body
    return {"content-type": vendor.content_type, **vendor.sign(secret or vendor.secret, body, NOW)}


@pytest.mark.parametrize("name", [name for name in VENDORS if name not in ("hubspot", "twilio")])
async def test_a_signed_message_is_stored_as_it_came_and_answered_with_202(name: str) -> None:
    vendor = VENDORS[name]
    more = {"X-Topic": "orders/create", "X-TRACE": "t-1", "X-Private": "p", "Cookie": "c"}
    async with serving() as running:
        for secret in (vendor.secret, vendor.other_secret):
            answer = await running.post(name, vendor.body, {**signed(name, secret=secret), **more})
            assert (answer.status_code, answer.content) == (202, b"")
        refused = await running.post(name, vendor.body, {**signed(name, secret="whsec_" + "A" * 32), **more})
        assert refused.status_code == 401

    kept = [("x-topic", b"orders/create"), ("x-trace", b"t-1")]
    assert running.stored == [Message(TOPIC, None, vendor.body, kept)] * 2
    assert (running.count(name, "stored"), running.count(name, "forged")) == (2, 1)


@pytest.mark.parametrize("name", ["hubspot", "twilio"])
async def test_an_address_that_is_signed_is_the_one_of_the_settings(name: str) -> None:
    vendor = VENDORS[name]
    texts = source("vendor", webhook=f"{{preset: {name}}}")
    if name == "twilio":
        texts = {file: text.replace(b"decode: json", b"decode: form") for file, text in texts.items()}
    async with serving(texts=texts, secrets=f"vendor={vendor.secret}") as running:
        headers = {**signed(name), "host": "evil.example.org", "x-forwarded-host": "evil.example.org"}
        assert (await running.post("vendor?tenant=7", vendor.body, headers)).status_code == 202
        assert (await running.post("vendor?tenant=8", vendor.body, headers)).status_code == 401
    async with serving(
        texts=texts, secrets=f"vendor={vendor.secret}", public_url="https://elsewhere.example"
    ) as other:
        assert (await other.post("vendor?tenant=7", vendor.body, headers)).status_code == 401


async def test_the_key_is_a_value_of_the_body_and_its_absence_no_reason_to_refuse() -> None:
    async with serving() as running:
        for body, key in (
            (b'{"customer": 17.0}', b"17"),
            (b'{"customer": "Zo\xc3\xab"}', b"Zo\xc3\xab"),
            (b'{"customer": null}', None),
            (b'{"customer": {}}', None),
            (b"[1,", None),
            (b"", None),
            (b"\xff\x00", None),
        ):
            answer = await running.post("shopify", body, signed("shopify", body))
            assert (answer.status_code, running.stored[-1].key, running.stored[-1].value) == (202, key, body)


async def test_what_proves_the_sender_is_not_kept_even_where_it_is_named() -> None:
    texts = source("token", webhook="{preset: token, headers: [x-webhook-token, x-trace]}")
    async with serving(texts=texts) as running:
        await running.post("token", BODY, {**signed("token"), "x-trace": "1"})
    assert running.stored[0].headers == [("x-trace", b"1")]


@pytest.mark.parametrize(
    ("path", "headers", "status", "outcome"),
    [
        ("webhooks/shopify", {"content-type": "text/plain"}, 415, "wrong_type"),
        ("webhooks/shopify", {"content-type": "application/x-www-form-urlencoded"}, 415, "wrong_type"),
        ("webhooks/shopify", {"content-type": ""}, 415, "wrong_type"),
        ("webhooks/twilio", {"content-type": "application/json"}, 415, "wrong_type"),
        ("webhooks/shopify", {"content-encoding": "gzip"}, 415, "wrong_type"),
        ("webhooks/shopify", {"x-shopify-hmac-sha256": "bm9uZQ=="}, 401, "forged"),
        ("webhooks/shopify", {"content-type": "application/vnd.shop+json"}, 202, "stored"),
        ("webhooks/other", {}, 404, ""),
        ("webhooks/shopify/", {}, 404, ""),
        ("webhooks/", {}, 404, ""),
        ("shopify", {}, 404, ""),
        ("x/webhooks/shopify", {}, 404, ""),
        ("webhooks/%73hopify", {}, 202, "stored"),
    ],
)
async def test_what_is_refused_says_what_to_do(
    path: str, headers: dict[str, str], status: int, outcome: str
) -> None:
    async with serving() as running:
        answer = await running.post(f"../{path}", BODY, {**signed("shopify"), **headers})
    assert answer.status_code == status
    if status != 202:
        assert len(answer.json()["error"]) > 10
        assert answer.headers["connection"] == "close"
        assert not running.stored
    source_name = path.removeprefix("webhooks/").replace("%73", "s") if outcome else ""
    assert running.count(source_name, outcome or "unknown_source") == 1


async def test_only_post_stores_and_head_tells_that_there_is_something() -> None:
    async with serving() as running:
        for method, status in (("HEAD", 200), ("GET", 405), ("PUT", 405), ("DELETE", 405), ("OPTIONS", 405)):
            line = f"{method} /webhooks/intercom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            answer = await running.raw(line.encode())
            assert answer.startswith(f"HTTP/1.1 {status} ".encode()), method
        assert b"\r\nallow: POST, HEAD\r\n" in answer
    assert not running.stored


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_a_clock_ten_minutes_off_is_told_apart_from_a_wrong_secret(minutes: int) -> None:
    async with serving(now=lambda: NOW + timedelta(minutes=minutes)) as running:
        answer = await running.post("stripe", BODY, signed("stripe"))
        forged = await running.post("stripe", BODY + b" ", signed("stripe"))
    assert (answer.status_code, "clock" in answer.json()["error"]) == (401, True)
    assert (forged.status_code, "secret" in forged.json()["error"]) == (401, True)
    assert (running.count("stripe", "untimely"), running.count("stripe", "forged")) == (1, 1)


async def test_while_kafka_is_away_the_sender_is_asked_to_come_again() -> None:
    async def away(_message: Message) -> None:
        raise BrokerUnavailable("broker-7.internal did not answer")

    async with serving(append=away) as running:
        answer = await running.post("shopify", BODY, signed("shopify"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "internal" not in answer.text
    assert running.count("shopify", "unavailable") == 1


async def test_a_message_that_the_topic_does_not_take_is_too_large() -> None:
    async def refuse(message: Message) -> None:
        raise TooLarge([message])

    async with serving(append=refuse) as running:
        assert (await running.post("shopify", BODY, signed("shopify"))).status_code == 413


class Empty(Bucket):
    """Has no token, and counts who asks for one."""

    asked = 0

    def take(self, now: float) -> bool:
        self.asked += 1
        return False


async def test_a_source_has_its_own_rate_and_forged_requests_use_none_of_it() -> None:
    empty = Empty(1, 0)
    async with serving(buckets={"shopify": empty}) as running:
        forged = await running.post("shopify", BODY, {**signed("github"), **PLAIN})
        assert (forged.status_code, empty.asked) == (401, 0)
        answer = await running.post("shopify", BODY, signed("shopify"))
        other = await running.post("github", BODY, signed("github"))
    assert (answer.status_code, answer.headers["retry-after"], empty.asked) == (429, "1", 1)
    assert other.status_code == 202
    assert running.count("shopify", "limited") == 1


@pytest.mark.parametrize(
    ("texts", "settings"),
    [
        (source("stripe"), {"secrets": "shopify=x"}),
        (source("hubspot"), {"public_url": None}),
        (source("standard"), {"secrets": "standard=no base64"}),
        (source("stripe", topic="cx.interactions.v1"), {}),
    ],
    ids=["no secret", "no address", "no key", "a topic that is not allowed"],
)
async def test_a_source_that_cannot_be_served_asks_to_come_again(
    texts: dict[str, bytes], settings: dict[str, str | None]
) -> None:
    name = next(iter(texts)).removeprefix("sources/").removesuffix(".yaml")
    async with serving(texts=texts, **settings) as running:
        answer = await running.post(name, BODY, signed(name))
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert running.count(name, "not_served") == 1
    assert not running.stored
