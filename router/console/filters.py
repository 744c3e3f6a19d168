"""What a page is about: days, a comparison, a survey, a place. All of it stands in the address, in the command line's words."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import asdict
from starlette.datastructures import QueryParams

from router.insights.periods import Days
from router.pages.asked_days import days
from router.pages.wrong_question import WrongQuestion

SHARED: Final = ("since", "until", "compare", "survey", "journey", "step", "channel")
"""What goes along from page to page."""
_OF_THE_REQUEST: Final = frozenset({"format", "part", "lang"})
_MOST: Final = 40
_LONGEST: Final = 300


class Filters(Struct, frozen=True):
    """As somebody wrote them; None: all. `by` are the dimensions of a table, `others` belong to one page alone."""

    since: str | None = None
    until: str | None = None
    compare: str | None = None
    survey: str | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    by: tuple[str, ...] = ()
    others: Mapping[str, str] = {}

    @classmethod
    def read(cls, query: QueryParams) -> "Filters":
        """The filters of an address; what is empty is not there. Raises `WrongQuestion` where it is endless."""
        given = [(name, value.strip()) for name, value in query.multi_items() if name not in _OF_THE_REQUEST]
        if len(given) > _MOST or any(len(value) > _LONGEST or len(name) > _LONGEST for name, value in given):
            raise WrongQuestion("The address is too long: begin again from the menu.")
        by = tuple(
            dict.fromkeys(part.strip() for name, value in given if name == "by" for part in value.split(","))
        )
        shared = {name: value for name, value in given if name in SHARED and value}
        others = {name: value for name, value in given if name not in SHARED and name != "by" and value}
        return cls(**shared, by=tuple(name for name in by if name), others=others)

    def days(self, today: date) -> Days:
        """The days from `since` to `until`, both included. Raises `WrongQuestion`."""
        return days(self.since, self.until, today)

    def address(self, path: str, *, own: bool = False, **changed: object) -> str:
        """An address about the same, with some of it changed (None: without it).

        `own` keeps what belongs to this page alone as well: for links of a page to itself.
        """
        told = asdict(self)
        others = told.pop("others")
        by = told.pop("by")
        state = {name: told[name] for name in SHARED}
        if own:
            state |= {"by": ",".join(by) or None, **others}
        state |= changed
        query = urlencode({name: value for name, value in state.items() if value not in (None, "")})
        return f"{path}?{query}" if query else path
