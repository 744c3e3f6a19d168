"""A Kafka broker inside the process, for a machine that has none.

Groups, metadata and producer ids are those of librdkafka's mock cluster (`mock_cluster`). Records and the
offsets of groups are kept by the broker itself (`log`), since the mock cluster forgets what is beyond 5 MiB a
partition, read or not. Clients talk to `front`, which runs on a thread of its own.

It has no CreateTopics, no transactions, no access control, no TLS, no compaction.
"""

import asyncio
from collections.abc import Collection, Mapping
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from router.kafka.embedded.front import HOST, Front
from router.kafka.embedded.log import NotKept, RecordLog
from router.kafka.embedded.mock_cluster import EmbeddedBrokerError, MockCluster


class EmbeddedBroker:
    """One broker on a free port of 127.0.0.1, for any Kafka client, until `stop`."""

    def __init__(self, file: Path | None = None) -> None:
        """Keeps the records in a file; None: in one that goes with the broker."""
        self._file = file
        self._cluster = MockCluster()
        self._topics: dict[str, int] = {}
        self._log: RecordLog | None = None
        self._front: Front | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._bootstrap = ""

    def start(self, topics: Mapping[str, int], awaited: Collection[str] = ()) -> str:
        """Start with these topics and partition counts; returns the address, "127.0.0.1:port".

        A topic that is not among them is made with 4 partitions when a client first asks for it. What is
        unread of `awaited` topics is kept however old it is. Raises EmbeddedBrokerError.
        """
        if self._log is not None:
            raise EmbeddedBrokerError("the embedded broker is already running")
        try:
            self._log = RecordLog(self._file)
            self._log.tidy(sorted(awaited))
            stored = self._log.topics()
            # No partition goes that holds records.
            self._topics = {
                topic: max(topics.get(topic, 0), stored.get(topic, 0)) for topic in {**topics, **stored}
            }
            address = self._cluster.start(self._topics)
            self._front = Front(self._log, int(address.rpartition(":")[2]), self._topics)
            self._bootstrap = f"{HOST}:{self._serve(self._front)}"
        except NotKept as error:
            self.stop()
            raise EmbeddedBrokerError(
                f"the embedded broker cannot use its file {self._file} ({error}): make it writable and make room"
            ) from None
        except EmbeddedBrokerError:
            self.stop()
            raise
        return self._bootstrap

    def create_topic(self, topic: str, partitions: int) -> None:
        """Create a topic while the broker runs. Raises EmbeddedBrokerError, also where it exists already."""
        self._cluster.create_topic(topic, partitions)
        self._topics[topic] = partitions

    @property
    def bootstrap(self) -> str:
        """The address for clients, "127.0.0.1:port"; empty when stopped."""
        return self._bootstrap

    @property
    def trouble(self) -> str | None:
        """Why records are refused at present, such as a full disk; None while they are taken."""
        return self._front.trouble if self._front is not None else None

    def stop(self) -> None:
        """Close the port; harmless when stopped."""
        if self._loop is not None and self._thread is not None and self._front is not None:
            asyncio.run_coroutine_threadsafe(self._front.stop(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._cluster.stop()
        if self._log is not None:
            self._log.close()
        self._log = self._front = self._loop = self._thread = None
        self._bootstrap = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, front: Front) -> int:
        """Serves on a loop and a thread of its own; the port. Raises EmbeddedBrokerError."""
        self._loop = loop = asyncio.new_event_loop()
        begun = Event()

        def run() -> None:
            # Its end also ends connections that were accepted while the port was closed.
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.get_loop().call_soon(begun.set)
                loop.run_forever()

        self._thread = Thread(target=run, name="embedded broker", daemon=True)
        self._thread.start()
        begun.wait()
        try:
            return asyncio.run_coroutine_threadsafe(front.start(), loop).result()
        except OSError as error:
            raise EmbeddedBrokerError(
                f"the embedded broker found no free port on {HOST} ({error.strerror})"
            ) from None
