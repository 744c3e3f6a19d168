"""`make bench-webhooks`: signed messages over HTTP into Apache Kafka, as many as go, and 500 a second.

The sender is a process of its own, on the same machine as the service and Kafka.
"""

import argparse
import asyncio
import hmac
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from rich.console import Console

from benchmarks.machine import describe_machine
from benchmarks.processes import cpu_seconds
from tests.running.processes import environment, started
from tests.running.waiting import eventually
from tests.services.service import Kafka
from tests.services.ways import EmbeddedKafka, choose_kafka

LEAST_A_SECOND: Final = 2_000
MOST_P99: Final = 0.050
STEADY: Final = 500
SECRET: Final = "whsec_of_a_benchmark"  # noqa: S105
SOURCE: Final = """
source: shop
topic: raw.shop
webhook: {preset: stripe, key: data.object.customer}
interactions:
  - type: order.paid
    id: id
    time: {path: created, unit: s}
    customer: data.object.customer
    data: {order_id: data.object.id}
otherwise: skip
"""


class Sent(Struct):
    """What a sender saw: requests answered with 202 and with anything else, over so many seconds, each in so long."""

    stored: int = 0
    refused: int = 0
    seconds: float = 0.0
    took: list[float] = []
    cpu: float = 0.0


def requests(count: int, target: str) -> list[bytes]:
    """Different messages of some 450 bytes, signed as Stripe signs them."""
    found = []
    for number in range(count):
        body = msgspec.json.encode(
            {
                "id": f"evt_{os.getpid()}_{number}",
                "object": "event",
                "created": int(time.time()),
                "livemode": True,
                "type": "checkout.session.completed",
                "data": {
                    "object": {"id": f"cs_{number}", "customer": f"cus_{number % 5_000}", "note": "n" * 250}
                },
            }
        )
        seconds = int(time.time())
        proof = hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
        head = (
            f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nStripe-Signature: t={seconds},v1={proof}\r\n\r\n"
        )
        found.append(head.encode() + body)
    return found


class Connection(asyncio.Protocol):
    """One connection that is kept; `answered` is told of each answer, with its status."""

    def __init__(self, answered: "Callable[[Connection, bytes], None]") -> None:
        self._answered = answered
        self._text = b""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport

    def ask(self, request: bytes, since: float) -> None:
        self.since = since
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._text += data
        if b"\r\n\r\n" in self._text:
            status, self._text = self._text[9:12], b""
            self._answered(self, status)


async def _send(port: int, seconds: float, connections: int, rate: int) -> Sent:
    """Sends for so long: at a steady rate, or with `rate` 0 the next as soon as one is answered."""
    loop, sent, given = asyncio.get_running_loop(), Sent(), requests(20_000, "/webhooks/shop")
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    place, end = 0, 0.0

    def ask(connection: Connection, since: float) -> None:
        nonlocal place
        connection.ask(given[place % len(given)], since)
        place += 1

    def answered(connection: Connection, status: bytes) -> None:
        now = time.perf_counter()
        sent.took.append(now - connection.since)
        if status == b"202":
            sent.stored += 1
        else:
            sent.refused += 1
        if rate or now >= end:
            idle.put_nowait(connection)
        else:
            ask(connection, now)

    made = [
        (await loop.create_connection(lambda: Connection(answered), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    begun, cpu = time.perf_counter(), time.process_time()
    end = begun + seconds
    if rate:
        for connection in made:
            idle.put_nowait(connection)
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (ahead := due - time.perf_counter()) > 0.0005:
                await asyncio.sleep(ahead)
            # From when it was due: a sender that is held up counts as well.
            ask(await idle.get(), due)
    else:
        for connection in made:
            ask(connection, time.perf_counter())
    await eventually(lambda: idle.qsize() == len(made) and time.perf_counter() >= end, "all is answered")
    sent.seconds, sent.cpu = time.perf_counter() - begun, time.process_time() - cpu
    return sent


def _sender(port: int, seconds: float, connections: int, rate: int, to: str) -> None:
    Path(to).write_bytes(msgspec.json.encode(asyncio.run(_send(port, seconds, connections, rate))))


async def measure(kafka: Kafka, directory: Path, seconds: float, console: Console) -> bool:
    """The service as a process, and a sender as another one: as fast as it goes, then steadily."""
    (directory / "rules" / "sources").mkdir(parents=True)
    (directory / "rules" / "sources" / "shop.yaml").write_text(SOURCE)
    given = environment(
        kafka__bootstrap=kafka.bootstrap,
        topics__sources="raw.shop",
        topics__create="true",
        rules=str(directory / "rules"),
        data=str(directory / "data"),
        webhooks__secrets=f"shop={SECRET}",
        webhooks__port="0",
        webhooks__per_second="1000000",
        health__enabled="false",
    )
    spawn, right = multiprocessing.get_context("spawn"), True
    with started("webhooks", given, directory / "log") as service:
        await service.until_told("Webhooks are taken at ")
        port = int(service.told().partition("Webhooks are taken at http://127.0.0.1:")[2].partition("/")[0])
        for rate, connections in ((0, 64), (STEADY, 64)):
            cpu = cpu_seconds([service.pid])
            answer = directory / f"sent-{rate}"
            sender = spawn.Process(target=_sender, args=(port, seconds, connections, rate, str(answer)))
            sender.start()
            await eventually(lambda: sender.exitcode is not None, "the sender is done", seconds + 60)  # noqa: B023
            sent = msgspec.json.decode(answer.read_bytes(), type=Sent)
            used = cpu_seconds([service.pid]) - cpu
            cuts = statistics.quantiles(sent.took, n=1000)
            a_second = sent.stored / sent.seconds
            console.print(
                f"{'as fast as it goes' if not rate else f'{rate} a second'}, {connections} connections:"
                f" {a_second:,.0f} stored a second, {sent.refused} refused; p50 {cuts[499] * 1e3:.1f} ms,"
                f" p99 {cuts[989] * 1e3:.1f} ms, most {max(sent.took) * 1e3:.0f} ms;"
                f" the service used {used / max(sent.stored, 1) * 1e6:.0f} µs of CPU a message,"
                f" the sender {sent.cpu / max(sent.stored, 1) * 1e6:.0f}",
                highlight=False,
            )
            right &= sent.refused == 0 and (cuts[989] <= MOST_P99 if rate else a_second >= LEAST_A_SECOND)
    return right


def main() -> int:
    """0 where the figures are as they must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhooks")
    parser.add_argument("--seconds", type=float, default=20, help="how long each part sends")
    asked, console = parser.parse_args(), Console(width=140)
    with (
        choose_kafka().service as kafka,
        tempfile.TemporaryDirectory(prefix="feedback-router-bench-") as name,
    ):
        if isinstance(kafka, EmbeddedKafka):
            console.print("an Apache Kafka is needed: Docker, Java 17 with Maven, or ROUTER_TEST_KAFKA")
            return 1
        console.print(f"{describe_machine()}; Kafka: {kafka.kind}", highlight=False)
        return 0 if asyncio.run(measure(kafka, Path(name), asked.seconds, console)) else 1


if __name__ == "__main__":
    sys.exit(main())
