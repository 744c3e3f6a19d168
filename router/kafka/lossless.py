"""A FastStream broker and a consumer that lose nothing, and let no partition stop another one."""

import asyncio
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.consumer.fetcher import FetchError
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker

from router.kafka.connection import be_patient
from router.kafka.member import NamedMember
from router.kafka.unreadable import UnreadablePartitions, cause_of
from router.telemetry.progress import ReadPosition, Unreadable

log = structlog.get_logger(__name__)

RETRY_AFTER = 5.0
"""Seconds after which a partition that cannot be unpacked is fetched again."""

GROUP_QUIET = 10.0
"""Seconds after its last error within which the group counts as troubled."""

STOP_PATIENCE = 3.0
"""Seconds that a consumer has to leave its group before its connections are cut."""

ANSWER_PATIENCE = 1.0
"""Seconds that whoever watches a consumer waits for an answer of it."""

IDLE_SECONDS = 2.0
"""How long a lane waits for records at a time."""

Records = list[ConsumerRecord[bytes, bytes]]


class NotStarted(Exception):
    """A consumer could not join its group. The text says why."""


class LosslessConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka is untyped
    """A consumer that hands out every record once, and goes on with the others where a partition fails.

    aiokafka raises out of `getmany` for one broken partition, for ever, and loses what it had drained from that
    and from healthy ones. Here a partition that fails goes back to where it was and is read record by record, so
    that all before the fault are handed out. Then it rests, known by its offset and cause, and is tried again.
    """

    def __init__(
        self, *topics: str, idle_seconds: float = 0.0, retry_after: float = RETRY_AFTER, **options: Any
    ) -> None:
        """As aiokafka's. `getmany` returns nothing only after `idle_seconds`, whatever it is asked for.

        A partition that cannot be unpacked is fetched again `retry_after` seconds later.
        """
        super().__init__(*topics, **options)
        self._idle_seconds = idle_seconds
        self._retry_after = retry_after
        be_patient(self._client)
        self._unreadable = UnreadablePartitions()
        self._careful: set[TopicPartition] = set()
        self._rests: dict[TopicPartition, float] = {}
        self._group_error: tuple[float, str] | None = None
        session = options.get("session_timeout_ms", 10_000) / 1000
        self._member = NamedMember(options.get("group_instance_id"), session)
        self._ask, self._client.send = self._client.send, self._listened

    async def start(self) -> None:
        """As aiokafka's; one that does not start is closed. Raises `NotStarted`."""
        try:
            await super().start()
        except KafkaError as error:
            await self.stop()
            cause = self._member.shared(asyncio.get_running_loop().time()) or cause_of(error)
            raise NotStarted(f"{', '.join(sorted(self.subscription()))} cannot be read: {cause}") from None
        except BaseException:
            await self.stop()
            raise
        reset, self._coordinator.reset_generation = self._coordinator.reset_generation, self._member_lost
        self._reset_member = reset

    async def stop(self) -> None:
        """As aiokafka's, but it waits for no broker longer than `STOP_PATIENCE`."""
        if self._coordinator:
            # One that ends in order leaves its partitions to the others at once; a named one would keep them.
            self._coordinator._group_instance_id = None  # noqa: SLF001
        stopping = asyncio.ensure_future(super().stop())
        done, _ = await asyncio.wait([stopping], timeout=STOP_PATIENCE)
        if not done:
            # What waits for an answer, a join for a minute, ends with its connection.
            await self._client.close()
            done, _ = await asyncio.wait([stopping], timeout=1)
        if done:
            stopping.result()
        else:
            stopping.cancel()

    async def commit(self, offsets: Any = None) -> None:
        """As aiokafka's. A refused one is told and no more: what is not committed is read again, as a repeat."""
        try:
            await super().commit(offsets)
        except (CommitFailedError, IllegalStateError):
            log.warning(
                "offsets_not_committed",
                message="the group shares its partitions anew meanwhile: what was stored is read again by"
                " whoever has them now and found to be repeated; nothing is lost, nothing is to be done",
            )
        except KafkaError as error:
            log.warning("offsets_not_committed", cause=cause_of(error))

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, Records]:
        """As aiokafka's, but no error of a partition or of the group comes out; see `unreadable`, `trouble`."""
        if self._closed:
            raise ConsumerStoppedError
        loop = asyncio.get_running_loop()
        until = loop.time() + max(timeout_ms / 1000, self._idle_seconds)
        if self.broken():
            await asyncio.sleep(timeout_ms / 1000)
            return {}
        with self._subscription.fetch_context():
            while True:
                try:
                    self._coordinator.check_errors()
                    found = await self._drained(partitions, max_records)
                    left = until - loop.time()
                    if found or left <= 0 or self._closed:
                        return found
                    await self._arrived(min([left, *(at - loop.time() for at in self._rests.values())]))
                except KafkaError as error:
                    self._group_error = loop.time(), cause_of(error)
                    return {}

    def highwater(self, partition: TopicPartition) -> int | None:
        """As aiokafka's, without what belongs to transactions that are still open: it cannot be read yet."""
        stable = self.last_stable_offset(partition)
        highest: int | None = super().highwater(partition)
        return stable if highest is not None and stable is not None and 0 <= stable < highest else highest

    async def standing(self, partition: TopicPartition) -> ReadPosition | None:
        """How far a partition has been read; None while that is not known."""
        try:
            high = self.highwater(partition)
            async with asyncio.timeout(ANSWER_PATIENCE):
                place = await self.position(partition)
        except (KafkaError, ConsumerStoppedError, TimeoutError, AssertionError):
            return None
        return None if high is None else ReadPosition(place, high)

    async def sees(self, topic: str) -> bool | None:
        """Whether Kafka shows a topic to this consumer; None where it does not answer."""
        try:
            async with asyncio.timeout(ANSWER_PATIENCE):
                return topic in await self.topics()
        except (KafkaError, ConsumerStoppedError, TimeoutError):
            return None

    def look_again(self) -> None:
        """Has the topics and their partitions looked up anew, which a consumer does by itself now and then only."""
        self._client.force_metadata_update()

    def unreadable(self) -> dict[TopicPartition, Unreadable]:
        """The assigned partitions that cannot be read now."""
        return self._unreadable.all(self.assignment())

    def trouble(self) -> str | None:
        """Why the consumer as a whole does not get on; None where it does, or soon will."""
        if self._group_error is None:
            return None
        at, cause = self._group_error
        return cause if asyncio.get_running_loop().time() - at < GROUP_QUIET else None

    def broken(self) -> str | None:
        """Why the consumer will never bring anything again; None while it may."""
        if self._closed or not self._coordinator or not self._fetcher:
            return None
        if shared := self._member.shared(asyncio.get_running_loop().time()):
            return shared
        tasks = {
            "fetching": self._fetcher._fetch_task,  # noqa: SLF001 - aiokafka tells nobody that they ended
            "group": getattr(self._coordinator, "_coordination_task", None),
        }
        for name, task in tasks.items():
            if task is not None and task.done():
                error = None if task.cancelled() else task.exception()
                inner = (error.__cause__ or error) if error else None
                cause = f": {cause_of(inner)}" if inner else ""
                return (
                    f"its Kafka consumer cannot go on, its part for {name} ended{cause}; a new start mends it"
                )
        return None

    def _member_lost(self) -> None:
        # Before it has joined, and when it leaves, there is nothing to lose.
        if self._coordinator.generation > 0 and not self._closed:
            self._member.lost(asyncio.get_running_loop().time())
        self._reset_member()

    async def _drained(
        self, partitions: tuple[TopicPartition, ...], most: int | None
    ) -> dict[TopicPartition, Records]:
        """What was fetched, partition by partition."""
        if self._subscription.reassignment_in_progress:
            await self._subscription.wait_for_assignment()
        self._wake()
        found: dict[TopicPartition, Records] = {}
        for partition in list(self._fetcher._records):  # noqa: SLF001 - aiokafka gives all or raises
            if partitions and partition not in partitions:
                continue
            records = await self._of(partition, most)
            if records:
                found[partition] = records
                most = None if most is None else most - len(records)
            if most == 0:
                break
        return found

    async def _of(self, partition: TopicPartition, most: int | None) -> Records:
        """What was fetched of a partition, up to where it cannot be unpacked."""
        got: Records = []
        careful = partition in self._careful
        while most is None or len(got) < most:
            assignment, position = self._assignment(), self._position(partition)
            refused = isinstance(self._fetcher._records.get(partition), FetchError)  # noqa: SLF001
            try:
                fetched = await self._fetcher.fetched_records(
                    (partition,), 0, max_records=1 if careful else most
                )
            except Exception as error:  # noqa: BLE001 - whatever a batch does to the reader, the others go on
                if self._assignment() is not assignment:
                    break
                if refused:
                    self._rest(partition)
                else:
                    self._failed(partition, position, error, careful=careful)
                break
            records = fetched.get(partition, [])
            got += records
            if not careful:
                break
            if not records:
                self._careful.discard(partition)
                break
        if got:
            self._unreadable.read(partition)
        return got

    def _failed(
        self, partition: TopicPartition, position: int | None, error: Exception, *, careful: bool
    ) -> None:
        if position is None:
            self._unreadable.broken(partition, None, error)
            return
        # A seek also drops what was fetched.
        self.seek(partition, position)
        if not careful:
            self._careful.add(partition)
            return
        self._unreadable.broken(partition, position, error)
        self._rest(partition)

    def _rest(self, partition: TopicPartition) -> None:
        self._rests[partition] = asyncio.get_running_loop().time() + self._retry_after
        self.pause(partition)

    def _wake(self) -> None:
        """Lets go on what has rested long enough."""
        now = asyncio.get_running_loop().time()
        for partition in [partition for partition, until in self._rests.items() if until <= now]:
            del self._rests[partition]
            if partition in self.assignment():
                self.resume(partition)

    async def _arrived(self, seconds: float) -> None:
        """Returns when something was fetched, or the time has passed. Raises what befell the group."""
        waiter = self._fetcher._create_fetch_waiter()  # noqa: SLF001 - as aiokafka's own getmany waits
        done, _ = await asyncio.wait([waiter], timeout=seconds)
        if done:
            waiter.result()
        else:
            waiter.cancel()

    async def _listened(self, node: Any, request: Any, **options: Any) -> Any:
        response = await self._ask(node, request, **options)
        self._unreadable.answered(request, response)
        self._member.answered(request, response, asyncio.get_running_loop().time())
        return response

    def _position(self, partition: TopicPartition) -> int | None:
        assignment = self._assignment()
        if assignment is None or partition not in assignment.tps:
            return None
        state = assignment.state_value(partition)
        return int(state.position) if state.has_valid_position else None

    def _assignment(self) -> Any:
        return self._subscription.subscription and self._subscription.subscription.assignment


class LosslessBroker(KafkaBroker):
    """A FastStream broker whose subscribers use the lossless consumer."""

    async def _connect(self) -> Any:
        await super()._connect()
        config = self.config.broker_config
        # FastStream sleeps after a getmany that found nothing, and then hears of nothing that arrives.
        options = config.builder.keywords | {"idle_seconds": IDLE_SECONDS}  # type: ignore[attr-defined]
        config.builder = partial(LosslessConsumer, **options)
        return config.builder
