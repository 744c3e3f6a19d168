"""What a sender has to remember over a restart: which messages it has handled, and which were taken back."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from router.store.own_files import own_directory, own_sqlite

State = Literal["sending", "sent", "taken_back"]


class Known(Struct, frozen=True):
    """What is known of a message: its state and, of one that was sent, what became of it."""

    state: State
    told: str | None = None


class NotKept(Exception):
    """What was sent can not be remembered, so that nothing may be sent. The text says what to do."""


class Sent:
    """A small SQLite file. Every change is on disk before the method returns; all methods raise `NotKept`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._kept():
            own_directory(file.parent)
            own_sqlite(file)
            self._database = sqlite3.connect(file, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, state TEXT NOT NULL, told TEXT)"
            )

    def known(self, message: str) -> Known | None:
        """What is known of a message; None: it was never seen."""
        query = "SELECT state, told FROM messages WHERE id = ?"
        with self._kept():
            row = self._database.execute(query, (message,)).fetchone()
        return Known(*row) if row else None

    def note(self, message: str, state: State, told: str | None = None) -> None:
        """Keeps the state of a message, and what became of it."""
        with self._kept():
            self._database.execute(
                "INSERT INTO messages VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET state = excluded.state, told = excluded.told",
                (message, state, told),
            )

    def forget(self, message: str) -> None:
        """A message that is known not to have gone out."""
        with self._kept():
            self._database.execute("DELETE FROM messages WHERE id = ?", (message,))

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise NotKept(
                f"{self._file} can not be read or written ({error}): nothing is sent that could be sent twice;"
                " make room or make it writable, then start the sender again"
            ) from None
