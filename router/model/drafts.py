"""Changes of the rules that are being written: a draft is a published revision with some of its files changed."""

from datetime import datetime

from msgspec import Struct


class RulesDraft(Struct, frozen=True):
    """A draft. Its files are those of revision `base`, but for the ones that were changed in it.

    `ended_at` is when it was proposed, as `revision`, or given up. `changed` counts changed files.
    """

    number: int
    name: str
    base: int
    author: str
    started_at: datetime
    ended_at: datetime | None = None
    revision: int | None = None
    changed: int = 0
    changed_at: datetime | None = None


class DraftFile(Struct, frozen=True):
    """A file as it was saved in a draft, by its path below the rules; `text` None: it was taken out.

    `version` counts how often the file was saved in the draft, from 1.
    """

    file: str
    version: int
    text: bytes | None
    author: str
    at: datetime


class DraftChanged(Exception):
    """Somebody saved the same file meanwhile; `now` is how it stands."""

    def __init__(self, now: DraftFile) -> None:
        self.now = now
        super().__init__(f"{now.author} saved {now.file} meanwhile")


class NoSuchDraft(Exception):
    """No draft has this number."""


class DraftEnded(Exception):
    """A draft that was proposed or given up does not change any more."""
