"""The ways to sign in: what each must be able to do, and the roles that a person has by groups."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from router.model.access import Person, Role
from router.settings.console import EVERYBODY, PERSON


class SignIn(Protocol):
    """A way to sign in. `sentence` and `button` are texts of the sign-in page; the button leads to `address`."""

    sentence: str
    button: str
    address: str
    keeps_sessions: bool
    """Whether somebody can sign out here."""

    async def person(self, request: Request, now: datetime) -> Person | None:
        """Who asks; None where nobody is signed in."""

    def routes(self) -> list[Route]:
        """What answers while somebody signs in."""

    async def sign_out(self, request: Request, answer: Response) -> None:
        """Ends what `person` goes by."""


def roles_of(person: str, groups: Iterable[str], by_group: Mapping[str, frozenset[Role]]) -> frozenset[Role]:
    """The roles of somebody in these groups: of each of them, of everybody, and of the person."""
    roles: frozenset[Role] = by_group.get(EVERYBODY, frozenset()) | by_group.get(
        f"{PERSON}{person}", frozenset()
    )
    for group in groups:
        if group != EVERYBODY and not group.startswith(PERSON):
            roles |= by_group.get(group, frozenset())
    return roles
