"""The side of the embedded broker that clients connect to: it keeps records itself and passes the rest on."""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

import structlog

from router.kafka.embedded import fields, wire
from router.kafka.embedded.log import (
    MOST_BYTES,
    CorruptBatch,
    LogPlace,
    NotKept,
    RecordBatch,
    RecordLog,
    batches,
)

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

    def __init__(self, log: RecordLog, behind: int, topics: Mapping[str, int]) -> None:
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
        def ended(task: asyncio.Task[None]) -> None:
            self._serving.pop(task, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("embedded_broker_connection_lost", cause=type(error).__name__)

        task = asyncio.create_task(self._serve(reader, writer))
        self._serving[task] = writer
        task.add_done_callback(ended)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = _Behind(self._behind)
        try:
            while True:
                answer = await self._answer(await _frame(reader), behind)
                if answer is not None:
                    writer.write(_framed(answer))
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError, fields.MalformedRequest):
            pass  # the client went, or speaks something else
        finally:
            behind.close()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, frame: bytes, behind: "_Behind") -> bytes | None:
        """Requests of a connection are answered in their order, as Kafka does; None where no answer is wanted."""
        request, answer = wire.read_request(frame), b""
        match request.key:
            case fields.PRODUCE:
                return self._store(request)
            case fields.FETCH:
                answer = wire.write_fetch(request, await self._fetch(wire.read_fetch(request)))
            case fields.LIST_OFFSETS:
                offsets = [self._offset_of(wanted) for wanted in wire.read_list_offsets(request)]
                answer = wire.write_list_offsets(request, offsets)
            case fields.OFFSET_FETCH:
                group, places = wire.read_offset_fetch(request)
                committed = self._log.committed(group)
                wanted: Sequence[LogPlace] = sorted(committed) if places is None else places
                read = [wire.Read(*place, *committed.get(place, (-1, ""))) for place in wanted]
                answer = wire.write_offset_fetch(request, read)
            case fields.OFFSET_COMMIT:
                return self._commit(request, await behind.ask(frame))
            case fields.API_VERSIONS:
                return wire.narrowed(request, await behind.ask(wire.plain_question(request)))
            case _:
                # The mock cluster names its own address for the broker: clients must come back here instead.
                host = HOST.encode()
                own, other = struct.pack(">i", self._port), struct.pack(">i", self._behind)
                return (await behind.ask(frame)).replace(host + other, host + own)
        return request.answer(answer)

    def _store(self, request: wire.Request) -> bytes | None:
        """Stores the batches of a producer: all that are good, or none where the file takes no more."""
        acks, produced = wire.read_produce(request)
        errors, good = dict[int, int](), dict[int, list[RecordBatch]]()
        for number, one in enumerate(produced):
            if not self._is_there((one.topic, one.partition)):
                errors[number] = wire.UNKNOWN_PARTITION
            elif len(one.records) > MOST_BYTES:
                errors[number] = wire.MESSAGE_TOO_LARGE
            else:
                try:
                    good[number] = batches(one.records)
                except CorruptBatch:
                    errors[number] = wire.CORRUPT
        offsets: dict[int, int] = {}
        try:
            places = [
                ((produced[number].topic, produced[number].partition), parts)
                for number, parts in good.items()
            ]
            offsets = dict(zip(good, self._log.append(places) if places else [], strict=True))
            self._refused = None
        except NotKept as error:
            # A full disk refuses every batch: one line is enough until it takes records again.
            if self.trouble is None:
                log.error("embedded_broker_takes_no_records", cause=str(error))
            self._refused = str(error), monotonic()
            errors |= dict.fromkeys(good, wire.STORAGE_ERROR)
        if offsets:
            # Each fetch waits for the event it has seen, so none that begins now is woken by records of before.
            self._arrived.set()
            self._arrived = asyncio.Event()
        kept = [
            wire.Kept(one.topic, one.partition, errors.get(number, wire.NO_ERROR), offsets.get(number, -1))
            for number, one in enumerate(produced)
        ]
        return request.answer(wire.write_produce(request, kept)) if acks else None

    async def _fetch(self, request: wire.FetchRequest) -> list[wire.Fetched]:
        loop = asyncio.get_running_loop()
        until = loop.time() + min(max(request.wait, 0) / 1000, _LONGEST_WAIT)
        while True:
            arrived = self._arrived
            fetched = self._at_hand(request)
            size = sum(len(one.records) for one in fetched)
            left = until - loop.time()
            if size >= request.least or left <= 0 or any(one.error for one in fetched):
                return fetched
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await arrived.wait()

    def _at_hand(self, request: wire.FetchRequest) -> list[wire.Fetched]:
        fetched, room = [], request.most
        for one in request.wanted:
            place = one.topic, one.partition
            start, end = self._log.start(place), self._log.end(place)
            if not self._is_there(place):
                fetched.append(wire.Fetched(*place, wire.UNKNOWN_PARTITION))
            elif not start <= one.offset <= end:
                fetched.append(wire.Fetched(*place, wire.OFFSET_OUT_OF_RANGE, start, end))
            else:
                more = one.offset < end and room > 0
                records = self._log.read(place, one.offset, min(one.most, room)) if more else b""
                room -= len(records)
                fetched.append(wire.Fetched(*place, wire.NO_ERROR, start, end, records))
        return fetched

    def _offset_of(self, one: wire.Wanted) -> tuple[wire.Kept, int]:
        place, time, offset = (one.topic, one.partition), -1, -1
        if not self._is_there(place):
            return wire.Kept(*place, wire.UNKNOWN_PARTITION), -1
        if one.offset == _LATEST:
            offset = self._log.end(place)
        elif one.offset == _EARLIEST:
            offset = self._log.start(place)
        elif (batch := self._log.at(place, one.offset)) is not None:
            offset, time = batch
        return wire.Kept(*place, wire.NO_ERROR, offset), time

    def _commit(self, request: wire.Request, answer: bytes) -> bytes:
        """Stores the offsets that the mock cluster accepted: it knows who is in the group, and this one does not."""
        group, read = wire.read_offset_commit(request)
        accepted = wire.accepted_commits(request, answer)
        offsets = [
            ((one.topic, one.partition), one.offset, one.note)
            for one in read
            if (one.topic, one.partition) in accepted
        ]
        with suppress(NotKept):  # the records are then read again after a restart
            self._log.commit(group, offsets)
        return answer

    def _is_there(self, place: LogPlace) -> bool:
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
        raise fields.MalformedRequest
    return await reader.readexactly(size)


def _framed(text: bytes) -> bytes:
    return struct.pack(">i", len(text)) + text
