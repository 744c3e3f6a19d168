"""The data directory: made, closed to others, and used by one `run` at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from filelock import FileLock, Timeout

from router.settings.own_files import FILE, closed_to_others, own_directory, own_file

SECRET_FILE: Final = "token-secret"  # noqa: S105 - the name of a file

LOCK_FILE: Final = "run.lock"
PROCESS_FILE: Final = "run.pid"
"""Which process holds the lock, for people."""

_OURS: Final = (".db", ".db-wal", ".db-shm")
_PROBE: Final = 65_536


class DataDirectoryError(Exception):
    """The data directory cannot be used. The text says what to do."""


def prepare_data(directory: Path) -> None:
    """Makes the data directory, and takes others' rights on what is in it away.

    Raises `DataDirectoryError` where it cannot be written to.
    """
    try:
        own_directory(directory)
        with TemporaryFile(dir=directory):
            pass
        held = list(directory.iterdir())
    except OSError as error:
        raise DataDirectoryError(
            f"the data directory {directory} cannot be written to ({error.strerror}):"
            " make it writable or name another one with ROUTER_DATA"
        ) from None
    ours = [path for path in held if path.name == SECRET_FILE or path.name.endswith(_OURS)]
    # One that was there before and holds other things alone is none of ours.
    if (ours or not held) and not for_others(directory):
        closed_to_others(directory)
    for path in ours:
        closed_to_others(path)


def for_others(directory: Path) -> bool:
    """Whether a directory is never ours alone, whatever it holds: where somebody works, or the root of all."""
    place = directory.resolve()
    return place in (Path.cwd(), Path.home(), Path(place.anchor))


def no_room(directory: Path) -> str | None:
    """Why the directory takes no more; None where it does."""
    try:
        with TemporaryFile(dir=directory) as file:
            file.write(os.urandom(_PROBE))
            file.flush()
    except OSError as error:
        return f"{directory} takes no more ({error.strerror}): make room"
    return None


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Holds the data directory for this process until left; a kill gives it up as well.

    Raises `DataDirectoryError` where another one holds it.
    """
    prepare_data(directory)
    lock = FileLock(directory / LOCK_FILE, mode=FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DataDirectoryError(
            f"another feedback-router{_process(directory)} runs on the data directory {directory.absolute()}:"
            " stop it first, or name another directory with --data or ROUTER_DATA"
        ) from None
    except (OSError, NotImplementedError) as error:
        raise DataDirectoryError(
            f"the data directory {directory} cannot be locked ({error}): put it on a local disk, or name another one"
            " with --data or ROUTER_DATA"
        ) from None
    process = directory / PROCESS_FILE
    try:
        with suppress(OSError):
            own_file(process)
            process.write_text(f"{os.getpid()}\n")
        yield
    finally:
        process.unlink(missing_ok=True)
        lock.release()


def _process(directory: Path) -> str:
    """The process that holds the lock, in words; empty where nobody can tell."""
    with suppress(OSError, ValueError):
        return f" (process {int((directory / PROCESS_FILE).read_text())})"
    return ""
