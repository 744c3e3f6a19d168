"""Sessions: a browser has a random id, the database has its hash, and both are forgotten in time."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from router.model.access import AuditEntry, Person, Session
from router.store.console_access import ConsoleAccess

IDLE: Final = timedelta(hours=8)
LONGEST: Final = timedelta(hours=24)
_BYTES: Final = 32
_NOTED_EVERY: Final = timedelta(minutes=1)
_LONGEST_ID: Final = 100


class Sessions:
    """The sessions of the console. With `https` the cookie is one that no other host and no plain connection gets."""

    def __init__(self, access: ConsoleAccess, *, https: bool) -> None:
        self._access = access
        self._https = https
        self._cookie = "__Host-feedback-router" if https else "feedback-router"

    async def begin(self, request: Request, answer: Response, person: Person, now: datetime) -> None:
        """Signs a browser in with an id of its own, whatever it had before."""
        await self._forget(request)
        await self._access.sweep(now - LONGEST, now - IDLE)
        made = secrets.token_urlsafe(_BYTES)
        await self._access.begin(Session(_hash(made), person, now, now))
        await self._access.note(AuditEntry(now, person.id, person.way, "sign in"))
        self._set(answer, made)

    async def person(self, request: Request, now: datetime) -> Person | None:
        """Who is signed in; None where nobody is, or was for too long."""
        given = self._given(request)
        session = await self._access.session(_hash(given)) if given else None
        if session is None or now - session.begun_at > LONGEST or now - session.seen_at > IDLE:
            return None
        if now - session.seen_at > _NOTED_EVERY:
            await self._access.seen(session.hash, now)
        return session.person

    async def end(self, request: Request, answer: Response, now: datetime) -> None:
        """Signs a browser out, and has it forget what pages kept in it."""
        if (person := await self.person(request, now)) is not None:
            await self._access.note(AuditEntry(now, person.id, person.way, "sign out"))
        await self._forget(request)
        answer.headers["clear-site-data"] = '"storage"'
        answer.delete_cookie(self._cookie, path="/", secure=self._https, httponly=True, samesite="lax")

    async def _forget(self, request: Request) -> None:
        if given := self._given(request):
            await self._access.end(_hash(given))

    def _given(self, request: Request) -> str:
        given = request.cookies.get(self._cookie, "")
        return given if len(given) <= _LONGEST_ID else ""

    def _set(self, answer: Response, value: str) -> None:
        answer.set_cookie(self._cookie, value, path="/", secure=self._https, httponly=True, samesite="lax")


def _hash(given: str) -> bytes:
    return sha256(given.encode("utf-8", "surrogatepass")).digest()
