"""The name under which a worker is known to its groups, so that one that was killed goes on at once when it is back.

Kafka keeps the partitions of a named consumer for it until the session timeout has passed; one without a name gets
others, and what a killed one had waits for that timeout.
"""

import os
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog
from filelock import FileLock, Timeout

from router.settings import Settings
from router.settings.kafka import UNNAMED

log = structlog.get_logger(__name__)

_SLOTS: Final = 64
_HOST_LENGTH: Final = 60
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Instance:
    """A name that no other worker has for as long as this one lives. `name` is None for a worker without one."""

    def __init__(self, name: str | None, lock: FileLock | None = None) -> None:
        self.name = name
        self._lock = lock

    def of(self, lane: str) -> str | None:
        """The name of one consumer: those of a group in one process are told apart by their lane."""
        return f"{self.name}-{lane}" if self.name else None

    def release(self) -> None:
        """Lets another worker have the name. The end of the process does so too, however it comes."""
        if self._lock is not None:
            self._lock.release()


def claimed(settings: Settings) -> Instance:
    """The name as set; else one that the data directory keeps, the first that no living worker uses.

    It holds the host's name as well, for the case that a directory is copied with its machine. Where the directory
    cannot keep anything, the worker has no name.
    """
    name = settings.kafka.instance
    if name is not None:
        return Instance(None if name == UNNAMED else name)
    try:
        return _of_directory(settings.data)
    except (OSError, NotImplementedError) as error:
        log.info("worker_without_a_name", directory=str(settings.data), cause=type(error).__name__)
        return Instance(None)


def _of_directory(directory: Path) -> Instance:
    directory.mkdir(parents=True, exist_ok=True)
    for slot in range(1, _SLOTS + 1):
        lock = FileLock(directory / f"worker-{slot}.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            host = _NOT_IN_NAMES.sub("-", socket.gethostname())[:_HOST_LENGTH] or "host"
            return Instance(f"{host}-{_random_part(directory / f'worker-{slot}')}-{slot}", lock)
        except BaseException:
            lock.release()
            raise
    return Instance(None)


def _random_part(file: Path) -> str:
    """The random part of a name, made once."""
    with suppress(FileNotFoundError):
        stored = _NOT_IN_NAMES.sub("", file.read_text(errors="replace").strip())
        if stored:
            return stored[:32]
    new = uuid4().hex[:12]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(new)
    return new
