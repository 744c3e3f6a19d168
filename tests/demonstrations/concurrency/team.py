"""The processes of a run: two groups of two workers, each group on an interaction topic of its own, two dispatchers.

The topics of preferences, reports and answers are read by both groups, so each of these records comes twice at once.
"""

import asyncio
import re
import urllib.request
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.demonstrations.concurrency.observed import Told
from tests.running.processes import Process, environment, started
from tests.services.child import free_port

GROUPS = (("one", "interactions"), ("two", "more"))
_ROLES = ("interactions", "preferences", "invitations", "deliveries", "responses", "alerts")
_TROUBLES = (
    "batch_retried",
    "batch_failed",
    "dispatch_retried",
    "dispatch_failed",
    "Traceback",
    "NackMessage",
)
_BATCHES = re.compile(r"^router_batch_seconds_count ([0-9.e+]+)$", re.MULTILINE)
_RETRIES = re.compile(r'^router_store_retries_total\{cause="(\w+)"\} ([0-9.e+]+)$', re.MULTILINE)


class Team:
    """Six processes until the stack is left."""

    def __init__(
        self, stack: ExitStack, bootstrap: str, url: str, topics: dict[str, str], rules: Path, directory: Path
    ) -> None:
        self._stack = stack
        self._topics = topics
        self._directory = directory
        self._settings = {
            "kafka__bootstrap": bootstrap,
            "kafka__session_timeout_ms": "6000",
            "kafka__heartbeat_ms": "500",
            "database__url": url,
            "rules": str(rules),
            "data": str(directory),
            "token_secret": "of-a-demonstration",
            "dispatch__poll_ms": "50",
        }
        self._ports: list[int] = []
        self._processes: list[Process] = []

    async def started(self, *, lanes: int, max_records: int) -> None:
        """Start all, and return when every lane has its partitions."""
        own = {"kafka__lanes": str(lanes), "kafka__max_records": str(max_records)}
        workers = [
            self._start("worker", f"worker-{group}-{number}", topic, kafka__group=group, **own)
            for group, topic in GROUPS
            for number in (1, 2)
        ]
        for number in (1, 2):
            self._start("dispatcher", f"dispatcher-{number}", "interactions")
        for worker in workers:
            for lane in range(lanes):
                await worker.until_told(f"lane=interactions-{lane}")

    async def stopped(self) -> Told:
        """What they count and tell; then each is asked to end."""
        pages = [await asyncio.to_thread(_metrics, port) for port in self._ports]
        batches = sum(int(float(count)) for page in pages for count in _BATCHES.findall(page))
        retries: Counter[str] = Counter()
        for page in pages:
            retries.update({cause: int(float(count)) for cause, count in _RETRIES.findall(page)})
        ends = [asyncio.to_thread(process.terminate) for process in self._processes]
        exits = await asyncio.gather(*ends)
        logs = "".join(process.told() for process in self._processes)
        troubles = {word: logs.count(word) for word in _TROUBLES if word in logs}
        return Told(batches, dict(retries), troubles, exits)

    def _start(self, role: str, name: str, interactions: str, **settings: str) -> Process:
        self._ports.append(free_port())
        topics = {f"topics__{one}": self._topics[one] for one in _ROLES}
        topics["topics__interactions"] = self._topics[interactions]
        given = environment(**self._settings, **settings, **topics, health__port=str(self._ports[-1]))
        process = self._stack.enter_context(started(role, given, self._directory / f"{name}.log"))
        self._processes.append(process)
        return process


def _metrics(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        page: str = answer.read().decode()
    return page
