"""Which messages a sender has handled and which were cancelled, over a restart."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from router.settings.own_files import own_directory, own_sqlite

# Stored as they are: a file of an earlier version must still be read, and so the column `told` keeps its name, too.
State = Literal["sending", "sent", "taken_back"]


class SentMessage(Struct, frozen=True):
    """A message that came before: its state and, of one that was sent, its encoded delivery."""

    state: State
    delivery: str | None = None


class SentNotStored(Exception):
    """Sent messages cannot be remembered, so that nothing may be sent. The text says what to do."""


class SentMessages:
    """A small SQLite file. Every change is on disk before the method returns; all methods raise `SentNotStored`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._storing():
            own_directory(file.parent)
            own_sqlite(file)
            self._database = sqlite3.connect(file, isolation_level=None)
            # Together with SQLite's default of synchronous = FULL, a commit is on disk when it returns.
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, state TEXT NOT NULL, told TEXT)"
            )

    def find(self, message: str) -> SentMessage | None:
        """The message with this id; None: it never came."""
        query = "SELECT state, told FROM messages WHERE id = ?"
        with self._storing():
            row = self._database.execute(query, (message,)).fetchone()
        return SentMessage(*row) if row else None

    def note(self, message: str, state: State, delivery: str | None = None) -> None:
        """Stores the state of a message, and its encoded delivery."""
        with self._storing():
            self._database.execute(
                "INSERT INTO messages VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET state = excluded.state, told = excluded.told",
                (message, state, delivery),
            )

    def forget(self, message: str) -> None:
        """A message that is known not to have gone out."""
        with self._storing():
            self._database.execute("DELETE FROM messages WHERE id = ?", (message,))

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SentNotStored(
                f"{self._file} cannot be read or written ({error}): nothing is sent that could be sent twice;"
                " make room or make it writable, then start the sender again"
            ) from None
