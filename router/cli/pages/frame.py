"""The frame of every page: one style for light, dark and paper, and the parts that pages are put together from."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final, Literal, NamedTuple

from router.cli.faults import FAILED, Refused
from router.cli.output import printable
from router.words.voice import Language

_STYLE: Final = """
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --soft: #5b6570; --line: #d9dee3;
  --old: #a3adb8; --new: #0b7285; --band: #0b728524; --mark: #c2410c; --panel: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --page: #14181c; --text: #e8ecef; --soft: #9aa5b1;
  --line: #333b43; --old: #6b7680; --new: #3bc9db; --band: #3bc9db2e; --mark: #ff8a5c; --panel: #1c2227; } }
* { box-sizing: border-box; }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .35rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.soft, figcaption, th, summary { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.tiles div, .example { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.tiles b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 500; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem .4rem 0; vertical-align: middle; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.whole, th.whole { white-space: nowrap; }
td.name { overflow-wrap: anywhere; min-width: 8rem; }
td.drawing { width: 40%; min-width: 4rem; }
svg { display: block; width: 100%; height: 22px; overflow: visible; }
.old { fill: var(--old); } .new { fill: var(--new); }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin: 0 .35rem 0 0; }
.key.o { background: var(--old); } .key.n { background: var(--new); margin-left: 1rem; }
figure { margin: 1rem 0; }
.plot { padding: .75rem 1rem 1.75rem 3.25rem; }
.plot svg { height: 240px; }
.plot text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); } .whisker, .path { stroke: var(--new); stroke-width: 2; fill: none; }
.limit { stroke: var(--old); stroke-width: 1.5; fill: none; } .limit.far { stroke-dasharray: 5 4; }
.centre, .cut { stroke: var(--soft); stroke-dasharray: 2 4; } .band { fill: var(--band); }
.dot { fill: var(--new); } .dot.out { fill: var(--mark); } .plot svg svg { height: 100%; overflow: visible; }
.path, .limit, .centre { vector-effect: non-scaling-stroke; }
summary { cursor: pointer; margin: .5rem 0; }
li { margin: .25rem 0; }
.example { margin: .75rem 0; }
.example h3 { font-size: 1rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
.example dl { display: grid; grid-template-columns: 4.5rem 1fr; gap: .3rem .5rem; margin: 0; }
@media (max-width: 36rem) { body { font-size: 15px; } th, td { padding-right: .5rem; } td.whole, th.whole { white-space: nowrap; }
td.name { min-width: 6rem; }
  td.drawing { min-width: 3rem; width: 20%; } td.number { white-space: normal; } .example dl { display: block; } }
@media print { :root { color-scheme: light; --page: #fff; --text: #000; --soft: #444; --line: #bbb; --old: #888;
  --new: #0b7285; --band: #0b728524; --mark: #c2410c; --panel: #fff; }
  body { font-size: 11px; } td.whole, th.whole { white-space: normal; } .scroll table { font-size: 9px; }
  .scroll th, .scroll td { padding: .15rem .4rem .15rem 0; } main { max-width: none; padding: 0; } .scroll { overflow: visible; } summary { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  tr, figure, .example, .tiles { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; }
  * { print-color-adjust: exact; } }
.example dt { color: var(--soft); } .example dd { margin: 0; overflow-wrap: anywhere; }
"""

Markup = str
"""A part of a page, with everything that is not its own escaped."""


def page(title: str, parts: Iterable[Markup], language: Language = "en") -> str:
    """The whole page, in `language`. Parts that are empty are left out."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def text(value: object) -> Markup:
    """A value as text, whatever is in it."""
    return escape(printable(value))


def heading(words: str, level: Literal[1, 2, 3] = 2) -> Markup:
    """A heading."""
    return f"<h{level}>{text(words)}</h{level}>"


def paragraph(words: str, *, soft: bool = False) -> Markup:
    """A sentence or two; `soft` for what is only said beside."""
    return f'<p class="soft">{text(words)}</p>' if soft else f"<p>{text(words)}</p>"


def tiles(figures: Sequence[tuple[str, str]]) -> Markup:
    """Figures to be seen first, each with its label."""
    inner = "".join(f"<div><b>{text(figure)}</b>{text(label)}</div>" for figure, label in figures)
    return f'<div class="tiles">{inner}</div>'


class Column(NamedTuple):
    """A column of a table.

    Numbers stand to the right; names may be broken anywhere, a whole only on paper; a drawing is markup as it is.
    """

    name: str
    kind: Literal["text", "whole", "name", "number", "drawing"] = "text"


def table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Markup:
    """A table under its title (none where that is empty); nothing without rows."""
    heads = "".join(_cell("th", column.kind, text(column.name)) for column in columns)
    lines = "".join(
        "<tr>"
        + "".join(
            _cell("td", column.kind, str(value) if column.kind == "drawing" else text(value))
            for column, value in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    if not lines:
        return ""
    return (
        f"{heading(title)}\n" if title else ""
    ) + f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cell(tag: str, kind: str, inner: Markup) -> Markup:
    return f"<{tag}>{inner}</{tag}>" if kind == "text" else f'<{tag} class="{kind}">{inner}</{tag}>'


def folded(summary: str, inner: Markup) -> Markup:
    """What opens when asked, and is always open on paper: the table of a drawing."""
    return f"<details><summary>{text(summary)}</summary>{inner}</details>" if inner else ""


def write_page(path: Path, whole: str) -> None:
    """Write a page that only its owner can read. Raises `Refused` where that cannot be done."""
    from router.settings.own_files import own_file

    try:
        own_file(path)
        path.write_text(whole, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file.", FAILED) from None
