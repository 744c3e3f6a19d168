"""Drafts of rules: files that are saved over and over, by several people at once."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.drafts import DraftChanged, DraftEnded, DraftFile, NoSuchDraft, RulesDraft
from router.store.database import Database
from router.store.errors import StoreUnavailable
from router.store.schema import draft_files, drafts

KEPT_VERSIONS: Final = 100
"""So many savings of a file are kept; older ones go as new ones come."""
_ATTEMPTS: Final = 20


class Drafts:
    """Keeps drafts by number. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, name: str, base: int, author: str, at: datetime) -> int:
        """Begins a draft of revision `base`; its number."""
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.begin() as connection:
                    number = int(await connection.scalar(select(func.max(drafts.c.number))) or 0) + 1
                    row = {"number": number, "name": name, "base": base, "author": author, "started_at": at}
                    await connection.execute(insert(drafts).values(row))
                    return number
            except IntegrityError:
                continue  # Somebody else took the number.
        raise StoreUnavailable(
            f"{self._database.where} gave no number to the draft, others begin theirs all the time: try again"
        )

    async def drafts(self, *, limit: int = 50) -> list[RulesDraft]:
        """The drafts that have not ended, the one begun last first."""
        query = _drafts().where(drafts.c.ended_at.is_(None)).order_by(drafts.c.number.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [RulesDraft(**row) for row in (await connection.execute(query)).mappings()]

    async def draft(self, number: int) -> RulesDraft:
        """A draft, also one that ended. Raises NoSuchDraft."""
        async with self._database.connect() as connection:
            row = (await connection.execute(_drafts().where(drafts.c.number == number))).mappings().first()
        if row is None:
            raise NoSuchDraft(f"there is no draft {number}")
        return RulesDraft(**row)

    async def files(self, number: int) -> dict[str, DraftFile]:
        """The files that were changed in a draft, as they were saved last, by their paths."""
        last = _last().where(draft_files.c.draft == number).subquery()
        wanted = and_(draft_files.c.file == last.c.file, draft_files.c.version == last.c.version)
        query = select(*_FILE).join(last, wanted).where(draft_files.c.draft == number)
        async with self._database.connect() as connection:
            found = [DraftFile(*row) for row in await connection.execute(query.order_by(draft_files.c.file))]
        return {one.file: one for one in found}

    async def versions(self, number: int, file: str) -> list[DraftFile]:
        """How a file was saved in a draft, the last time first."""
        query = select(*_FILE).where(draft_files.c.draft == number, draft_files.c.file == file)
        async with self._database.connect() as connection:
            rows = await connection.execute(query.order_by(draft_files.c.version.desc()))
            return [DraftFile(*row) for row in rows]

    async def save(self, number: int, saved: DraftFile) -> None:
        """Saves a file; its version is one more than the one that the author has seen, 0 where none was saved.

        Raises DraftChanged where somebody saved it meanwhile, NoSuchDraft and DraftEnded.
        """
        try:
            async with self._database.begin() as connection:
                await _open(connection, number)
                await connection.execute(insert(draft_files).values(draft=number, **_row(saved)))
                old = and_(
                    draft_files.c.draft == number,
                    draft_files.c.file == saved.file,
                    draft_files.c.version <= saved.version - KEPT_VERSIONS,
                )
                await connection.execute(delete(draft_files).where(old))
        except IntegrityError:
            raise DraftChanged((await self.versions(number, saved.file))[0]) from None

    async def rebase(self, number: int, base: int) -> None:
        """Lets a draft be one of another revision. Raises NoSuchDraft and DraftEnded."""
        await self._change(number, base=base)

    async def end(self, number: int, at: datetime, revision: int | None = None) -> None:
        """Ends a draft: proposed as a revision, or given up. Raises NoSuchDraft and DraftEnded."""
        await self._change(number, ended_at=at, revision=revision)

    async def _change(self, number: int, **values: Any) -> None:
        async with self._database.begin() as connection:
            await _open(connection, number)
            await connection.execute(update(drafts).where(drafts.c.number == number).values(**values))


_FILE: Final = [
    draft_files.c.file,
    draft_files.c.version,
    draft_files.c.content,
    draft_files.c.author,
    draft_files.c.at,
]


def _row(saved: DraftFile) -> dict[str, Any]:
    return {
        "file": saved.file,
        "version": saved.version,
        "content": saved.text,
        "author": saved.author,
        "at": saved.at,
    }


async def _open(connection: AsyncConnection, number: int) -> None:
    """Holds the draft until the commit, so that nothing is saved in one that ends meanwhile."""
    query = select(drafts.c.ended_at).where(drafts.c.number == number).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        raise NoSuchDraft(f"there is no draft {number}")
    if row.ended_at is not None:
        raise DraftEnded(f"draft {number} was proposed or given up: begin another one")


def _last() -> Select[Any]:
    """The last version of each file."""
    place = (draft_files.c.draft, draft_files.c.file)
    return select(*place, func.max(draft_files.c.version).label("version")).group_by(*place)


def _drafts() -> Select[Any]:
    files = select(
        draft_files.c.draft,
        func.count(draft_files.c.file.distinct()).label("changed"),
        func.max(draft_files.c.at).label("changed_at"),
    )
    counted = files.group_by(draft_files.c.draft).subquery()
    names = ("number", "name", "base", "author", "started_at", "ended_at", "revision")
    changes = (func.coalesce(counted.c.changed, 0).label("changed"), counted.c.changed_at)
    query = select(*(drafts.c[name] for name in names), *changes)
    return query.outerjoin(counted, counted.c.draft == drafts.c.number)
