"""Bodies that are slow, broken off, endless, of a wrong length; connections by the hundred; requests that are none."""

import asyncio
from contextlib import suppress

import pytest

from tests.integration.webhooks.serving import Running, serving
from tests.running.waiting import eventually
from tests.unit.webhooks.signing import BODY, NOW, VENDORS

SIGNED = VENDORS["shopify"].sign(VENDORS["shopify"].secret, BODY, NOW)
HEADERS = "".join(
    f"{name}: {value}\r\n" for name, value in {"content-type": "application/json", **SIGNED}.items()
)


def head(length: object = len(BODY), more: str = "") -> bytes:
    framing = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\n{HEADERS}{framing}{more}\r\n".encode()


async def still_answers(running: Running) -> None:
    answer = await running.post("shopify", BODY, {"content-type": "application/json", **SIGNED})
    assert answer.status_code == 202


async def test_a_body_that_comes_too_slowly_is_given_up() -> None:
    async with serving(body_seconds=0.3) as running:
        for begun in (b"", BODY[:5]):
            answer = await running.raw(head() + begun)
            assert answer.startswith(b"HTTP/1.1 408 ")
        assert running.count("shopify", "too_slow") == 2
        await still_answers(running)
    assert len(running.stored) == 1


async def test_a_connection_that_asks_for_nothing_is_closed() -> None:
    async with serving(body_seconds=0.3) as running:
        assert await running.raw(b"") == b""
        assert await running.raw(b"POST /webhooks/shop") == b""
        # One that has asked before has as long again.
        answer = await running.raw(head() + BODY + b"POST /web")
        assert answer.count(b"HTTP/1.1 202 ") == 1
        await still_answers(running)


async def test_half_a_body_is_not_stored_and_not_answered() -> None:
    async with serving() as running:
        for sent in (head(), head() + BODY[:-1]):
            reader, writer = await asyncio.open_connection(running.port.host, running.port.port)
            writer.write(sent)
            await writer.drain()
            writer.transport.abort()
            with suppress(ConnectionError):
                await reader.read()
        await still_answers(running)
        await eventually(lambda: running.count("shopify", "broken_off") == 2, "both are noticed")
    assert len(running.stored) == 1


@pytest.mark.parametrize("length", [1_001, 10**11, 10**19])
async def test_what_says_that_it_is_too_large_is_refused_before_it_comes(length: int) -> None:
    async with serving(max_body_bytes=1_000) as running:
        answer = await running.raw(head(length, "Expect: 100-continue\r\n"))
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("framing", ["chunked", "length"])
async def test_an_endless_body_is_refused_as_soon_as_it_is_too_large(framing: str) -> None:
    async with serving(max_body_bytes=1_000) as running:
        reader, writer = await asyncio.open_connection(running.port.host, running.port.port)
        chunk = b"64\r\n" + b"x" * 100 + b"\r\n"
        writer.write(head(None, "Transfer-Encoding: chunked\r\n") if framing == "chunked" else head(1_000))
        answer = asyncio.ensure_future(reader.read())
        with suppress(ConnectionError):
            # It goes on until it is cut off.
            while not answer.done():
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0)
        told = b""
        with suppress(ConnectionError):
            told = await answer
        writer.close()
        await still_answers(running)
    expected = b"413" if framing == "chunked" else b"401"
    assert told[:12] in (b"", b"HTTP/1.1 " + expected)
    assert running.count("shopify", "too_large" if framing == "chunked" else "forged") == 1


async def test_more_or_less_than_the_length_says_is_never_stored_as_the_message() -> None:
    async with serving(body_seconds=0.3) as running:
        # More: the rest is no request. Less: the rest never comes.
        more = await running.raw(head() + BODY + b'{"more": 1}\r\n\r\n')
        less = await running.raw(head(len(BODY) + 1) + BODY)
        ended = await running.raw(head(len(BODY) + 1) + BODY, end=True)
        short = await running.raw(head(len(BODY) - 1) + BODY)
    assert [part[:3] for part in more.split(b"HTTP/1.1 ")[1:]] == [b"202", b"400"]
    assert less.startswith(b"HTTP/1.1 408 ")
    assert not ended.startswith(b"HTTP/1.1 202 ")
    assert short.startswith(b"HTTP/1.1 401 ")
    assert [message.value for message in running.stored] == [BODY]


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\r\n",
        b"POST /webhooks/shopify HTTP/1.1\r\nContent-Length: -1\r\nHost: x\r\n\r\n",
        b"POST /webhooks/shopify HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\nHost: x\r\n\r\nabcdef",
        b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /webhooks/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /webhooks/shopify HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
    ],
    ids=range(10),
)
async def test_what_is_no_request_is_refused_and_nobody_else_notices(
    request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(body_seconds=0.3) as running:
        with suppress(ConnectionError):
            answer = await running.raw(request_, end=True)
            assert not answer.startswith(b"HTTP/1.1 2")
        await still_answers(running)
    assert len(running.stored) == 1
    # Nor does whoever sends such things fill the log.
    assert "Invalid HTTP request" not in caplog.text


async def test_connections_beyond_the_most_are_sent_away_and_the_others_served() -> None:
    async with serving(max_connections=50, body_seconds=60) as running:
        held = [await asyncio.open_connection(running.port.host, running.port.port) for _ in range(50)]
        for reader, writer in held[:2]:
            writer.write(head() + BODY)
            assert (await reader.readline()).startswith(b"HTTP/1.1 202 ")
        for _ in range(50):
            answer = await running.raw(b"")
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nRetry-After: " in answer
        for _, writer in held:
            writer.transport.abort()

        async def served() -> bool:
            answer = await running.raw(head(more="Connection: close\r\n") + BODY)
            return answer.startswith(b"HTTP/1.1 202 ")

        await eventually(served, "there is room again")


async def test_a_hundred_senders_at_once_are_all_answered() -> None:
    async with serving() as running:
        answers = await asyncio.gather(
            *(running.raw(head(more="Connection: close\r\n") + BODY) for _ in range(100))
        )
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 202"] * 100
    assert len(running.stored) == 100
