"""Published rule sets and the course of revisions. Rarely written, read every second."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec.structs import asdict
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.revision import Course, CourseChanged, Revision, ShadowDifference
from router.store.database import Database
from router.store.schema import revisions, rule_course, shadow_differences

_LOADED: Final = "loaded from a directory"


class NoSuchRevision(Exception):
    """No revision has this number, or its content was never published."""


class Revisions:
    """Keeps rule sets by number. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def course(self) -> Course | None:
        """What is in force; None while nothing was published."""
        async with self._database.connect() as connection:
            return await _course(connection)

    async def revisions(self, limit: int = 50) -> list[Revision]:
        """The last revisions, newest first, without their content."""
        query = _revisions(content=False).order_by(revisions.c.number.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [_revision(row) for row in (await connection.execute(query)).mappings()]

    async def revision(self, number: int) -> Revision:
        """A published revision with its content. Raises NoSuchRevision."""
        query = _revisions(content=True).where(revisions.c.number == number)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None or row["content"] is None:
            raise NoSuchRevision(
                f"revision {number} was never published: `feedback-router revisions` lists them"
            )
        return _revision(row)

    async def add(self, sha256: str, content: bytes, author: str, message: str, at: datetime) -> int:
        """Stores a rule set and returns its number: the one that its content has already, else the next."""
        async with self._database.begin() as connection:
            query = select(revisions.c.number, revisions.c.content).where(revisions.c.sha256 == sha256)
            known = (await connection.execute(query)).first()
            values = {"content": content, "author": author, "message": message}
            if known is None:
                number = int(await connection.scalar(select(func.max(revisions.c.number))) or 0) + 1
                row = {"number": number, "sha256": sha256, "loaded_at": at, **values}
                await connection.execute(insert(revisions).values(row))
                return number
            if known.content is None:
                await connection.execute(
                    update(revisions).where(revisions.c.number == known.number).values(values)
                )
            return int(known.number)

    async def approve(self, number: int, by: str) -> None:
        """Notes the second person's approval."""
        async with self._database.begin() as connection:
            query = update(revisions).where(revisions.c.number == number).values(approved_by=by)
            await connection.execute(query)

    async def steer(self, course: Course) -> None:
        """Changes the course. `course.seq` must be the next; raises CourseChanged where somebody was faster."""
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(rule_course).values(asdict(course)))
        except IntegrityError:
            now = await self.course()
            if now is None or now.seq < course.seq:
                raise
            raise CourseChanged(now) from None

    async def differences(self, shadow: int, limit: int = 1000) -> Sequence[ShadowDifference]:
        """Where a shadow revision would have decided otherwise, newest first."""
        query = select(shadow_differences).where(shadow_differences.c.shadow == shadow)
        query = query.order_by(shadow_differences.c.at.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [ShadowDifference(**row) for row in (await connection.execute(query)).mappings()]


async def _course(connection: AsyncConnection) -> Course | None:
    query = select(rule_course).order_by(rule_course.c.seq.desc()).limit(1)
    row = (await connection.execute(query)).mappings().first()
    return Course(**row) if row is not None else None


def _revisions(*, content: bool) -> Select[Any]:
    names = [
        "number",
        "sha256",
        "loaded_at",
        "author",
        "message",
        "approved_by",
        *(["content"] if content else []),
    ]
    return select(*(revisions.c[name] for name in names))


def _revision(row: Any) -> Revision:
    return Revision(
        number=row["number"],
        sha256=row["sha256"],
        author=row["author"] or "",
        message=row["message"] or _LOADED,
        created_at=row["loaded_at"],
        content=row.get("content"),
        approved_by=row["approved_by"],
    )
