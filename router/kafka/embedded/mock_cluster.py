"""The mock cluster of librdkafka, from the confluent-kafka wheel: groups, metadata and producer ids.

It is called through ctypes because confluent-kafka's own switch (`test.mock.num.brokers`) cannot choose
how many partitions a topic has.

Consumer groups: the members that join an empty group within 0.2 s of the first start together. Any later
join, also one after a clean leave, waits for the session timeout less 1 s. After a member vanished without
leaving, a new one waits for about twice the session timeout. So use a session timeout of 3 s with it.
"""

import ctypes
from collections.abc import Mapping
from ctypes import c_char_p, c_int, c_int32, c_size_t, c_void_p

from confluent_kafka import cimpl

_PRODUCER = 0
_BROKERS = 1
_REPLICAS = 1
_ERROR_TEXT_SIZE = 512
_ERRORS_ONLY = b"3"
_FIRST_JOIN_MS = 200


class EmbeddedBrokerError(Exception):
    """The embedded broker could not do what was asked; the text says why."""


def _load() -> ctypes.CDLL:
    # Symbols of a library are looked up in what it links to as well, so the extension module leads to
    # the librdkafka of its wheel whatever the platform calls that file.
    library = ctypes.CDLL(cimpl.__file__)
    signatures: dict[str, tuple[type | None, list[type]]] = {
        "rd_kafka_conf_new": (c_void_p, []),
        "rd_kafka_conf_set": (c_int, [c_void_p, c_char_p, c_char_p, c_char_p, c_size_t]),
        "rd_kafka_new": (c_void_p, [c_int, c_void_p, c_char_p, c_size_t]),
        "rd_kafka_destroy": (None, [c_void_p]),
        "rd_kafka_mock_cluster_new": (c_void_p, [c_void_p, c_int]),
        "rd_kafka_mock_cluster_destroy": (None, [c_void_p]),
        "rd_kafka_mock_cluster_bootstraps": (c_char_p, [c_void_p]),
        "rd_kafka_mock_topic_create": (c_int, [c_void_p, c_char_p, c_int, c_int]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [c_void_p, c_int32]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


class MockCluster:
    """One broker of it on a free port of 127.0.0.1, until `stop`."""

    def __init__(self) -> None:
        self._library = _load()
        self._client: int | None = None
        self._cluster: int | None = None

    def start(self, topics: Mapping[str, int]) -> str:
        """Start with these topics and partition counts; returns the address, "127.0.0.1:port".

        A topic that is not among them is made with 4 partitions when a client first asks for it.
        Raises EmbeddedBrokerError.
        """
        if self._cluster is not None:
            raise EmbeddedBrokerError("the embedded broker is already running")
        self._client = self._new_client()
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, _BROKERS)
        if not self._cluster:
            self.stop()
            raise EmbeddedBrokerError("the embedded broker found no free port on 127.0.0.1")
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, _FIRST_JOIN_MS)
        try:
            for topic, partitions in topics.items():
                self.create_topic(topic, partitions)
        except EmbeddedBrokerError:
            self.stop()
            raise
        address: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        return address

    def create_topic(self, topic: str, partitions: int) -> None:
        """Create a topic while the broker runs. Raises EmbeddedBrokerError, also where it exists already."""
        create = self._library.rd_kafka_mock_topic_create
        if (
            not self._cluster
            or partitions < 1
            or create(self._cluster, topic.encode(), partitions, _REPLICAS)
        ):
            raise EmbeddedBrokerError(
                f"the embedded broker refuses topic {topic!r} with {partitions} partitions"
            )

    def stop(self) -> None:
        """Close the port and forget every message and offset; harmless when stopped."""
        cluster, client = self._cluster, self._client
        self._cluster = self._client = None
        if cluster:
            self._library.rd_kafka_mock_cluster_destroy(cluster)
        if client:
            self._library.rd_kafka_destroy(client)

    def _new_client(self) -> int:
        # A mock cluster lives in a client, which never connects anywhere itself.
        text = ctypes.create_string_buffer(_ERROR_TEXT_SIZE)
        conf = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set(conf, b"log_level", _ERRORS_ONLY, text, _ERROR_TEXT_SIZE)
        client: int | None = self._library.rd_kafka_new(_PRODUCER, conf, text, _ERROR_TEXT_SIZE)
        if not client:
            raise EmbeddedBrokerError(
                f"the embedded broker does not start: {text.value.decode(errors='replace')}"
            )
        return client
