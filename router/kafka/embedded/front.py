"""What clients of the embedded broker are connected to: it keeps records itself and passes the rest on."""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

import structlog

from router.kafka.embedded import wire
from router.kafka.embedded.log import MOST_BYTES, Batch, CorruptBatch, Log, NotKept, Place, batches

log = structlog.get_logger(__name__)

HOST: Final = "127.0.0.1"

PARTITIONS: Final = 4
"""Of a topic that a client asks for first; so it is set in the mock cluster."""

_LARGEST_FRAME: Final = 104_857_600
_LONGEST_WAIT: Final = 30.0
_TROUBLE_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0
_LATEST, _EARLIEST = -1, -2


class Front:
    """Serves clients on one loop. `topics` are those with a number of partitions of their own."""

    def __init__(self, log: Log, behind: int, topics: Mapping[str, int]) -> None:
        """`behind` is the port of the mock cluster."""
        self._log = log
        self._behind = behind
        self._topics = topics
        self._arrived = asyncio.Event()
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._port = 0
        self._refused: tuple[str, float] | None = None

    @property
    def trouble(self) -> str | None:
        """Why records were refused a moment ago; None where the last ones were taken, or none came for a while."""
        if self._refused is None or monotonic() - self._refused[1] > _TROUBLE_SECONDS:
            return None
        return self._refused[0]

    async def start(self) -> int:
        """Listens; the port."""
        self._server = await asyncio.start_server(self._connected, HOST, 0, limit=2**20)
        self._port = self._server.sockets[0].getsockname()[1]
        return self._port

    async def stop(self) -> None:
        """Lets all clients go, whatever they still wait for."""
        self._server.close()
        serving = dict(self._serving)
        for task, writer in serving.items():
            writer.transport.abort()
            task.cancel()
        if serving:
            await asyncio.wait(serving, timeout=_STOP_SECONDS)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving[task] = writer
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._serving.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("embedded_broker_connection_lost", cause=type(error).__name__)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = _Behind(self._behind)
        try:
            while True:
                answer = await self._answer(await _frame(reader), behind)
                if answer is not None:
                    writer.write(_framed(answer))
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError, wire.MalformedRequest):
            pass  # the client went, or speaks something else
        finally:
            behind.close()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, frame: bytes, behind: "_Behind") -> bytes | None:
        """Requests of a connection are answered in their order, as Kafka does; None where no answer is wanted."""
        asked = wire.request(frame)
        match asked.key:
            case wire.PRODUCE:
                return self._keep(asked)
            case wire.FETCH | wire.LIST_OFFSETS | wire.OFFSET_FETCH:
                return asked.answer(await self._looked_up(asked))
            case wire.OFFSET_COMMIT:
                return self._committed(asked, await behind.ask(frame))
            case wire.API_VERSIONS:
                return wire.narrowed(asked, await behind.ask(wire.plain_question(asked)))
            case _:
                return self._redirected(await behind.ask(frame))

    def _redirected(self, answer: bytes) -> bytes:
        """An answer of the mock cluster that makes clients come back here and not go there."""
        address = HOST.encode()
        return answer.replace(
            address + struct.pack(">i", self._behind), address + struct.pack(">i", self._port)
        )

    async def _looked_up(self, asked: wire.Request) -> bytes:
        if asked.key == wire.FETCH:
            return wire.write_fetch(asked, await self._fetched(wire.read_fetch(asked)))
        if asked.key == wire.LIST_OFFSETS:
            found = [self._listed(one) for one in wire.read_list_offsets(asked)]
            return wire.write_list_offsets(asked, found)
        return wire.write_offset_fetch(asked, self._read_up_to(asked))

    def _keep(self, asked: wire.Request) -> bytes | None:
        acks, produced = wire.read_produce(asked)
        errors, good = dict[int, int](), dict[int, list[Batch]]()
        for number, one in enumerate(produced):
            checked = self._checked(one)
            if isinstance(checked, int):
                errors[number] = checked
            else:
                good[number] = checked
        offsets: dict[int, int] = {}
        try:
            places = [
                ((produced[number].topic, produced[number].partition), parts)
                for number, parts in good.items()
            ]
            offsets = dict(zip(good, self._log.append(places) if places else [], strict=True))
            self._refused = None
        except NotKept as error:
            self._refuse(str(error))
            errors |= dict.fromkeys(good, wire.STORAGE_ERROR)
        if offsets:
            self._arrived.set()
            self._arrived = asyncio.Event()
        kept = [
            wire.Kept(one.topic, one.partition, errors.get(number, wire.NO_ERROR), offsets.get(number, -1))
            for number, one in enumerate(produced)
        ]
        return asked.answer(wire.write_produce(asked, kept)) if acks else None

    def _refuse(self, why: str) -> None:
        if self.trouble is None:
            log.error("embedded_broker_takes_no_records", cause=why)
        self._refused = why, monotonic()

    def _checked(self, one: wire.Produced) -> list[Batch] | int:
        """The batches that were sent, or the error."""
        if not self._is_there((one.topic, one.partition)):
            return wire.UNKNOWN_PARTITION
        if len(one.records) > MOST_BYTES:
            return wire.MESSAGE_TOO_LARGE
        try:
            return batches(one.records)
        except CorruptBatch:
            return wire.CORRUPT

    async def _fetched(self, asked: wire.FetchRequest) -> list[wire.Fetched]:
        loop = asyncio.get_running_loop()
        until = loop.time() + min(max(asked.wait, 0) / 1000, _LONGEST_WAIT)
        while True:
            arrived = self._arrived
            found = self._at_hand(asked)
            size = sum(len(one.records) for one in found)
            left = until - loop.time()
            if size >= asked.least or left <= 0 or any(one.error for one in found):
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await arrived.wait()

    def _at_hand(self, asked: wire.FetchRequest) -> list[wire.Fetched]:
        found, room = [], asked.most
        for one in asked.wanted:
            place = one.topic, one.partition
            start, end = self._log.start(place), self._log.end(place)
            if not self._is_there(place):
                found.append(wire.Fetched(*place, wire.UNKNOWN_PARTITION))
            elif not start <= one.offset <= end:
                found.append(wire.Fetched(*place, wire.OFFSET_OUT_OF_RANGE, start, end))
            else:
                more = one.offset < end and room > 0
                records = self._log.read(place, one.offset, min(one.most, room)) if more else b""
                room -= len(records)
                found.append(wire.Fetched(*place, wire.NO_ERROR, start, end, records))
        return found

    def _listed(self, one: wire.Wanted) -> tuple[wire.Kept, int]:
        place, time, offset = (one.topic, one.partition), -1, -1
        if not self._is_there(place):
            return wire.Kept(*place, wire.UNKNOWN_PARTITION), -1
        if one.offset == _LATEST:
            offset = self._log.end(place)
        elif one.offset == _EARLIEST:
            offset = self._log.start(place)
        elif (found := self._log.at(place, one.offset)) is not None:
            offset, time = found
        return wire.Kept(*place, wire.NO_ERROR, offset), time

    def _committed(self, asked: wire.Request, answer: bytes) -> bytes:
        group, read = wire.read_offset_commit(asked)
        accepted = wire.accepted_commits(asked, answer)
        taken = [
            ((one.topic, one.partition), one.offset, one.note)
            for one in read
            if (one.topic, one.partition) in accepted
        ]
        with suppress(NotKept):  # the records are then read again after a restart
            self._log.commit(group, taken)
        return answer

    def _read_up_to(self, asked: wire.Request) -> list[wire.Read]:
        group, places = wire.read_offset_fetch(asked)
        known = self._log.committed(group)
        wanted: Sequence[Place] = sorted(known) if places is None else places
        return [wire.Read(*place, *known.get(place, (-1, ""))) for place in wanted]

    def _is_there(self, place: Place) -> bool:
        topic, number = place
        return 0 <= number < self._topics.get(topic, PARTITIONS)


class _Behind:
    """One client's connection to the mock cluster, made when it is first needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, frame: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(_framed(frame))
        await writer.drain()
        return await _frame(reader)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    if not 0 <= size <= _LARGEST_FRAME:
        raise wire.MalformedRequest
    return await reader.readexactly(size)


def _framed(text: bytes) -> bytes:
    return struct.pack(">i", len(text)) + text
