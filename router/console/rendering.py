"""From what a handler found to an answer: a page, a part of it, CSV, or JSON."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from router.console.page import GROUPS, Page, Shown
from router.console.problems import NotThere
from router.console.visit import Visit
from router.pages import charts, frame
from router.pages.csv_table import Table
from router.words.voice import LANGUAGES

_ROOM: Final = "router.console"
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@cache
def templates() -> Environment:
    """The templates of all pages; the parts of reports can be used in each."""
    made = frame.environment(PackageLoader(_ROOM, "templates"))
    made.globals |= {
        "asset": asset_address,
        "heading": frame.heading,
        "paragraph": frame.paragraph,
        "tiles": frame.tiles,
        "table": frame.table,
        "folded": frame.folded,
        "Column": frame.Column,
        "interval_bar": charts.interval_bar,
        "Scale": charts.Scale,
        "LANGUAGES": LANGUAGES,
    }
    return made


def html(
    visit: Visit, pages: Sequence[Page], page: Page, shown: Shown, *, said: str = "", part: str | None = None
) -> Response:
    """The page, or one block of its template. Raises `NotThere` where it has no such block."""
    template = templates().get_template(shown.template)
    values: dict[str, Any] = {
        "t": visit.t,
        "visit": visit,
        "filters": visit.filters,
        "link": visit.filters.address,
        "page": page,
        "title": shown.title or visit.t(page.title),
        "menu": _menu(visit, pages),
        "paths": {one.path for one in pages if visit.person.may(one.role)},
        "said": said,
        "here": visit.request.url.path,
        "nonce": visit.request.state.nonce,
        **shown.values,
    }
    if part is None:
        return HTMLResponse(template.render(values), status_code=shown.status)
    if part not in template.blocks:
        raise NotThere("This page has no such part.")
    context = template.new_context(values)
    return HTMLResponse("".join(template.blocks[part](context)), status_code=shown.status)


def _menu(visit: Visit, pages: Sequence[Page]) -> list[tuple[str, list[Page]]]:
    """The pages that the person may see, under their groups."""
    may = [page for page in pages if visit.person.may(page.role)]
    grouped = [(visit.t(group), [page for page in may if page.group == group]) for group in GROUPS]
    return [(name, inside) for name, inside in grouped if inside]


def csv(page: Page, table: Table | None) -> Response:
    """The table of a page as a file."""
    if table is None:
        raise NotThere("There is no table on this page.")
    name = page.path.strip("/").replace("/", "-") or "overview"
    disposition = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(table.text(), media_type="text/csv", headers=disposition)


def json(data: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(data), status_code=status, media_type="application/json")


def problem(status: int, title: str, detail: Mapping[str, str] | None = None) -> Response:
    """What is wrong, as JSON after RFC 9457."""
    content = {"status": status, "title": title, **(detail or {})}
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/problem+json")


@cache
def _assets() -> dict[str, tuple[bytes, str]]:
    """All assets with their types, by name. The style of reports is the beginning of ours."""
    folder = Path(__file__).parent / "assets"
    found = {}
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix in _KINDS:
            content, name = file.read_bytes(), file.relative_to(folder).as_posix()
            style = frame.style().encode() if name == "console.css" else b""
            found[name] = style + content, _KINDS[file.suffix]
    return found


@cache
def asset_address(name: str) -> str:
    """The address of an asset, which is another one when its content is."""
    content, _ = _assets()[name]
    return f"/assets/{name}?{sha256(content).hexdigest()[:12]}"


async def asset(request: Request) -> Response:
    """Sends an asset; it may be kept for ever, for its address changes with it."""
    found = _assets().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("There is no such file.\n", status_code=404)
    content, kind = found
    return Response(content, media_type=kind, headers={"cache-control": _FOR_EVER})
