"""Signing in for development: by a link that is printed at the start and works once."""

import hmac
import secrets
from datetime import datetime
from getpass import getuser
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from router.console.access.sessions import Sessions
from router.console.addresses import local
from router.console.console import Console
from router.model.access import ROLES, Person

LINK: Final = "/sign-in/link"
_BYTES: Final = 24


class ByLink:
    """Signs in once whoever has the token, with all roles."""

    sentence = "Open the link that the console printed when it started. It works once: start the console again for another one."
    button = ""
    address = ""
    keeps_sessions = True

    def __init__(self, console: Console, sessions: Sessions) -> None:
        self.token = secrets.token_urlsafe(_BYTES)
        self._console = console
        self._sessions = sessions
        self._used = False

    async def person(self, request: Request, now: datetime) -> Person | None:
        """Who is signed in by a session."""
        return await self._sessions.person(request, now)

    async def sign_out(self, request: Request, answer: Response) -> None:
        """Ends the session."""
        await self._sessions.end(request, answer, self._console.now())

    def routes(self) -> list[Route]:
        """The address of the link."""
        return [Route(LINK, self._by_link)]

    async def _by_link(self, request: Request) -> Response:
        given = request.query_params.get("token", "").encode("utf-8", "surrogatepass")
        if self._used or not hmac.compare_digest(given, self.token.encode()):
            return RedirectResponse("/sign-in?failed=yes", 303)
        self._used = True
        answer = RedirectResponse(local(request.query_params.get("next", "/")), 303)
        person = Person(_user(), _user(), frozenset(ROLES), "dev")
        await self._sessions.begin(request, answer, person, self._console.now())
        return answer


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        # A container may run as a number that has no name.
        return "developer"
