"""The contract of a page: what it shows, to whom, and what can be done on it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from router.console.visit import Visit
from router.model.access import Role
from router.pages.csv_table import Table

Group = Literal["Hear", "Look up", "Steer", "Run"]
GROUPS: Final[tuple[Group, ...]] = ("Hear", "Look up", "Steer", "Run")


class Shown(Struct, frozen=True):
    """What a handler found. `template` with `values` is the page, `data` is the same as JSON, `csv` as a table.

    `data` is what the command prints with `--json`. `title` goes before that of the page. With `?part=NAME` only the
    block of that name is sent, for a page that replaces a part of itself.
    """

    template: str
    values: Mapping[str, object] = {}
    data: object = None
    csv: Table | None = None
    title: str = ""
    status: int = 200


class Done(Struct, frozen=True):
    """What an action did: the address to go on at, a sentence to show there, and the same as JSON."""

    to: str
    said: str = ""
    data: object = None


Handler = Callable[[Visit], Awaitable[Shown]]
Deed = Callable[[Visit], Awaitable[Done | Shown]]


class Action(NamedTuple):
    """Something that is done with a POST to `path`, by somebody with the role. It writes to the audit by `visit.note`.

    `fields` are what its form may hold, each with what it means; others are refused. `text` are those that may be long.
    """

    path: str
    do: Deed
    role: Role
    fields: Mapping[str, str] = {}
    quiet: bool = False
    """Changes nothing that is kept, such as a check of a text: nothing is noted."""


class Page(NamedTuple):
    """A page at `path`, in the menu under its group; without one it belongs to the page at `under`.

    `title` is a text of the console. The same is served as JSON below `/api/v1`.
    """

    path: str
    title: str
    show: Handler
    role: Role = "reader"
    group: Group | None = None
    under: str = ""
    actions: tuple[Action, ...] = ()
    filtered: bool = True
    """Goes by the filters that pages share: days, survey, place."""
    params: Mapping[str, str] = {}
    """What else its address may hold, each with what it means."""
