"""What a sender has to remember over a restart: which messages it has handled, and which were taken back."""

import sqlite3
from pathlib import Path
from typing import Literal

from msgspec import Struct

State = Literal["sending", "sent", "taken_back"]


class Known(Struct, frozen=True):
    """What is known of a message: its state and, of one that was sent, what became of it."""

    state: State
    told: str | None = None


class Sent:
    """A small SQLite file. Every change is on disk before the method returns."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, state TEXT NOT NULL, told TEXT)"
        )

    def known(self, message: str) -> Known | None:
        """What is known of a message; None: it was never seen."""
        query = "SELECT state, told FROM messages WHERE id = ?"
        row = self._database.execute(query, (message,)).fetchone()
        return Known(*row) if row else None

    def note(self, message: str, state: State, told: str | None = None) -> None:
        """Keeps the state of a message, and what became of it."""
        self._database.execute(
            "INSERT INTO messages VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, told = excluded.told",
            (message, state, told),
        )

    def forget(self, message: str) -> None:
        """A message that is known not to have gone out."""
        self._database.execute("DELETE FROM messages WHERE id = ?", (message,))

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
