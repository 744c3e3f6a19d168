"""Why Kafka could not be reached, in words: asked once more at start, step by step, after the client gave up."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from router.kafka.connection import client_options
from router.settings.kafka import KafkaSettings

STEP_SECONDS: Final = 5.0
_PROTOCOL: Final = "ROUTER_KAFKA__SECURITY_PROTOCOL"


async def diagnosis(kafka: KafkaSettings, step_seconds: float = STEP_SECONDS) -> str:
    """A sentence with the way out, about the first server that does not let us in; holds no password.

    `step_seconds` is how long each step of the look may take.
    """
    for server in kafka.servers:
        trouble = await _Look(kafka, server, step_seconds).trouble()
        if trouble is not None:
            return trouble
    return f"Kafka at {', '.join(kafka.servers)} answers only now: try again"


class _Look:
    """A look at one server, in the way that is set."""

    def __init__(self, kafka: KafkaSettings, server: str, step_seconds: float) -> None:
        self._kafka = kafka
        self._server = server
        self._step = step_seconds
        host, _, port = server.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._secured = kafka.security_protocol in ("SSL", "SASL_SSL")

    async def trouble(self) -> str | None:
        """Why this server cannot be used; None where it can."""
        server = self._server
        try:
            await self._connect(self._host, self._port)
        except TimeoutError:
            return f"no Kafka broker answers at {server}: nothing takes the connection; check address and firewall"
        except OSError as error:
            return _unreachable(server, error)
        try:
            async with asyncio.timeout(self._step):
                named = await self._brokers()
        except (KafkaError, OSError, TimeoutError, EOFError) as error:
            return f"Kafka at {server} {await self._refusal(error)}"
        return await self._advertised(named)

    async def _connect(self, host: str, port: int, context: ssl.SSLContext | None = None) -> None:
        async with asyncio.timeout(self._step):
            _reader, writer = await asyncio.open_connection(host, port, ssl=context)
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._step):
                await writer.wait_closed()

    async def _brokers(self) -> list[tuple[str, int]]:
        """The addresses that the cluster names for its brokers."""
        options: dict[str, Any] = {
            **client_options(self._kafka),
            "request_timeout_ms": int(self._step * 1000),
        }
        options.pop("bootstrap_servers")
        connection = AIOKafkaConnection(self._host, self._port, **options)
        try:
            await connection.connect()
            answer = await connection.send(MetadataRequest([]))
        finally:
            connection.close()
        return [(broker[1], broker[2]) for broker in answer.brokers]

    async def _refusal(self, error: Exception) -> str:
        secured = self._secured
        reason = _refusal_by_kafka(self._kafka, error, secured=secured)
        if reason is not None:
            return reason
        if await self._speaks_tls() != secured:
            if secured:
                return f"does not speak TLS: set {_PROTOCOL} to PLAINTEXT or SASL_PLAINTEXT, or name the port with TLS"
            return f"speaks TLS: set {_PROTOCOL} to SSL or SASL_SSL, or name the port without TLS"
        if self._kafka.sasl_mechanism is None and not isinstance(error, TimeoutError):
            protocol = "SASL_SSL" if secured else "SASL_PLAINTEXT"
            return (
                "closes the connection at the first request, as a broker does that asks for a login"
                f" ({_PROTOCOL}={protocol}), or something that is no Kafka broker"
            )
        return (
            f"takes the connection and does not answer as a broker does ({type(error).__name__}):"
            " check the port"
        )

    async def _speaks_tls(self) -> bool:
        """Whether a TLS handshake succeeds, whoever the certificate is of: nothing is sent over it."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            await self._connect(self._host, self._port, context)
        except ssl.SSLError as error:
            # One that asks for a client certificate speaks it too.
            return "ALERT" in str(error.reason)
        except (OSError, TimeoutError, EOFError):
            return False
        return True

    async def _advertised(self, brokers: list[tuple[str, int]]) -> str | None:
        """The commonest mistake with containers: the cluster names an address that only it can reach."""
        for host, port in brokers:
            try:
                await self._connect(host, port)
            except (OSError, TimeoutError):
                return (
                    f"Kafka at {self._server} answers and names {host}:{port} as a broker's address, which cannot"
                    " be reached from here: correct advertised.listeners of that broker, or the name's"
                    " resolution"
                )
        return None


def _unreachable(server: str, error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"no Kafka broker answers at {server}: start it or correct ROUTER_KAFKA__BOOTSTRAP"
    if error.errno is not None and error.errno < 0:
        return f"nobody knows the host name of the Kafka broker {server}: correct ROUTER_KAFKA__BOOTSTRAP"
    return f"no Kafka broker can be reached at {server} ({error.strerror or type(error).__name__})"


def _refusal_by_kafka(kafka: KafkaSettings, error: Exception, *, secured: bool) -> str | None:
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
