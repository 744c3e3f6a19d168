"""Sessions of the console and its audit, which only grows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from msgspec.structs import asdict
from sqlalchemy import delete, insert, select, update

from router.model.access import ROLES, AuditEntry, Person, Role, Session
from router.store.database import Database
from router.store.schema import console_audit, console_sessions


class ConsoleAccess:
    """Who is signed in, and what was done. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, session: Session) -> None:
        """Keeps a new session."""
        person = session.person
        row = {
            "begun_at": session.begun_at,
            "seen_at": session.seen_at,
            "hash": session.hash,
            "person": person.id,
            "name": person.name,
            "roles": written(person.roles),
            "way": person.way,
        }
        async with self._database.begin() as connection:
            await connection.execute(insert(console_sessions).values(row))

    async def session(self, hashed: bytes) -> Session | None:
        """The session with this hash, however old it is."""
        query = select(console_sessions).where(console_sessions.c.hash == hashed)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _session(row) if row is not None else None

    async def seen(self, hashed: bytes, at: datetime) -> None:
        """Notes that a session is in use."""
        query = update(console_sessions).where(console_sessions.c.hash == hashed).values(seen_at=at)
        await self._change(query)

    async def sessions(self, seen_since: datetime, begun_since: datetime, limit: int = 500) -> list[Session]:
        """The sessions in use since then, the latest first."""
        known = console_sessions.c
        query = select(console_sessions).where(known.seen_at >= seen_since, known.begun_at >= begun_since)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.order_by(known.seen_at.desc()).limit(limit))).mappings()
            return [_session(row) for row in rows]

    async def end_all(self, person: str) -> int:
        """Ends all sessions of a person; how many."""
        async with self._database.begin() as connection:
            statement = delete(console_sessions).where(console_sessions.c.person == person)
            return int((await connection.execute(statement)).rowcount)

    async def end(self, hashed: bytes) -> None:
        """Ends one session."""
        await self._change(delete(console_sessions).where(console_sessions.c.hash == hashed))

    async def sweep(self, begun_before: datetime, seen_before: datetime) -> None:
        """Removes the sessions that begun, or were seen last, before these times."""
        session = console_sessions.c
        await self._change(
            delete(console_sessions).where(
                (session.begun_at < begun_before) | (session.seen_at < seen_before)
            )
        )

    async def note(self, entry: AuditEntry) -> None:
        """Adds an entry to the audit."""
        row = asdict(entry)
        del row["seq"]
        await self._change(insert(console_audit).values(row))

    async def entries(
        self,
        *,
        person: str | None = None,
        action: str | None = None,
        customers: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """At most `limit` entries that match all that is named, the latest first; those older than the entry `before`.

        `customers` are hashes of one customer's id, with each secret that was in use.
        """
        entry = console_audit.c
        query = select(console_audit)
        wanted: dict[str, Any] = {"person": person, "action": action}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(entry[name] == value)
        if customers:
            query = query.where(entry.customer.in_(customers))
        if since is not None:
            query = query.where(entry.at >= since)
        if until is not None:
            query = query.where(entry.at < until)
        if before is not None:
            query = query.where(entry.seq < before)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.order_by(entry.seq.desc()).limit(limit))).mappings()
            return [AuditEntry(**row) for row in rows]

    async def _change(self, statement: Any) -> None:
        async with self._database.begin() as connection:
            await connection.execute(statement)


def _session(row: Any) -> Session:
    person = Person(row["person"], row["name"], read_roles(row["roles"]), row["way"])
    return Session(bytes(row["hash"]), person, row["begun_at"], row["seen_at"])


_SEPARATOR: Final = ","


def written(roles: frozenset[Role]) -> str:
    """Roles as they are stored."""
    return _SEPARATOR.join(role for role in ROLES if role in roles)


def read_roles(stored: str) -> frozenset[Role]:
    """Roles as they were stored; those that this program does not know are none."""
    return frozenset(cast("list[Role]", [name for name in stored.split(_SEPARATOR) if name in ROLES]))
