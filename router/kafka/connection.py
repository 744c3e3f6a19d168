"""How to reach Kafka: settings as the options of aiokafka and FastStream."""

import asyncio
from ssl import SSLContext
from typing import Any, Final

from aiokafka.helpers import create_ssl_context
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from router.settings.kafka import KafkaSettings

_METADATA_PAUSE: Final = 0.25


def client_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Connection options for aiokafka's clients."""
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.servers,
        "request_timeout_ms": kafka.request_timeout_ms,
        "security_protocol": kafka.security_protocol,
    }
    context = _context(kafka)
    if context is not None:
        options["ssl_context"] = context
    if kafka.sasl_mechanism is not None:
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = _password(kafka)
    return options


def faststream_security(kafka: KafkaSettings) -> BaseSecurity | None:
    """The same for FastStream."""
    context = _context(kafka)
    if kafka.sasl_mechanism is None:
        return BaseSecurity(ssl_context=context) if context else None
    mechanisms = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
    mechanism = mechanisms[kafka.sasl_mechanism]
    return mechanism(
        kafka.sasl_username or "", _password(kafka) or "", ssl_context=context, use_ssl=context is not None
    )


def be_patient(client: Any) -> None:
    """Makes an aiokafka client rest between two failed looks for a broker.

    Without a broker, the loops of its producer and its consumer ask for metadata again and again at once.
    """
    update = client._metadata_update  # noqa: SLF001 - the one place where all these loops come by

    async def rested(*arguments: Any) -> bool:
        updated: bool = await update(*arguments)
        if not updated:
            await asyncio.sleep(_METADATA_PAUSE)
        return updated

    client._metadata_update = rested  # noqa: SLF001


def _context(kafka: KafkaSettings) -> SSLContext | None:
    if kafka.security_protocol not in ("SSL", "SASL_SSL"):
        return None
    context: SSLContext = create_ssl_context(cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None)
    return context


def _password(kafka: KafkaSettings) -> str | None:
    return kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
