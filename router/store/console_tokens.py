"""Tokens of the console's API, by their hashes."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from router.model.access import ApiToken
from router.store.console_access import read_roles, written
from router.store.database import Database
from router.store.schema import console_tokens


class ConsoleTokens:
    """Keeps tokens; nobody can read one again. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: ApiToken) -> None:
        """Keeps a new token."""
        row = {
            "made_at": token.made_at,
            "ends_at": token.ends_at,
            "hash": token.hash,
            "id": token.id,
            "name": token.name,
            "roles": written(token.roles),
            "made_by": token.made_by,
        }
        async with self._database.begin() as connection:
            await connection.execute(insert(console_tokens).values(row))

    async def by_hash(self, hashed: bytes) -> ApiToken | None:
        """The token with this hash, also where it ended or was revoked."""
        query = select(console_tokens).where(console_tokens.c.hash == hashed)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _token(row) if row is not None else None

    async def listed(self, limit: int = 200) -> list[ApiToken]:
        """The tokens, the newest first."""
        query = select(console_tokens).order_by(console_tokens.c.made_at.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [_token(row) for row in (await connection.execute(query)).mappings()]

    async def used(self, hashed: bytes, at: datetime) -> None:
        """Notes that a token is in use."""
        await self._change(console_tokens.c.hash == hashed, used_at=at)

    async def revoke(self, id: str, at: datetime) -> bool:  # noqa: A002 - the word of the model
        """Ends a token now; whether there was one that had not been revoked."""
        known = console_tokens.c
        return await self._change((known.id == id) & known.revoked_at.is_(None), revoked_at=at)

    async def _change(self, which: Any, **values: object) -> bool:
        async with self._database.begin() as connection:
            result = await connection.execute(update(console_tokens).where(which).values(values))
            return bool(result.rowcount)


def _token(row: Any) -> ApiToken:
    given = dict(row)
    return ApiToken(**{**given, "roles": read_roles(given["roles"]), "hash": bytes(given["hash"])})
