"""Why Kafka could not be reached: servers that each do one thing, and the sentence that it must come to."""

import asyncio
import gc
import ssl
import struct
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import trustme

from router.kafka import EmbeddedBroker
from router.kafka.diagnosis import diagnosis
from router.settings.kafka import KafkaSettings
from tests.services.child import free_port

SASL = {"sasl_mechanism": "PLAIN", "sasl_username": "router", "sasl_password": "hunter2"}
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Serve = Callable[[Reader, Writer], Awaitable[None]]

VERSIONS, HANDSHAKE, LOGIN = 18, 17, 36
ILLEGAL_STATE, UNKNOWN_MECHANISM, WRONG_PASSWORD = 34, 33, 58


@asynccontextmanager
async def listening(serve: Serve, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    async def one(reader: Reader, writer: Writer) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def answers(**given: int) -> Serve:
    """A broker that knows the versions of requests and answers a login with these error codes, else hangs up."""

    async def serve(reader: Reader, writer: Writer) -> None:
        while True:
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            request = await reader.readexactly(size)
            kind, _version, correlation = struct.unpack(">hhi", request[:8])
            if kind == VERSIONS:
                kinds = (3, HANDSHAKE, VERSIONS, LOGIN)
                body = struct.pack(">hi", 0, len(kinds)) + b"".join(
                    struct.pack(">hhh", k, 0, 1) for k in kinds
                )
            elif kind == HANDSHAKE and "handshake" in given:
                body = struct.pack(">hih", given["handshake"], 1, 5) + b"PLAIN"
            elif kind == LOGIN and "login" in given:
                body = struct.pack(">hhiq", given["login"], -1, -1, 0)
            else:
                return
            writer.write(struct.pack(">ii", 4 + len(body), correlation) + body)
            await writer.drain()

    return serve


async def says_http(reader: Reader, writer: Writer) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


async def says_nothing(reader: Reader, writer: Writer) -> None:
    await reader.read()


@pytest.fixture(autouse=True)
async def _connections_end_with_their_test() -> AsyncIterator[None]:
    yield
    # asyncio leaves the transport of a TLS handshake that failed to the garbage collector: once, in a role that ends.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        await asyncio.sleep(0)
        gc.collect()


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def kafka(server: str, protocol: str = "PLAINTEXT", **given: object) -> KafkaSettings:
    return KafkaSettings(bootstrap=server, security_protocol=protocol, **given)


async def test_nobody_listens() -> None:
    server = f"127.0.0.1:{free_port()}"
    assert await diagnosis(kafka(server)) == (
        f"no Kafka broker answers at {server}: start it or correct ROUTER_KAFKA__BOOTSTRAP"
    )


async def test_a_host_that_nobody_knows() -> None:
    assert "nobody knows the host name" in await diagnosis(kafka("no-such-host.invalid:9092"))


async def test_tls_where_the_broker_has_none() -> None:
    with EmbeddedBroker() as broker:
        server = broker.start({"t": 1})
        for protocol, given in (("SSL", {}), ("SASL_SSL", SASL)):
            assert "does not speak TLS: set" in await diagnosis(kafka(server, protocol, **given))
        assert "answers only now" in await diagnosis(kafka(server))


@pytest.mark.parametrize("given", [{}, SASL])
async def test_no_tls_where_the_broker_has_it(tls: ssl.SSLContext, given: dict[str, str]) -> None:
    async with listening(answers(), tls) as server:
        told = await diagnosis(kafka(server, "SASL_PLAINTEXT" if given else "PLAINTEXT", **given))
    assert "speaks TLS: set ROUTER_KAFKA__SECURITY_PROTOCOL to SSL or SASL_SSL" in told


async def test_a_certificate_of_an_authority_that_is_not_trusted(tls: ssl.SSLContext) -> None:
    async with listening(answers(), tls) as server:
        told = await diagnosis(kafka(server, "SSL"))
    assert "not trusted" in told
    assert "ROUTER_KAFKA__SSL_CAFILE" in told


async def test_a_certificate_for_another_name(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("kafka.example.org").configure_cert(context)
    async with listening(answers(), context) as server:
        told = await diagnosis(kafka(server, "SSL", ssl_cafile=tmp_path / "ca.pem"))
    assert "IP address mismatch" in told


@pytest.mark.parametrize("secured", [False, True])
async def test_a_login_that_is_wanted_and_not_set(
    secured: bool, tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path
) -> None:
    async with listening(answers(), tls if secured else None) as server:
        given = {"ssl_cafile": tmp_path / "ca.pem"} if secured else {}
        told = await diagnosis(kafka(server, "SSL" if secured else "PLAINTEXT", **given), step_seconds=0.5)
    assert f"ROUTER_KAFKA__SECURITY_PROTOCOL={'SASL_SSL' if secured else 'SASL_PLAINTEXT'}" in told


@pytest.mark.parametrize(
    ("broker", "said"),
    [
        (answers(handshake=ILLEGAL_STATE), "asks for no login there"),
        (answers(handshake=UNKNOWN_MECHANISM), "does not take PLAIN"),
        (answers(handshake=0, login=WRONG_PASSWORD), "refuses the user name or the password"),
        (answers(), "takes the connection and does not answer as a broker does"),
    ],
)
async def test_what_becomes_of_a_login(broker: Serve, said: str) -> None:
    async with listening(broker) as server:
        told = await diagnosis(kafka(server, "SASL_PLAINTEXT", **SASL), step_seconds=0.5)
    assert said in told
    assert "hunter2" not in told


@pytest.mark.parametrize("other", [says_http, says_nothing])
async def test_a_program_that_is_no_broker(other: Serve) -> None:
    async with listening(other) as server:
        told = await diagnosis(kafka(server), step_seconds=0.5)
    assert "no Kafka broker" in told or "does not answer as a broker does" in told


async def test_an_advertised_address_that_only_the_cluster_reaches() -> None:
    elsewhere = free_port()

    async def broker(reader: Reader, writer: Writer) -> None:
        while True:
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            request = await reader.readexactly(size)
            kind, _version, correlation = struct.unpack(">hhi", request[:8])
            if kind == VERSIONS:
                body = struct.pack(">hihhh", 0, 1, 3, 0, 0)
            else:
                body = struct.pack(">iih", 1, 7, 9) + b"127.0.0.1" + struct.pack(">ii", elsewhere, 0)
            writer.write(struct.pack(">ii", 4 + len(body), correlation) + body)
            await writer.drain()

    async with listening(broker) as server:
        told = await diagnosis(kafka(server))
    assert f"names 127.0.0.1:{elsewhere} as a broker's address" in told
    assert "advertised.listeners" in told
