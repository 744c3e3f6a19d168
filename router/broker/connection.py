"""How to reach Kafka: settings as the options of aiokafka and FastStream."""

from typing import Any

from aiokafka.helpers import create_ssl_context
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from router.settings import KafkaSettings


def client_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Connection options for aiokafka's clients."""
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.servers,
        "request_timeout_ms": kafka.request_timeout_ms,
        "security_protocol": kafka.security_protocol,
    }
    if kafka.security_protocol in ("SSL", "SASL_SSL"):
        options["ssl_context"] = create_ssl_context(cafile=kafka.ssl_cafile)
    if kafka.sasl_mechanism is not None:
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = _password(kafka)
    return options


def faststream_security(kafka: KafkaSettings) -> BaseSecurity | None:
    """The same for FastStream."""
    secure = kafka.security_protocol in ("SSL", "SASL_SSL")
    context = create_ssl_context(cafile=kafka.ssl_cafile) if secure else None
    if kafka.sasl_mechanism is None:
        return BaseSecurity(ssl_context=context) if secure else None
    mechanisms = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
    mechanism = mechanisms[kafka.sasl_mechanism]
    return mechanism(kafka.sasl_username or "", _password(kafka) or "", ssl_context=context, use_ssl=secure)


def _password(kafka: KafkaSettings) -> str | None:
    return kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
