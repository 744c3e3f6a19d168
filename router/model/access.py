"""Who may do what in the console, and what is kept of it: sessions, tokens, the audit."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

Role = Literal["reader", "analyst", "care", "author", "approver", "operator", "admin"]
ROLES: Final[tuple[Role, ...]] = ("reader", "analyst", "care", "author", "approver", "operator", "admin")
"""Figures only; comments; customers and alerts; drafts, tests, effect; publishing, never one's own; dead letters and
sources; tokens, audit, erasing. Each of the others may read figures as well."""

SignIn = Literal["dev", "proxy", "oidc", "token"]
"""How somebody came in."""


class Person(Struct, frozen=True):
    """Somebody who signed in. `id` names the person in the audit and as an author; `name` is for the eye.

    `token` is the id of the token that a program acts with.
    """

    id: str
    name: str
    roles: frozenset[Role]
    way: SignIn
    token: str = ""

    def may(self, role: Role) -> bool:
        """Whether the person has the role; figures are for everybody who has any."""
        return role in self.roles or (role == "reader" and bool(self.roles))


class Session(Struct, frozen=True):
    """A browser that is signed in. `hash` is the SHA-256 of its id, which nobody but the browser has."""

    hash: bytes
    person: Person
    begun_at: datetime
    seen_at: datetime


class AuditEntry(Struct, frozen=True):
    """One thing that somebody did, or was refused: `refused` then says why.

    `way` is how the person came in, with the id of a token. `about` is the thing's name; a customer is named by keyed hashes alone (`customer`, hex). `before` and `after` are
    short texts of what changed, and hold no answers and no addresses. `seq` is the entry's place; 0 before it is stored.
    """

    at: datetime
    person: str
    way: str
    action: str
    about: str = ""
    customer: str = ""
    before: str = ""
    after: str = ""
    why: str = ""
    refused: str = ""
    seq: int = 0


class ApiToken(Struct, frozen=True):
    """A token that a program uses the API with, as its maker, with some of the maker's roles. `hash` is its SHA-256."""

    id: str
    name: str
    roles: frozenset[Role]
    made_by: str
    made_at: datetime
    ends_at: datetime
    hash: bytes = b""
    used_at: datetime | None = None
    revoked_at: datetime | None = None
