"""Why Kafka could not be reached, in words: asked once more at start, step by step, after the client gave up."""

import asyncio
import ssl
from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from router.broker.connection import client_options
from router.settings.kafka import Kafka

_STEP_SECONDS: Final = 5.0
_PROTOCOL: Final = "ROUTER_KAFKA__SECURITY_PROTOCOL"


async def diagnosis(kafka: Kafka) -> str:
    """A sentence with the way out, about the first server that does not let us in; holds no password."""
    for server in kafka.servers:
        trouble = await _of_server(kafka, server)
        if trouble is not None:
            return trouble
    return f"Kafka at {', '.join(kafka.servers)} answers only now: try again"


async def _of_server(kafka: Kafka, server: str) -> str | None:
    host, port = _split(server)
    try:
        _reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _STEP_SECONDS)
    except TimeoutError:
        return (
            f"no Kafka broker answers at {server}: nothing takes the connection; check address and firewall"
        )
    except OSError as error:
        return _unreachable(server, error)
    writer.close()
    try:
        named = await asyncio.wait_for(_brokers(kafka, host, port), _STEP_SECONDS)
    except (KafkaError, OSError, TimeoutError, EOFError) as error:
        return f"Kafka at {server} {await _refusal(kafka, host, port, error)}"
    return await _advertised(server, named)


def _unreachable(server: str, error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"no Kafka broker answers at {server}: start it or correct ROUTER_KAFKA__BOOTSTRAP"
    if error.errno is not None and error.errno < 0:
        return f"nobody knows the host name of the Kafka broker {server}: correct ROUTER_KAFKA__BOOTSTRAP"
    return f"no Kafka broker can be reached at {server} ({error.strerror or type(error).__name__})"


async def _brokers(kafka: Kafka, host: str, port: int) -> list[tuple[str, int]]:
    """The addresses that the cluster names for its brokers, asked in the way that is set."""
    options: dict[str, Any] = {**client_options(kafka), "request_timeout_ms": int(_STEP_SECONDS * 1000)}
    options.pop("bootstrap_servers")
    connection = AIOKafkaConnection(host, port, **options)
    try:
        await connection.connect()
        answer = await connection.send(MetadataRequest([]))
    finally:
        connection.close()
    return [(broker[1], broker[2]) for broker in answer.brokers]


async def _refusal(kafka: Kafka, host: str, port: int, error: Exception) -> str:
    secured = kafka.security_protocol in ("SSL", "SASL_SSL")
    told = _told_by_kafka(kafka, error, secured=secured)
    if told is not None:
        return told
    if await _speaks_tls(host, port) != secured:
        if secured:
            return f"does not speak TLS: set {_PROTOCOL} to PLAINTEXT or SASL_PLAINTEXT, or name the port with TLS"
        return f"speaks TLS: set {_PROTOCOL} to SSL or SASL_SSL, or name the port without TLS"
    if kafka.sasl_mechanism is None and not isinstance(error, TimeoutError):
        protocol = "SASL_SSL" if secured else "SASL_PLAINTEXT"
        return (
            "closes the connection at the first request, as a broker does that asks for a login"
            f" ({_PROTOCOL}={protocol}), or something that is no Kafka broker"
        )
    return (
        f"takes the connection and does not answer as a broker does ({type(error).__name__}): check the port"
    )


def _told_by_kafka(kafka: Kafka, error: Exception, *, secured: bool) -> str | None:
    """What the broker's own answer means; None where it gave none."""
    match error:
        case ssl.SSLCertVerificationError():
            return (
                f"shows a certificate that is not trusted ({error.verify_message}): name the file of its"
                " authority in ROUTER_KAFKA__SSL_CAFILE, and the host as the certificate does"
            )
        case IllegalSaslStateError():
            without = "SSL" if secured else "PLAINTEXT"
            return f"asks for no login there: set {_PROTOCOL}={without}, or name the port that takes SASL"
        case UnsupportedSaslMechanismError():
            return f"does not take {kafka.sasl_mechanism}: set another ROUTER_KAFKA__SASL_MECHANISM"
        case SaslAuthenticationFailed():
            return (
                "refuses the user name or the password:"
                " check ROUTER_KAFKA__SASL_USERNAME and ROUTER_KAFKA__SASL_PASSWORD"
            )
        case _:
            return None


async def _speaks_tls(host: str, port: int) -> bool:
    """Whether a TLS handshake succeeds, whoever the certificate is of: nothing is sent over it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        _reader, writer = await asyncio.wait_for(
            asyncio.open_connection(host, port, ssl=context), _STEP_SECONDS
        )
    except ssl.SSLError as error:
        # One that asks for a client certificate speaks it too.
        return "ALERT" in str(error.reason)
    except (OSError, TimeoutError, EOFError):
        return False
    writer.close()
    return True


async def _advertised(server: str, brokers: list[tuple[str, int]]) -> str | None:
    """The commonest mistake with containers: the cluster names an address that only it can reach."""
    for host, port in brokers:
        try:
            _reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _STEP_SECONDS)
        except (OSError, TimeoutError):
            return (
                f"Kafka at {server} answers and names {host}:{port} as a broker's address, which can not be"
                " reached from here: correct advertised.listeners of that broker, or the name's resolution"
            )
        writer.close()
    return None


def _split(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)
