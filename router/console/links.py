"""Links from a value on a page to where more is told about what lies there."""

from collections.abc import Mapping

from markupsafe import Markup

from router.console.filters import SHARED
from router.console.visit import Visit
from router.pages.frame import Linked, text


def linked(visit: Visit, path: str) -> Linked:
    """Values lead to the page at `path`, about what the page is about and the place of the value.

    A reason leads to the decisions with it. Where a page cannot be asked for the place (a week, a person, none), the value
    stands alone.
    """

    def link(value: object, where: Mapping[str, str]) -> Markup:
        shown = value if isinstance(value, Markup) else text(value)
        place = {name: member for name, member in where.items() if name in SHARED and member}
        address = visit.filters.address(path, own=False, **place)
        if where.keys() == {"reason"}:
            address = visit.filters.address("/decisions", own=False, **where)
        elif len(place) < len(where):
            return shown
        return Markup('<a href="{}">{}</a>').format(address, shown)

    return link
