"""Tokens for programs: made by an administrator, shown once, and used with the API alone."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from router.model.access import ApiToken, Person, Role
from router.store.console_tokens import ConsoleTokens

PREFIX: Final = "frtk_"
"""What every token begins with, so that scanners of code and logs find one that was left there."""
LONGEST: Final = timedelta(days=366)
_BYTES: Final = 32
_ID_BYTES: Final = 4
_LONGEST_TOKEN: Final = 100
_NOTED_EVERY: Final = timedelta(minutes=1)


def made_token(
    name: str, roles: frozenset[Role], by: Person, now: datetime, lasts: timedelta
) -> tuple[str, ApiToken]:
    """A token as it is shown once, and as it is kept: with no role that its maker does not have."""
    token = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    kept = ApiToken(
        id=secrets.token_hex(_ID_BYTES),
        name=name,
        roles=roles & by.roles,
        made_by=by.id,
        made_at=now,
        ends_at=now + min(lasts, LONGEST),
        hash=_hash(token),
    )
    return token, kept


async def bearer(tokens: ConsoleTokens, authorization: str, now: datetime) -> Person | None:
    """Who a program acts as; None where the token is unknown, ended or revoked.

    It acts as its maker, so that nobody approves by a token what they wrote themselves.
    """
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > _LONGEST_TOKEN:
        return None
    found = await tokens.by_hash(_hash(token))
    if found is None or found.revoked_at is not None or now >= found.ends_at:
        return None
    if found.used_at is None or now - found.used_at > _NOTED_EVERY:
        await tokens.used(found.hash, now)
    return Person(found.made_by, found.name, found.roles, "token", found.id)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
