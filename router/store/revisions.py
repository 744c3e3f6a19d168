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
from router.store.errors import StoreUnavailable
from router.store.schema import revisions, rule_course, shadow_differences

_LOADED: Final = "loaded from a directory"
_ATTEMPTS: Final = 20


class NoSuchRevision(Exception):
    """No revision has this number, or its content was never kept."""


class Revisions:
    """Keeps rule sets by number. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def course(self) -> Course | None:
        """What is in force; None while nothing was published."""
        async with self._database.connect() as connection:
            return await _course(connection)

    async def courses(self, limit: int = 50) -> list[Course]:
        """The last changes of course, newest first."""
        query = select(rule_course).order_by(rule_course.c.seq.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [Course(**row) for row in (await connection.execute(query)).mappings()]

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
            why = f"there is no revision {number}"
            if row is not None:
                why = f"revision {number} was loaded by an earlier version of this program, which did not keep it"
            raise NoSuchRevision(f"{why}: `feedback-router revisions` lists them")
        return _revision(row)

    async def add(self, sha256: str, content: bytes, author: str, message: str, at: datetime) -> int:
        """Stores a rule set and returns its number: the one that its content has already, else the next."""
        return await self._numbered(sha256, at, {"content": content, "author": author, "message": message})

    async def load(self, sha256: str, content: bytes | None, at: datetime) -> int:
        """As `add`, for a rule set that a service reads from a directory: it has no author."""
        return await self._numbered(sha256, at, {"content": content})

    async def last_loaded(self) -> Revision | None:
        """The rule set that a service read last from a directory, with its content."""
        query = _revisions(content=True).where(revisions.c.author.is_(None), revisions.c.content.is_not(None))
        query = query.order_by(revisions.c.loaded_at.desc(), revisions.c.number.desc()).limit(1)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _revision(row) if row is not None else None

    async def live_before(self, number: int) -> int | None:
        """The revision that was live last before this one; None where there was none."""
        live = rule_course.c.live
        query = select(live).where(live != number).order_by(rule_course.c.seq.desc()).limit(1)
        async with self._database.connect() as connection:
            found = await connection.scalar(query)
        return int(found) if found is not None else None

    async def number_of(self, sha256: str) -> int | None:
        """The number of the rule set with this content; None where it has none."""
        async with self._database.connect() as connection:
            found = await connection.scalar(select(revisions.c.number).where(revisions.c.sha256 == sha256))
        return int(found) if found is not None else None

    async def _numbered(self, sha256: str, at: datetime, values: dict[str, Any]) -> int:
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.begin() as connection:
                    return await _number(connection, sha256, at, values)
            except IntegrityError:
                continue  # Another process took the number, or stored the same set.
        raise StoreUnavailable(
            f"{self._database.where} gave no number to the rule set, others store theirs all the time: try again"
        )

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


async def _number(connection: AsyncConnection, sha256: str, at: datetime, values: dict[str, Any]) -> int:
    query = select(revisions.c.number, revisions.c.content, revisions.c.author)
    known = (await connection.execute(query.where(revisions.c.sha256 == sha256))).first()
    if known is None:
        number = int(await connection.scalar(select(func.max(revisions.c.number))) or 0) + 1
        row = {"number": number, "sha256": sha256, "loaded_at": at, **values}
        await connection.execute(insert(revisions).values(row))
        return number
    if known.author is None:
        # A published one stays as it was published. The content of one that was loaded before it was kept comes now.
        given = {name: value for name, value in values.items() if value is not None}
        changed = update(revisions).where(revisions.c.number == known.number)
        await connection.execute(changed.values(loaded_at=at, **given))
    return int(known.number)


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
