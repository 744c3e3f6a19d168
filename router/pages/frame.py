"""The frame of every page: one style for light, dark and paper, and the parts that pages are put together from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from router.model.signs import printable
from router.words.voice import Language

_ROOM: Final = "router.pages"


def environment(loader: BaseLoader) -> Environment:
    """Templates in which a value is text unless it is `Markup`, and a name that is not there is an error."""
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def style() -> str:
    """The style of every page."""
    return files(_ROOM).joinpath("style.css").read_text(encoding="utf-8")


@cache
def _own() -> Environment:
    return environment(PackageLoader(_ROOM, ""))


@cache
def _parts() -> Any:
    return _own().get_template("parts.html").module


def page(title: str, parts: Iterable[Markup], language: Language = "en") -> str:
    """The whole page, in `language`, with its style in it. Parts that are empty are left out."""
    body = Markup("\n").join(part for part in parts if part)
    shown = _own().get_template("page.html")
    return shown.render(title=text(title), language=language, style=Markup(style()), body=body)  # noqa: S704 - our own file


def text(value: object) -> Markup:
    """A value as text, whatever is in it."""
    return escape(printable(value))


Linked = Callable[[object, Mapping[str, str]], Markup]
"""A value as it is shown, with an address where more is told about what lies there, by the words of the filters."""


def unlinked(value: object, _where: Mapping[str, str]) -> Markup:
    """The value alone: a page that stands by itself leads nowhere."""
    return value if isinstance(value, Markup) else text(value)


def heading(words: str, level: Literal[1, 2, 3] = 2) -> Markup:
    """A heading."""
    return Markup("<h{level}>{words}</h{level}>").format(level=level, words=text(words))


def paragraph(words: str, *, soft: bool = False) -> Markup:
    """A sentence or two; `soft` for what is only said beside."""
    whole = Markup('<p class="soft">{}</p>') if soft else Markup("<p>{}</p>")
    return whole.format(text(words))


def tiles(figures: Sequence[tuple[str, str]]) -> Markup:
    """Figures to be seen first, each with its label."""
    one = Markup("<div><b>{}</b>{}</div>")
    inner = Markup("").join(one.format(text(figure), text(label)) for figure, label in figures)
    return Markup('<div class="tiles">{}</div>').format(inner)


class Column(NamedTuple):
    """A column of a table.

    Numbers stand to the right; names may be broken anywhere, a whole only on paper; a score has room for its interval.
    """

    name: str
    kind: Literal["text", "whole", "name", "number", "score", "drawing"] = "text"


def table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], level: Literal[2, 3] = 2
) -> Markup:
    """A table under its title (none where that is empty), a heading of `level`; nothing without rows. A cell that is `Markup` stays as it is.

    It can be scrolled by keyboard where it is wider than the page.
    """
    lines = [
        [cell if isinstance(cell, Markup) else text(cell) for cell, _ in zip(row, columns, strict=True)]
        for row in rows
    ]
    if not lines:
        return Markup("")
    label = text(title or ", ".join(column.name for column in columns if column.name))
    heads = [(text(column.name), "" if column.kind == "text" else column.kind) for column in columns]
    whole = Markup(_parts().table(heads, lines, label))  # noqa: S704 - made by a template that escapes
    return heading(title, level) + Markup("\n") + whole if title else whole


def folded(summary: str, inner: Markup) -> Markup:
    """What opens when asked, and is always open on paper: the table of a drawing."""
    whole = Markup("<details><summary>{}</summary>{}</details>")
    return whole.format(text(summary), inner) if inner else Markup("")
