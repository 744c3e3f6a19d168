"""What a sender has to remember over a restart: which messages it has handled, and which were taken back."""

import sqlite3
from pathlib import Path
from typing import Literal

State = Literal["sending", "sent", "taken_back"]


class Sent:
    """A small SQLite file. Every change is on disk before the method returns."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, state TEXT NOT NULL)"
        )

    def state(self, message: str) -> State | None:
        """What is known of a message; None: it was never seen."""
        row = self._database.execute("SELECT state FROM messages WHERE id = ?", (message,)).fetchone()
        return row[0] if row else None

    def note(self, message: str, state: State) -> None:
        """Keeps the state of a message."""
        self._database.execute(
            "INSERT INTO messages VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            (message, state),
        )

    def close(self) -> None:
        """Closes the file."""
        self._database.close()
