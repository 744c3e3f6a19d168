"""Files that hold what is known of customers: only their owner reads and writes them, whatever the umask."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = 0o600
DIRECTORY: Final = 0o700
_BESIDE_SQLITE: Final = ("", "-wal", "-shm", "-journal")


def own_directory(directory: Path) -> None:
    """Makes a directory that only its owner looks into. One that is there stays as it is. Raises `OSError`."""
    if directory.is_dir():
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(DIRECTORY, exist_ok=True)
    directory.chmod(DIRECTORY)


def own_file(file: Path) -> None:
    """Makes an empty file, or takes the rights of others away from the one that is there.

    Raises `OSError`, also where a directory stands there: that is never closed.
    """
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file)) from None
        closed_to_others(file)
        return
    try:
        os.fchmod(made, FILE)
    finally:
        os.close(made)


def own_sqlite(file: Path) -> None:
    """As `own_file`, with what SQLite keeps beside its file; that is made with the rights of the file."""
    own_file(file)
    closed_sqlite(file)


def closed_sqlite(file: Path) -> None:
    """Takes the rights of others away from a SQLite file and what is beside it, where they are there."""
    for ending in _BESIDE_SQLITE:
        closed_to_others(file.with_name(file.name + ending))


def closed_to_others(path: Path) -> None:
    """Takes the rights of everybody but the owner away, where there is such a file or directory and it is ours.

    It is not opened for that: closing any handle of a SQLite file gives up all locks of the process on it.
    """
    with suppress(FileNotFoundError, PermissionError):
        state = path.stat()
        mode = stat.S_IMODE(state.st_mode)
        if (
            mode & 0o077
            and not mode & stat.S_ISVTX
            and (stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode))
        ):
            path.chmod(mode & 0o700)
